using Buildpacks.Lifecycle.CommandLine;
using Buildpacks.Lifecycle.Os;

namespace Buildpacks.Lifecycle.Phases;

/// <summary>The user that buildpacks run as and that owns what they make.</summary>
/// <param name="Owner">User and group; root when the platform names none.</param>
internal sealed record BuildUser(Owner Owner)
{
    /// <summary>The options that name the user.</summary>
    public static IReadOnlyList<Option> Options { get; } = [CommandLine.Options.UserId, CommandLine.Options.GroupId];

    /// <summary>Reads the user.</summary>
    public static BuildUser From(Arguments arguments) =>
        new(new Owner(arguments.Number(CommandLine.Options.UserId) ?? 0, arguments.Number(CommandLine.Options.GroupId) ?? 0));

    /// <summary>Becomes the user for good. Folders that the user could not write are given to the user first.</summary>
    /// <param name="folders">Folders of the build; those that are not named or do not exist are left out.</param>
    /// <exception cref="System.ComponentModel.Win32Exception">The kernel refuses.</exception>
    public void Become(params IEnumerable<string?> folders)
    {
        if (Owner != Owner.Root)
        {
            Privileges.GiveTo(Owner.Uid, Owner.Gid, folders.OfType<string>());
            Privileges.DropTo(Owner.Uid, Owner.Gid);
        }
    }
}
