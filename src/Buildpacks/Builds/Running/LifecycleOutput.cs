using System.Text.RegularExpressions;
using Buildpacks.Builds.Phases;
using Buildpacks.Descriptors.Labels;
using Buildpacks.Engines;
using Buildpacks.Reporting;

namespace Buildpacks.Builds.Running;

/// <summary>Takes what the lifecycle and the buildpacks write: passes it on line by line, notes which phase runs, keeps the last lines.</summary>
internal sealed partial class LifecycleOutput : IContainerOutput
{
    private const int KeptLines = 30;
    private const int MaximumWaiting = 1000;
    private const string Exporting = "exporting";

    /// <summary>The phases in which buildpacks print too: what they print is not changed.</summary>
    private static readonly string[] PhasesOfBuildpacks = ["detecting", "generating", "building"];

    private readonly IPackSink _sink;
    private readonly PhaseClock _clock;
    private readonly SecretMask _secrets;
    private readonly LineSplitter _out;
    private readonly LineSplitter _error;
    private LayoutNames? _names;
    private readonly Queue<string> _last = new();
    private LifecyclePhase _phase;

    /// <summary>The line that tells of the exported image, and what came after it, until that image's id is known; <see langword="null"/> when nothing waits.</summary>
    private Queue<PackOutputLine>? _waiting;

    /// <summary>Whoever sees the container's end may see it on one stream while the other is still read.</summary>
    private readonly object _turn = new();

    /// <summary>Makes a taker.</summary>
    /// <param name="sink">Gets the lines.</param>
    /// <param name="clock">Is told of phases.</param>
    /// <param name="secrets">Hides secrets.</param>
    /// <param name="names">Shows paths of layouts as names of images; <see langword="null"/> to show lines as they are.</param>
    public LifecycleOutput(IPackSink sink, PhaseClock clock, SecretMask secrets, LayoutNames? names = null)
    {
        _names = names;
        _sink = sink;
        _clock = clock;
        _secrets = secrets;
        _out = new LineSplitter((line, goesOn) => OnLine(line, goesOn, isError: false), secrets.SafeLength);
        _error = new LineSplitter((line, goesOn) => OnLine(line, goesOn, isError: true), secrets.SafeLength);
    }

    /// <summary>Which buildpacks ran, of those that the builder holds.</summary>
    public BuildpackTrace Buildpacks { get; init; } = new(new Dictionary<string, IReadOnlyDictionary<string, ModuleLayer>>());

    /// <summary>Notices that the cache is damaged; <see langword="null"/> for nobody.</summary>
    public CacheWatch? CacheWatch { get; init; }

    /// <summary>The phase that runs, or ran last, as the result names it; <see langword="null"/> before the first.</summary>
    public string? Phase { get; private set; }

    /// <summary>
    /// The digest of the layout that the exporter says it wrote; <see langword="null"/> before it did, or when it names none. What a
    /// buildpack prints cannot stand for it: the exporter speaks after all of them.
    /// </summary>
    public string? ExportedDigest { get; private set; }

    /// <summary>The last lines, without colours.</summary>
    public IReadOnlyList<string> LastLines
    {
        get
        {
            lock (_turn)
            {
                return [.. _last];
            }
        }
    }

    /// <inheritdoc/>
    public void Write(bool isError, ReadOnlySpan<byte> bytes)
    {
        lock (_turn)
        {
            (isError ? _error : _out).Write(bytes);
        }
    }

    /// <summary>Shows other names from now on: an image extension changed the run image.</summary>
    /// <param name="names">Shows paths of layouts as names of images.</param>
    public void ShowNames(LayoutNames? names)
    {
        lock (_turn)
        {
            _names = names;
        }
    }

    /// <summary>The container has ended: gives out what came without a line end.</summary>
    public void Complete()
    {
        lock (_turn)
        {
            _out.Complete();
            _error.Complete();
            ShowPhase(completed: true);
        }
    }

    /// <summary>Writes the heading of a phase that does not print one itself.</summary>
    /// <param name="heading">The heading's words.</param>
    /// <param name="isShown">Whether the log level lets it be seen; the phase begins in any case.</param>
    public void WriteHeading(string heading, bool isShown)
    {
        lock (_turn)
        {
            // In the colour that the reference lifecycle's creator gives it.
            OnLine($"\u001b[36m===> {heading}\u001b[0m", goesOn: false, isError: false, isShown);
        }
    }

    /// <summary>Gives out the lines that wait for the id of the exported image.</summary>
    /// <param name="id">The id; <see langword="null"/> when there is no such image.</param>
    public void ShowExported(string? id)
    {
        lock (_turn)
        {
            var waiting = _waiting;
            _waiting = null;
            if (waiting?.TryDequeue(out var first) is true)
            {
                _sink.Output(first with { Text = LayoutNames.ShowExported(first.Text, id) });
                foreach (var line in waiting)
                {
                    _sink.Output(line);
                }
            }
        }
    }

    /// <summary>Each phase is an activity of its own.</summary>
    private void ShowPhase(bool completed)
    {
        if (Phase is { } phase)
        {
            _sink.Progress(new PackProgress
            {
                Id = $"{ProgressIds.Lifecycle}/{phase}",
                ParentId = ProgressIds.Build,
                Activity = char.ToUpperInvariant(phase[0]) + phase[1..],
                IsTimed = true,
                Completed = completed,
            });
        }
    }

    private void OnLine(string line, bool goesOn, bool isError, bool isShown = true)
    {
        var plain = PlainText.Of(line);
        Buildpacks.Take(_phase, plain, _secrets.Hide(plain), isError);
        if (!isError && PhaseHeading().Match(plain) is { Success: true } heading && LifecyclePhases.Begin(heading.Groups[1].Value, _phase) is { } begun)
        {
            ShowPhase(completed: true);
            _phase = begun;
            Phase = heading.Groups[1].Value.ToLowerInvariant();
            ExportedDigest = null;
            _clock.PhaseBegins(Phase);
            ShowPhase(completed: false);
        }

        if (Phase == Exporting && ExportedImage().Match(plain) is { Success: true } exported)
        {
            ExportedDigest = exported.Groups[1].Value;
            if (_names is not null)
            {
                ShowExported(null);
                if (_names.IdOf(ExportedDigest) is { } id)
                {
                    (line, plain) = (LayoutNames.ShowExported(line, id), LayoutNames.ShowExported(plain, id));
                }
                else
                {
                    _waiting = new Queue<PackOutputLine>();
                    plain = LayoutNames.ShowExported(plain, null);
                }
            }
        }
        else if (_names is not null && !PhasesOfBuildpacks.Contains(Phase))
        {
            (line, plain) = (_names.Show(line), _names.Show(plain));
        }

        if (!PhasesOfBuildpacks.Contains(Phase))
        {
            CacheWatch?.Take(plain);
        }

        if (!isShown)
        {
            return;
        }

        if (_last.Count == KeptLines)
        {
            _last.Dequeue();
        }

        _last.Enqueue(_secrets.Hide(plain));
        var output = new PackOutputLine(_secrets.Hide(line), isError) { GoesOn = goesOn };
        if (_waiting is null)
        {
            _sink.Output(output);
            return;
        }

        _waiting.Enqueue(output);
        if (_waiting.Count == MaximumWaiting)
        {
            ShowExported(null);
        }
    }

    /// <summary>The reference lifecycle puts the layout's path before the digest.</summary>
    [GeneratedRegex(@"^\*\*\* Images \((?:.*@)?(sha256:[0-9a-f]{64})\):\s*$")]
    private static partial Regex ExportedImage();

    [GeneratedRegex(@"^===> ([A-Z][A-Z ()]*[A-Z)])\s*$")]
    private static partial Regex PhaseHeading();
}
