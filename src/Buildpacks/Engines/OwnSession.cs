using System.Diagnostics;
using Buildpacks.Configuration;

namespace Buildpacks.Engines;

/// <summary>
/// Starts a program in a session of its own. Ctrl+C in a terminal goes to all processes in its foreground: to podman or ssh, too, which would
/// end in the middle of their work and leave a part of it. This process handles Ctrl+C, and ends the program when that can be done.
/// </summary>
internal static class OwnSession
{
    private const string Program = "setsid";

    /// <summary>The program that does it.</summary>
    /// <returns><see langword="null"/> where there is none: then the program shares this process's session.</returns>
    public static string? Find() =>
        OperatingSystem.IsLinux() ? EngineEnvironment.Current().FindProgram(Program) : null;

    /// <summary>How to start a program.</summary>
    /// <param name="program">What <see cref="Find"/> found.</param>
    /// <param name="executable">The program's full path.</param>
    public static ProcessStartInfo Start(string? program, string executable)
    {
        // It becomes the program, under the same process id. What cannot be run is left to fail under its own name.
        if (program is null || !EngineEnvironment.IsProgram(executable))
        {
            return new ProcessStartInfo(executable);
        }

        var start = new ProcessStartInfo(program);
        start.ArgumentList.Add(executable);
        return start;
    }
}
