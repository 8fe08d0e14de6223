using System.Diagnostics;
using System.Globalization;
using Buildpacks.Testing.Engines;

namespace Buildpacks.Builds.Tests.Support;

/// <summary>The processes of podman that work on the store of one fixture.</summary>
internal static class EngineProcesses
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>Waits until none runs that does one of some things.</summary>
    /// <param name="engine">The fixture.</param>
    /// <param name="commands">The things, in podman's words.</param>
    public static async Task EndAsync(EngineFixture engine, params string[] commands)
    {
        var waited = Stopwatch.StartNew();
        while (commands.Any(command => Find(engine, command).Count > 0) && waited.Elapsed < Patience)
        {
            await Task.Delay(50);
        }
    }

    /// <summary>Kills the first that does a thing, as soon as there is one.</summary>
    /// <param name="engine">The fixture.</param>
    /// <param name="command">The thing, in podman's words.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    public static async Task KillAsync(EngineFixture engine, string command, CancellationToken cancellationToken)
    {
        while (Find(engine, command) is var found)
        {
            foreach (var id in found)
            {
                try
                {
                    using var process = Process.GetProcessById(id);
                    process.Kill();
                }
                catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
                {
                    // It ended by itself.
                }
            }

            if (found.Count > 0)
            {
                return;
            }

            await Task.Delay(2, cancellationToken);
        }
    }

    private static List<int> Find(EngineFixture engine, string command) =>
    [
        .. Directory.EnumerateDirectories("/proc")
            .Where(path => char.IsAsciiDigit(Path.GetFileName(path)[0]))
            .Where(path => Read(path, "cmdline").Split('\0') is [var program, .. var arguments] && Path.GetFileName(program) == "podman"
                && arguments.Contains(command) && Read(path, "environ").Contains(engine.StoreFolder[..^"store".Length], StringComparison.Ordinal))
            .Select(path => int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture)),
    ];

    private static string Read(string process, string file)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, file));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
