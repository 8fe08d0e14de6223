using System.Diagnostics;
using Buildpacks.Engines;

namespace Buildpacks.Builds.Records;

/// <summary>Passes everything on, and keeps what belongs into the log of the build.</summary>
/// <param name="next">Gets everything.</param>
internal sealed class BuildLogKeeper(IPackSink next) : IPackSink
{
    private readonly DateTimeOffset _started = DateTimeOffset.UtcNow;
    private readonly Stopwatch _duration = Stopwatch.StartNew();
    private readonly object _gate = new();
    private readonly List<string> _warnings = [];
    private readonly OutputKeeper _output = new();

    /// <inheritdoc/>
    public void Log(PackLogLevel level, string category, string message)
    {
        if (level == PackLogLevel.Warning)
        {
            lock (_gate)
            {
                _warnings.Add(message);
            }
        }

        next.Log(level, category, message);
    }

    /// <inheritdoc/>
    public void Progress(PackProgress progress) => next.Progress(progress);

    /// <inheritdoc/>
    public void Output(PackOutputLine line)
    {
        lock (_gate)
        {
            _output.Add(line);
        }

        next.Output(line);
    }

    /// <summary>The log of the build, which has ended.</summary>
    /// <param name="request">What was to be built.</param>
    /// <param name="engine">The engine that built.</param>
    /// <param name="record">What happened in the build.</param>
    /// <param name="calls">The calls to the engine.</param>
    /// <param name="failure">Why it failed; <see langword="null"/> when it did not.</param>
    public BuildLog ToLog(BuildRequest request, IEngine engine, BuildRecord record, EngineCallCollector calls, PackException? failure = null)
    {
        var plan = record.Plan;
        lock (_gate)
        {
            var mask = LogMask.Of(record.Environment, request.Secrets);
            var (lines, gap) = _output.Read(mask);
            return new BuildLog
            {
                ImageName = request.ImageName,
                Path = request.Path,
                Builder = request.Builder ?? plan?.Builder.Name,
                RunImage = plan?.RunImageName.Spelling ?? request.RunImage,
                ExportRoute = plan?.Route ?? request.ExportRoute,
                Engine = engine.Kind,
                Endpoint = engine.Endpoint,
                LifecycleVersion = plan?.Builder.Lifecycle.Version,
                PlatformApi = plan?.PlatformApi.ToString(),
                Started = _started,
                Duration = _duration.Elapsed,
                Error = failure is null ? null : mask.Hide(failure),
                Phases = [.. record.Clock.Phases],
                Warnings = [.. _warnings.Select(mask.Hide)],
                Output = [.. lines],
                OutputGap = gap,
                EngineCalls = [.. calls.Calls],
            };
        }
    }
}
