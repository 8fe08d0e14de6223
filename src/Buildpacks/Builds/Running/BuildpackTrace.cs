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
    private const int MostSections = 50;
    private const string Cut = "…";

    private readonly List<PackBuildpack> _group = [];
    private readonly HashSet<string> _restored = new(StringComparer.Ordinal);
    private readonly Queue<string> _lines = new();
    private readonly Queue<string> _errors = new();
    private readonly Dictionary<string, Queue<string>> _detection = new(StringComparer.Ordinal);
    private readonly List<DetectError> _detectErrors = [];
    private int _running = -1;
    private PackBuildpack? _named;
    private Queue<string>? _section;

    /// <summary>The buildpacks that build the app, in their order.</summary>
    public IReadOnlyList<PackBuildpack> Group => _group;

    /// <summary>The buildpack that runs, or ran last; <see langword="null"/> when nothing told which of several.</summary>
    public PackBuildpack? Last => _named ?? (_running >= 0 ? _group[_running] : _group is [var only] ? only : null);

    /// <summary>The exit code of the buildpack that failed, as the lifecycle tells it.</summary>
    public int? ExitCode { get; private set; }

    /// <summary>The last lines that buildpacks wrote to standard error; when they wrote none there, or the lifecycle joins the two streams, the last of the running one.</summary>
    public IReadOnlyList<string> LastLines => _errors.Count > 0 ? [.. _errors] : [.. _lines];

    /// <summary>The buildpacks that neither passed detection nor said that they are not meant for the app, in the order in which they are told of.</summary>
    public IReadOnlyList<DetectError> DetectErrors => _detectErrors;

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

        if (phase == LifecyclePhase.Detecting && !isError)
        {
            TakeDetection(shown);
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
    /// Keeps the last lines of each buildpack that failed to detect, and its exit code. A lifecycle prints the output of such buildpacks under
    /// headings with their names, and then the results of the group.
    /// </summary>
    private void TakeDetection(string line)
    {
        if (Heading().Match(line) is { Success: true } heading)
        {
            _section = heading.Groups[1].Success ? SectionOf(heading.Groups[1].Value) : null;
        }
        else if (_section is null && DetectResult().Match(line) is { Success: true } result)
        {
            var buildpack = new PackBuildpack(result.Groups[1].Value, result.Groups[2].Value);
            if (_detectErrors.Count < MostSections && !_detectErrors.Exists(known => known.Buildpack == buildpack))
            {
                _detectErrors.Add(new DetectError(
                    buildpack, result.Groups[3].Success ? int.Parse(result.Groups[3].Value, CultureInfo.InvariantCulture) : null,
                    [.. _detection.GetValueOrDefault(buildpack.ToString()) ?? []]));
            }
        }
        else if (_section is not null && line.Trim().Length > 0)
        {
            Keep(_section, line);
        }
    }

    private Queue<string>? SectionOf(string buildpack)
    {
        if (!_detection.TryGetValue(buildpack, out var lines) && _detection.Count < MostSections)
        {
            _detection.Add(buildpack, lines = new Queue<string>());
        }

        return lines;
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

    [GeneratedRegex(@"^======== (?:(?:Output|Error): (\S+)|Results) ========\s*$")]
    private static partial Regex Heading();

    [GeneratedRegex(@"^err:\s+([^\s@]+)@(\S+)(?: \((\d{1,3})\))?\s*$")]
    private static partial Regex DetectResult();

    [GeneratedRegex(@"^Restoring (?:meta)?data for ""([^"":]+):")]
    private static partial Regex Restored();

    [GeneratedRegex(@"^Running build for buildpack (\S+)@(\S+)\s*$")]
    private static partial Regex Started();

    /// <summary>The reference lifecycle tells the exit status alone, the one of this repository whose it is.</summary>
    [GeneratedRegex(@"^ERROR: failed to build: (?:buildpack (\S+)@(\S+) failed with )?exit (?:status|code) (\d{1,3})\s*$")]
    private static partial Regex Failure();
}

/// <summary>A buildpack that failed to detect.</summary>
/// <param name="Buildpack">The buildpack.</param>
/// <param name="ExitCode">Its exit code; <see langword="null"/> when it was not run.</param>
/// <param name="LastLines">Its last lines, or why it was not run.</param>
internal sealed record DetectError(PackBuildpack Buildpack, int? ExitCode, IReadOnlyList<string> LastLines)
{
    /// <inheritdoc/>
    public override string ToString() => ExitCode is { } code ? $"{Buildpack} (exit code {code})" : Buildpack.ToString();
}
