using System.Runtime.Versioning;
using Buildpacks.IO;

namespace Buildpacks.Engines.Podman.Cli;

/// <summary>
/// Where podman keeps its state of the session. Rootless and without XDG_RUNTIME_DIR that can be below TMPDIR, which then must not
/// change from one call to the next unless podman is told the folder it had before.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal static class RuntimeFolder
{
    private const string Variable = "XDG_RUNTIME_DIR";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Makes podman's state independent of TMPDIR.</summary>
    /// <param name="environment">The variables that podman will see.</param>
    /// <returns>Whether it is independent now.</returns>
    public static bool TryPin(IDictionary<string, string?> environment) =>
        Environment.IsPrivilegedProcess || TryPin(environment, FileOwner.ThisUser);

    /// <summary>Makes the state of an ordinary user's podman independent of TMPDIR.</summary>
    public static bool TryPin(IDictionary<string, string?> environment, uint userId)
    {
        if (environment.TryGetValue(Variable, out var chosen) && !string.IsNullOrEmpty(chosen))
        {
            return true;
        }

        if (Directory.Exists($"/run/user/{userId}"))
        {
            return true;
        }

        var temporary = environment.TryGetValue("TMPDIR", out var folder) && !string.IsNullOrEmpty(folder) ? folder : "/tmp";
        var used = Path.Combine(temporary, $"podman-run-{userId}");
        if (!IsOurs(used))
        {
            return false;
        }

        environment[Variable] = used;
        return true;
    }

    /// <summary>Whether a folder is this user's alone: others may have made one of that name in a place that all may write to.</summary>
    private static bool IsOurs(string folder)
    {
        try
        {
            return File.GetUnixFileMode(folder) == OwnerOnly && Directory.EnumerateFileSystemEntries(folder).Take(1).Count() >= 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
