using System.Diagnostics;
using Buildpacks.Configuration;

namespace Buildpacks.Engines.Podman.Cli;

/// <summary>
/// Starts podman in a session of its own. Ctrl+C in a terminal goes to all processes in its foreground: to podman, too, which would end in
/// the middle of its work and leave a part of it for ever. It is for this process to hear of it, and to end podman when that can be done.
/// </summary>
internal static class OwnSession
{
    private const string Program = "setsid";

    /// <summary>The program that does it.</summary>
    /// <returns><see langword="null"/> where there is none: then podman shares this process's session.</returns>
    public static string? Find() =>
        OperatingSystem.IsLinux() ? EngineEnvironment.Current().FindProgram(Program) : null;

    /// <summary>How to start podman.</summary>
    /// <param name="program">What <see cref="Find"/> found.</param>
    /// <param name="executable">podman.</param>
    public static ProcessStartInfo Start(string? program, string executable)
    {
        // It becomes podman, under the same number. What cannot be run is left to fail under its own name.
        if (program is null || !EngineEnvironment.IsProgram(executable))
        {
            return new ProcessStartInfo(executable);
        }

        var start = new ProcessStartInfo(program);
        start.ArgumentList.Add(executable);
        return start;
    }
}
