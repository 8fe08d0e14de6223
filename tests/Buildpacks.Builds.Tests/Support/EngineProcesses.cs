using System.Diagnostics;
using System.Globalization;
using Buildpacks.Testing.Engines;

namespace Buildpacks.Builds.Tests.Support;

/// <summary>The processes of podman that work on the store of one fixture.</summary>
internal static class EngineProcesses
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>The processes that do one of some things.</summary>
    /// <param name="engine">The fixture.</param>
    /// <param name="commands">The things, in podman's words.</param>
    public static IReadOnlySet<int> Find(EngineFixture engine, params string[] commands) =>
        All().Where(id => commands.Any(command => Does(id, command, engine))).ToHashSet();

    /// <summary>Waits until none runs that does one of some things.</summary>
    /// <param name="engine">The fixture.</param>
    /// <param name="others">Processes that go on.</param>
    /// <param name="commands">The things, in podman's words.</param>
    public static async Task EndAsync(EngineFixture engine, IReadOnlySet<int> others, params string[] commands)
    {
        var waited = Stopwatch.StartNew();
        while (Find(engine, commands).Except(others).Any() && waited.Elapsed < Patience)
        {
            await Task.Delay(50);
        }
    }

    /// <summary>Kills the first child of this process that does a thing, as soon as there is one.</summary>
    /// <param name="engine">The fixture.</param>
    /// <param name="command">The thing, in podman's words.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    public static Task KillAsync(EngineFixture engine, string command, CancellationToken cancellationToken) => Task.Factory.StartNew(
        () =>
        {
            // On a thread of its own, which does not wait for the pool's: the child may live for a few milliseconds only.
            while (!cancellationToken.IsCancellationRequested && !Children().Where(id => Does(id, command, engine)).ToList().Any(Kill))
            {
                Thread.Sleep(1);
            }
        },
        cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>The processes with open files below a folder: id, command line and files, one line for each process.</summary>
    /// <param name="folder">The folder.</param>
    public static IEnumerable<string> UsersOf(string folder) =>
        Users(folder).Select(user => $"{user.Id} {Read($"/proc/{user.Id}/cmdline").Replace('\0', ' ')}: {string.Join(", ", user.Files)}");

    /// <summary>Ends the processes of conmon with open files below a folder. One whose podman was killed while it made a container can wait for ever.</summary>
    /// <param name="folder">The folder.</param>
    public static void EndWatchers(string folder)
    {
        foreach (var (id, _) in Users(folder).Where(user => Path.GetFileName(Read($"/proc/{user.Id}/cmdline").Split('\0')[0]) == "conmon").ToList())
        {
            Kill(id);
        }
    }

    private static IEnumerable<(int Id, IReadOnlyList<string> Files)> Users(string folder) => All()
        .Select(id => (Id: id, Files: (IReadOnlyList<string>)[.. OpenFiles(id).Where(file => file.StartsWith(folder, StringComparison.Ordinal))]))
        .Where(user => user.Files.Count > 0);

    /// <summary>Kills a process and, rootless, the one that does podman's work for it.</summary>
    private static bool Kill(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            process.Kill(entireProcessTree: true);
            return true;
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            // It ended by itself.
            return false;
        }
    }

    private static IEnumerable<int> All() => Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).OfType<string>()
        .Where(name => char.IsAsciiDigit(name[0])).Select(name => int.Parse(name, CultureInfo.InvariantCulture));

    private static IEnumerable<string> OpenFiles(int id)
    {
        try
        {
            return [.. Directory.EnumerateFileSystemEntries($"/proc/{id}/fd").Select(file => new FileInfo(file).LinkTarget ?? "")];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static IEnumerable<int> Children() => Directory.EnumerateDirectories("/proc/self/task")
        .SelectMany(thread => Read(Path.Combine(thread, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Select(id => int.Parse(id, CultureInfo.InvariantCulture));

    private static bool Does(int id, string command, EngineFixture engine) =>
        Read($"/proc/{id}/cmdline").Split('\0') is [var program, .. var arguments] && Path.GetFileName(program) == "podman"
        && arguments.Contains(command) && Read($"/proc/{id}/environ").Contains(Path.GetDirectoryName(engine.StoreFolder)!, StringComparison.Ordinal);

    private static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
