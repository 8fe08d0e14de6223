using System.Globalization;
using System.Text.RegularExpressions;
using Buildpacks.Descriptors.Labels;

namespace Buildpacks.Builds.Running;

/// <summary>
/// Finds out from a lifecycle's output which buildpacks build an app and which of them runs. At its usual log level the reference lifecycle
/// prints the group that was detected, and the exit status of a buildpack that failed, but not which one it was: buildpacks announce
/// themselves, by their name or id, and each gets a folder for its layers when it starts. With the log level debug the lifecycle names each.
/// </summary>
/// <param name="held">The buildpacks that the builder holds, by id and version.</param>
internal sealed partial class BuildpackTrace(IReadOnlyDictionary<string, IReadOnlyDictionary<string, ModuleLayer>> held)
{
    private const int KeptLines = 10;
    private const int LongestLine = 400;
    private const int ShortestName = 5;
    private const string Cut = "…";

    private readonly List<PackBuildpack> _group = [];
    private readonly HashSet<string> _restored = new(StringComparer.Ordinal);
    private readonly Queue<string> _lines = new();
    private readonly Queue<string> _errors = new();
    private int _running = -1;
    private PackBuildpack? _named;

    /// <summary>The buildpacks that build the app, in their order.</summary>
    public IReadOnlyList<PackBuildpack> Group => _group;

    /// <summary>The buildpack that runs, or ran last; <see langword="null"/> when nothing told which of several.</summary>
    public PackBuildpack? Last => _named ?? (_running >= 0 ? _group[_running] : _group is [var only] ? only : null);

    /// <summary>The exit code of the buildpack that failed, as the lifecycle tells it.</summary>
    public int? ExitCode { get; private set; }

    /// <summary>The last lines that buildpacks wrote to standard error; when they wrote none there, or the lifecycle joins the two streams, the last of the running one.</summary>
    public IReadOnlyList<string> LastLines => _errors.Count > 0 ? [.. _errors] : [.. _lines];

    /// <summary>Takes a line.</summary>
    /// <param name="phase">The phase that runs.</param>
    /// <param name="line">The line without colours.</param>
    /// <param name="shown">The line without secrets.</param>
    /// <param name="isError">Whether it came on standard error.</param>
    public void Take(LifecyclePhase phase, string line, string shown, bool isError)
    {
        if (phase == LifecyclePhase.Detecting && Member().Match(line) is { Success: true } member)
        {
            Join(member.Groups[1].Value, member.Groups[2].Value);
        }

        if (phase == LifecyclePhase.Building && !isError)
        {
            Follow(line);
        }
        else if (Restored().Match(line) is { Success: true } restored)
        {
            _restored.Add(restored.Groups[1].Value);
        }

        // What comes on the two streams comes in no order of the two: the phase is of no use for standard error.
        if (Failure().Match(line) is { Success: true } failure)
        {
            ExitCode = int.Parse(failure.Groups[3].Value, CultureInfo.InvariantCulture);
            if (failure.Groups[1].Success)
            {
                _named = new PackBuildpack(failure.Groups[1].Value, failure.Groups[2].Value);
            }
        }
        else if (line.Trim().Length > 0 && !IsOfLifecycle(line) && (isError || phase == LifecyclePhase.Building))
        {
            Keep(isError ? _errors : _lines, shown);
        }
    }

    /// <summary>The names of the folders for layers, the last buildpack's first; none when it is known which buildpack failed.</summary>
    public IReadOnlyList<string> LayerFolders => _named is not null || _group.Count < 2 ? [] : [.. _group.Select(FolderOf).Reverse()];

    /// <summary>
    /// Takes the names of the folders for layers that are there after a failure. The last buildpack that has one is the last that ran, unless
    /// the folder came with restored layers.
    /// </summary>
    /// <param name="folders">The names.</param>
    public void TakeLayers(IReadOnlyCollection<string> folders)
    {
        var last = _group.FindLastIndex(member => folders.Contains(FolderOf(member)));
        if (last > _running && !_restored.Contains(_group[last].Id))
        {
            _running = last;
        }
    }

    /// <summary>The lifecycle writes the id of a buildpack so into paths.</summary>
    private static string FolderOf(PackBuildpack buildpack) => buildpack.Id.Replace('/', '_');

    /// <summary>Whether the lifecycle itself wrote a line: of its own failure, or of a run image without labels for its distribution.</summary>
    private static bool IsOfLifecycle(string line) =>
        line.StartsWith("ERROR: ", StringComparison.Ordinal) || line.StartsWith("target distro name/version labels not found", StringComparison.Ordinal);

    private static void Keep(Queue<string> lines, string line)
    {
        if (lines.Count == KeptLines)
        {
            lines.Dequeue();
        }

        lines.Enqueue(line.Length > LongestLine ? line[..LongestLine] + Cut : line);
    }

    private void Join(string id, string version)
    {
        if (held.TryGetValue(id, out var versions) && versions.ContainsKey(version) && !_group.Exists(known => known.Id == id))
        {
            _group.Add(new PackBuildpack(id, version));
        }
    }

    /// <summary>
    /// Notes which buildpack runs. They run in the order of the group: a line never leads back. What came on standard error is kept: it may
    /// have come before the heading.
    /// </summary>
    private void Follow(string line)
    {
        if (Started().Match(line) is { Success: true } started)
        {
            _named = new PackBuildpack(started.Groups[1].Value, started.Groups[2].Value);
            _lines.Clear();
            return;
        }

        for (var index = _group.Count - 1; index > _running; index--)
        {
            if (Announces(line, _group[index]))
            {
                _running = index;
                _lines.Clear();
                return;
            }
        }
    }

    /// <summary>Whether a line is the heading of a buildpack: its name for people, with or without marks before it, or its id.</summary>
    private bool Announces(string line, PackBuildpack buildpack)
    {
        var text = line.TrimStart(' ', '\t', '=', '-', '#', '>', '*', '[');
        return held[buildpack.Id][buildpack.Version].Name is { Length: >= ShortestName } name && text.StartsWith(name, StringComparison.OrdinalIgnoreCase)
            || text.StartsWith(buildpack.Id, StringComparison.Ordinal)
            || line.Contains(buildpack.ToString(), StringComparison.Ordinal);
    }

    [GeneratedRegex(@"^(\S+)\s+(\S+)\s*$")]
    private static partial Regex Member();

    [GeneratedRegex(@"^Restoring (?:meta)?data for ""([^"":]+):")]
    private static partial Regex Restored();

    [GeneratedRegex(@"^Running build for buildpack (\S+)@(\S+)\s*$")]
    private static partial Regex Started();

    /// <summary>The reference lifecycle tells the exit status alone, the one of this repository whose it is.</summary>
    [GeneratedRegex(@"^ERROR: failed to build: (?:buildpack (\S+)@(\S+) failed with )?exit (?:status|code) (\d{1,3})\s*$")]
    private static partial Regex Failure();
}
