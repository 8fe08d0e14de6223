using System.Runtime.ExceptionServices;
using Buildpacks.Builds.Phases;
using Buildpacks.Stores.Exports;

namespace Buildpacks.Builds.Running;

/// <summary>
/// Runs the phases of a build one after the other, each in the container of its group. The containers are prepared while earlier phases run: an
/// engine takes longer to start a container than most phases take.
/// </summary>
/// <param name="run">The run.</param>
/// <param name="output">Takes the output of all phases.</param>
internal sealed class PhaseSequence(PhaseRun run, LifecycleOutput output)
{
    private Exception? _failure;
    private WrittenImage? _image;

    /// <summary>Whether each phase gets a container of its own, also one of a group.</summary>
    public bool RunsApart { get; init; }

    /// <summary>Runs them.</summary>
    /// <param name="carryOut">Makes a container, and runs its phases when it is their turn; the last one gives the image.</param>
    /// <param name="cancellationToken">Ends the build.</param>
    public async Task<WrittenImage> RunAsync(Func<PhaseContainer, CancellationToken, Task<WrittenImage?>> carryOut, CancellationToken cancellationToken)
    {
        var turns = PhaseTurn.Line(run.Plan.Phases, isLast: true, output, run.Clock);
        PhaseContainer[] containers = [.. turns.GroupBy(turn => RunsApart ? turn : turn.Phase.Group ?? (object)turn).Select(group => new PhaseContainer([.. group], output, run.Extensions))];
        if (containers is [var only])
        {
            return (await run.InContainerAsync(shared: null, container => carryOut(only.In(container), cancellationToken)).ConfigureAwait(false))!;
        }

        var shared = new SharedVolumes(run);
        await using (shared.ConfigureAwait(false))
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await shared.MakeAsync(cancellationToken).ConfigureAwait(false);
            await Task.WhenAll(containers.Select(container => RunContainerAsync(container, containers, shared, carryOut, stop))).ConfigureAwait(false);
            if (_failure is { } failure)
            {
                ExceptionDispatchInfo.Throw(failure);
            }

            shared.Succeeded = true;
        }

        return _image!;
    }

    /// <summary>
    /// Runs a container. The first container makes the volumes that all share: others that are made at the same time could meet half of them. Two that
    /// have two volumes in common are not made at the same time: each podman locks all volumes of a container that it makes, in any order, and
    /// two could wait for each other for ever.
    /// </summary>
    private async Task RunContainerAsync(
        PhaseContainer own, IReadOnlyList<PhaseContainer> all, SharedVolumes shared, Func<PhaseContainer, CancellationToken, Task<WrittenImage?>> carryOut, CancellationTokenSource stop)
    {
        try
        {
            foreach (var earlier in all.TakeWhile(other => other != own).Where(other => other.IsFirst || other.Phase.CountShared(own.Phase) > 1))
            {
                await earlier.Begun.WaitAsync(stop.Token).ConfigureAwait(false);
            }

            var image = await run.InContainerAsync(shared, container => carryOut(own.In(container), stop.Token)).ConfigureAwait(false);
            if (own.IsLast)
            {
                _image = image;
            }
        }
        catch (Exception failure)
        {
            // The failures that follow are those of phases that were stopped.
            Interlocked.CompareExchange(ref _failure, failure, null);
            await stop.CancelAsync().ConfigureAwait(false);
        }
    }
}

/// <summary>A container of a build, from the time when it is prepared, with the phases that run in it one after the other.</summary>
internal sealed class PhaseContainer
{
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Describes a container.</summary>
    /// <param name="turns">Its phases.</param>
    /// <param name="output">Takes their output.</param>
    /// <param name="extensions">Applies image extensions between two of the phases; <see langword="null"/> for nothing in between.</param>
    public PhaseContainer(IReadOnlyList<PhaseTurn> turns, LifecycleOutput output, ExtensionStage? extensions = null)
    {
        Turns = turns;
        Phase = Phase.Join([.. turns.Select(turn => turn.Phase)]);
        if (turns.Count > 1)
        {
            Script = new TurnScript(turns, output, extensions);
            Phase = Phase with { Command = Script.Command, HasInput = true };
        }
    }

    /// <summary>Its phases.</summary>
    public IReadOnlyList<PhaseTurn> Turns { get; }

    /// <summary>The container as a whole.</summary>
    public Phase Phase { get; }

    /// <summary>What runs several phases; <see langword="null"/> when there is one, which the container runs itself.</summary>
    public TurnScript? Script { get; }

    /// <summary>Whether the image comes out of this container.</summary>
    public bool IsLast => Turns[^1].IsLast;

    /// <summary>Whether nothing runs before it.</summary>
    public bool IsFirst => Turns[0].IsFirst;

    /// <summary>The container of the engine.</summary>
    public BuildContainer Container { get; private set; } = null!;

    /// <summary>Ends when the container is there.</summary>
    public Task Begun => _begun.Task;

    /// <summary>Gives it the engine's container.</summary>
    public PhaseContainer In(BuildContainer container)
    {
        Container = container;
        return this;
    }

    /// <summary>The container is there.</summary>
    public void Begin() => _begun.TrySetResult();
}

/// <summary>A phase of a build, and its place among the others.</summary>
internal sealed class PhaseTurn(Phase phase, PhaseTurn? before, bool isLast, bool hasHeading, LifecycleOutput output, PhaseClock clock)
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The turns of phases that run one after the other. Several have headings; one is the creator, which prints them itself.</summary>
    /// <param name="phases">The phases.</param>
    /// <param name="isLast">Whether the image comes out of the last one.</param>
    /// <param name="output">Takes their output.</param>
    /// <param name="clock">Is told when the last one has ended.</param>
    public static IReadOnlyList<PhaseTurn> Line(IReadOnlyList<Phase> phases, bool isLast, LifecycleOutput output, PhaseClock clock)
    {
        var turns = new List<PhaseTurn>();
        foreach (var phase in phases)
        {
            turns.Add(new PhaseTurn(phase, turns.LastOrDefault(), isLast && turns.Count == phases.Count - 1, phases.Count > 1, output, clock));
        }

        return turns;
    }

    /// <summary>The phase.</summary>
    public Phase Phase => phase;

    /// <summary>Whether the image comes out of this phase.</summary>
    public bool IsLast => isLast;

    /// <summary>Whether nothing runs before it.</summary>
    public bool IsFirst => before is null;

    /// <summary>Waits until the phases before have ended.</summary>
    public Task ReadyAsync(CancellationToken cancellationToken) => before?._ended.Task.WaitAsync(cancellationToken) ?? Task.CompletedTask;

    /// <summary>Waits until the phases before have ended, and says that this one begins.</summary>
    public async Task EnterAsync(CancellationToken cancellationToken)
    {
        await ReadyAsync(cancellationToken).ConfigureAwait(false);
        if (hasHeading)
        {
            // The creator prints these headings; the phases by themselves do not.
            output.WriteHeading(phase.Name switch
            {
                "analyzer" => "ANALYZING",
                "detector" => "DETECTING",
                "restorer" => "RESTORING",
                "builder" => "BUILDING",
                _ => "EXPORTING",
            }, phase.ShowsHeading);
        }
    }

    /// <summary>The phase has ended well: the next one may begin.</summary>
    public void End()
    {
        output.Complete();
        if (isLast)
        {
            clock.ContainerEnds();
        }

        _ended.TrySetResult();
    }
}
