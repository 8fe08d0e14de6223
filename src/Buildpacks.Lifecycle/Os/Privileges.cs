using System.ComponentModel;
using System.IO.Enumeration;
using System.Runtime.InteropServices;
using Buildpacks.Lifecycle.Errors;

namespace Buildpacks.Lifecycle.Os;

/// <summary>Who this process is, and the way from root to the user that buildpacks run as.</summary>
internal static class Privileges
{
    /// <summary>Whether this process is root.</summary>
    public static bool IsRoot => Libc.GetEffectiveUserId() == 0;

    /// <summary>Refuses to go on as root: buildpacks must not run with privileges.</summary>
    /// <param name="verb">What was to be done, for the message.</param>
    /// <exception cref="LifecycleException">This process is root: exit code 1.</exception>
    public static void RefuseRoot(string verb)
    {
        if (IsRoot)
        {
            throw new LifecycleException(ExitCodes.Failed, $"failed to {verb}: refusing to run as root");
        }
    }

    /// <summary>
    /// Gives folders, with all that is in them, to a user. Folders that do not exist, or that the user may write already, are left alone;
    /// so are the targets of symlinks.
    /// </summary>
    /// <exception cref="Win32Exception">The owner cannot be changed.</exception>
    public static void GiveTo(int user, int group, IEnumerable<string> folders)
    {
        foreach (var folder in folders.Where(folder => Directory.Exists(folder) && !MayWrite(user, group, folder)))
        {
            ChangeOwner(folder, user, group);
            foreach (var path in EverythingIn(folder))
            {
                ChangeOwner(path, user, group);
            }
        }
    }

    /// <summary>Becomes the user, for good, on all threads. Nothing happens when this process is that user already.</summary>
    /// <exception cref="Win32Exception">The kernel refuses.</exception>
    public static void DropTo(int user, int group)
    {
        if (Libc.GetEffectiveUserId() == (uint)user)
        {
            return;
        }

        var groups = (uint)group;
        Check(Libc.SetGroups(1, in groups), $"set the group {group}");
        Check(Libc.SetGroupId((uint)group), $"set the group {group}");
        Check(Libc.SetUserId((uint)user), $"set the user {user}");
    }

    /// <summary>The variables as the user expects them: HOME and USER from /etc/passwd. Without an entry they stay as they are.</summary>
    public static IReadOnlyDictionary<string, string> EnvironmentOf(int user, IReadOnlyDictionary<string, string> environment)
    {
        if (PasswordFile.Find(user) is not { } entry)
        {
            return environment;
        }

        return new Dictionary<string, string>(environment, StringComparer.Ordinal) { ["HOME"] = entry.Home, ["USER"] = entry.Name };
    }

    /// <summary>Every file, folder and symlink below. A symlink to a folder is not entered: it may lead anywhere.</summary>
    private static FileSystemEnumerable<string> EverythingIn(string folder) => new(
        folder,
        (ref entry) => entry.ToFullPath(),
        new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false })
    {
        ShouldRecursePredicate = (ref entry) => !entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
    };

    private static bool MayWrite(int user, int group, string folder)
    {
        var status = FileStatus.OfTarget(folder);
        return status.Owner.Uid == user
            || (status.Owner.Gid == group && status.Mode.HasFlag(UnixFileMode.GroupWrite))
            || status.Mode.HasFlag(UnixFileMode.OtherWrite);
    }

    private static void ChangeOwner(string path, int user, int group) =>
        Check(Libc.ChangeOwner(path, (uint)user, (uint)group), $"give {path} to {user}:{group}");

    private static void Check(int result, string action)
    {
        if (result != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            throw new Win32Exception(error, $"cannot {action}: {Marshal.GetPInvokeErrorMessage(error)}");
        }
    }
}
