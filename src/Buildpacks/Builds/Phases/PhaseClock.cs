using System.Diagnostics;

namespace Buildpacks.Builds.Phases;

/// <summary>Measures the steps of a build: the platform's own, and the lifecycle's phases within one of them.</summary>
internal sealed class PhaseClock
{
    private readonly object _gate = new();
    private readonly List<PackPhase> _phases = [];
    private readonly Stopwatch _phase = new();
    private string? _running;

    /// <summary>The steps so far, in the order in which they ended.</summary>
    public IReadOnlyList<PackPhase> Phases
    {
        get
        {
            lock (_gate)
            {
                return [.. _phases];
            }
        }
    }

    /// <summary>Runs and measures a step of the platform.</summary>
    public async Task<T> MeasureAsync<T>(string name, Func<Task<T>> step)
    {
        var clock = Stopwatch.StartNew();
        try
        {
            return await step().ConfigureAwait(false);
        }
        finally
        {
            Add(new PackPhase(name, clock.Elapsed));
        }
    }

    /// <summary>Runs and measures a step of the platform.</summary>
    public Task MeasureAsync(string name, Func<Task> step) => MeasureAsync(name, async () =>
    {
        await step().ConfigureAwait(false);
        return true;
    });

    /// <summary>The container starts: until the first phase of the lifecycle, that is a step of its own.</summary>
    public void ContainerStarts() => PhaseBegins("start");

    /// <summary>A phase of the lifecycle begins, and with it the one before ends.</summary>
    /// <param name="name">The phase. One that runs already begins only now: the time since then belongs to the phase before.</param>
    public void PhaseBegins(string name)
    {
        lock (_gate)
        {
            if (_running == name && _phases is [.., var before])
            {
                _phases[^1] = before with { Duration = before.Duration + _phase.Elapsed };
                _phase.Restart();
                return;
            }

            EndPhase();
            _running = name;
            _phase.Restart();
        }
    }

    /// <summary>The container has ended.</summary>
    /// <returns>The phase in which it ended; <see langword="null"/> when none had begun.</returns>
    public string? ContainerEnds()
    {
        lock (_gate)
        {
            var last = _running;
            EndPhase();
            return last;
        }
    }

    private void EndPhase()
    {
        if (_running is { } name)
        {
            _phases.Add(new PackPhase(name, _phase.Elapsed));
            _running = null;
        }
    }

    private void Add(PackPhase phase)
    {
        lock (_gate)
        {
            _phases.Add(phase);
        }
    }
}
