using System.Security.Cryptography;
using Buildpacks.Builds.Phases;
using Buildpacks.Engines;
using Buildpacks.IO;
using Buildpacks.Sessions;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Builds.Running;

/// <summary>
/// The container of a build, from before it exists until after it is gone: a marker on this machine says so all that time, and
/// however the build ends, the container is removed.
/// </summary>
internal sealed class BuildContainer : IAsyncDisposable
{
    /// <summary>The label that every container of a build carries.</summary>
    public const string SessionLabel = BuildVolumes.SessionLabel;

    private const string AuthorLabel = "author";
    private const string Author = "Buildpacks";
    private const int SessionBytes = 8;

    private static readonly TimeSpan CleanUpLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan CreationLimit = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(200);
    private const int LastAttempt = 4;

    /// <summary>What engines say of a container that was taken from them while they were about to start it.</summary>
    private static readonly string[] TakenWords = ["no such container", "no container with", "container not known", "has already been removed"];

    private readonly IEngine _engine;
    private readonly BuildMarkers _markers;
    private readonly ILogger _logger;
    private readonly IReadOnlyDictionary<string, string> _labels;
    private BuildMarker _marker;
    private readonly CancellationTokenSource _creationEnd = new();
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _creation = Task.CompletedTask;
    private Task _noted = Task.CompletedTask;
    private bool _piped;
    private bool _gone = true;
    private bool _removedItself;
    private bool _requested;
    private string? _network;
    private readonly SharedVolumes? _shared;
    private IReadOnlyList<string> _made = [];

    /// <summary>Prepares a container; nothing exists yet.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="engineKey">The engine as markers name it.</param>
    /// <param name="markers">The markers.</param>
    /// <param name="volumes">The volumes that the container needs and that may not be there: they are made before it.</param>
    /// <param name="started">When the build began.</param>
    /// <param name="logger">Is warned when cleaning up fails.</param>
    /// <param name="shared">The volumes that it shares with other containers of the build; <see langword="null"/> for none.</param>
    public BuildContainer(
        IEngine engine, string engineKey, BuildMarkers markers, IReadOnlyList<string> volumes, DateTimeOffset started, ILogger logger, SharedVolumes? shared = null)
    {
        var session = NewSession();
        _shared = shared;
        (_engine, _markers, _logger) = (engine, markers, logger);
        _labels = new Dictionary<string, string> { [SessionLabel] = session, [AuthorLabel] = Author };
        _marker = new BuildMarker
        {
            Session = session,
            Engine = engineKey,
            Container = "buildpacks-" + session,
            Volumes = volumes,
            Started = started,
            Process = ProcessIdentity.Current(),
        };
    }

    /// <summary>A name for what one build makes.</summary>
    public static string NewSession() => Convert.ToHexString(RandomNumberGenerator.GetBytes(SessionBytes)).ToLowerInvariant();

    /// <summary>The container's name.</summary>
    public string Name => _marker.Container!;

    /// <summary>The label's value of what was made for the container.</summary>
    public string Session => _marker.Session;

    /// <summary>The volumes that were made for the container, and are empty when it begins.</summary>
    public IReadOnlyList<string> MadeVolumes
    {
        get => _shared?.MadeVolumes ?? _made;
        private set => _made = value;
    }

    /// <summary>Whether the build came to its end; otherwise the volumes that it made go too.</summary>
    public bool Succeeded { get; set; }

    /// <summary>Makes the container.</summary>
    public async Task CreateAsync(Phase phase, CancellationToken cancellationToken)
    {
        _markers.TryWrite(_marker, _logger);
        _gone = false;
        _creation = MakeAsync(token => _engine.Containers.CreateAsync(Spec(phase), token), cancellationToken);

        // A build that is stopped does not wait, but the engine may finish: an engine that is cut short may leave half a container.
        await _creation.WaitAsync(cancellationToken).ConfigureAwait(false);
        _markers.TryWrite(_marker = _marker with { ContainerMade = true }, _logger);
    }

    /// <summary>Runs the container from its making to its end in one call of the engine, after which it is gone.</summary>
    /// <param name="phase">What runs.</param>
    /// <param name="run">Runs it; is given what to tell once it runs.</param>
    /// <param name="cancellationToken">
    /// Ends the waiting. The call itself ends with the container, which disposing removes: a podman that is cut short in the making of
    /// one may leave half of it.
    /// </param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(
        Phase phase, Func<ContainerSpec, Action, CancellationToken, Task<int>> run, CancellationToken cancellationToken)
    {
        _markers.TryWrite(_marker, _logger);
        (_gone, _piped, _network) = (false, true, phase.Network);
        var running = MakeAsync(token => run(Spec(phase), Begin, token), cancellationToken);
        _creation = running;
        var exitCode = await running.WaitAsync(cancellationToken).ConfigureAwait(false);

        // What fails may fail for want of space, and then the engine may have failed to remove the container, too.
        _removedItself = exitCode == 0;
        return exitCode;

        // Whoever tells of it has the container's output to read, which is not to wait for a file.
        void Begin()
        {
            var made = _marker = _marker with { ContainerMade = true };
            _noted = Task.Run(() => _markers.TryWrite(made, _logger), CancellationToken.None);
            _begun.SetResult();
        }
    }

    /// <summary>
    /// Whether an engine failed because the container is not there any more. It has many words for one that is removed under its hands, so
    /// it is asked.
    /// </summary>
    public async Task<bool> IsMissingAsync(PackException failure)
    {
        // One that runs in one call goes with its call, whatever made that fail.
        var maybe = _piped ? TellsThatItWasTaken(failure.Message) : _marker.ContainerMade;
        if (!maybe || failure.Target != Name || failure.Kind is not (PackErrorKind.NotFound or PackErrorKind.Conflict or PackErrorKind.Failed))
        {
            return false;
        }

        using var limit = new CancellationTokenSource(CleanUpLimit);
        try
        {
            // docker removes a container's files first, and shows the container for as long as that takes.
            var container = await _engine.Containers.InspectAsync(Name, limit.Token).ConfigureAwait(false);
            return container.Status is "removing" or "dead";
        }
        catch (PackException answer)
        {
            return answer.Kind == PackErrorKind.NotFound;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>The failure of a build whose container was taken from it.</summary>
    /// <param name="image">The image that was to be built.</param>
    /// <param name="cause">What the engine said.</param>
    public static PackException Gone(string image, PackException cause) =>
        new(PackErrorIds.BuildContainerGone, PackErrorKind.NotFound, $"The build of '{image}' lost its container: another process removed it. {cause.Message}", cause)
        {
            Target = image,
            RecommendedAction = $"Build again. If containers are pruned on this machine while builds run, exclude build containers: 'container prune --filter label!={SessionLabel}'.",
        };

    /// <summary>Whether an engine tells of this container that it has gone, and not of another one whose network it was to share.</summary>
    private bool TellsThatItWasTaken(string words)
    {
        const string shared = "container:";
        return TakenWords.Any(taken => words.Contains(taken, StringComparison.OrdinalIgnoreCase))
            && !(_network?.StartsWith(shared, StringComparison.Ordinal) == true && words.Contains(_network[shared.Length..], StringComparison.Ordinal));
    }

    private ContainerSpec Spec(Phase phase) => phase.ToSpec(Name, _labels, folder => _shared!.NameOf(folder));

    /// <summary>Makes the volumes, then what needs them.</summary>
    /// <param name="make">Makes the container; from its call on it may exist.</param>
    /// <param name="cancellationToken">Checked between the two.</param>
    private async Task<T> MakeAsync<T>(Func<CancellationToken, Task<T>> make, CancellationToken cancellationToken)
    {
        MadeVolumes = await BuildVolumes.MakeAsync(_engine, _marker.Volumes, _marker.Session, _creationEnd.Token).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        _requested = true;
        return await make(_creationEnd.Token).ConfigureAwait(false);
    }

    /// <summary>Removes the container, and after a failure the volumes that were made for it. Never throws.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_gone)
        {
            return;
        }

        try
        {
            var certain = await EndAsync().ConfigureAwait(false);
            if (!Succeeded)
            {
                using var limit = new CancellationTokenSource(CleanUpLimit);
                await BuildVolumes.RemoveAsync(_engine, _marker.Volumes, _marker.Session, limit.Token).ConfigureAwait(false);
            }

            await LeaveAsync(certain).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is PackException or OperationCanceledException)
        {
            _logger.LogWarning("The container {Container} could not be removed; the next build will try again: {Reason}", Name, exception.Message);
            await LeaveAsync(certain: false).ConfigureAwait(false);
        }
        finally
        {
            _creationEnd.Dispose();
        }
    }

    /// <summary>Sees to it that there is no container any more.</summary>
    /// <returns>Whether that is certain.</returns>
    private async Task<bool> EndAsync()
    {
        if (_removedItself)
        {
            return true;
        }

        if (await IsRunningPipedAsync().ConfigureAwait(false))
        {
            try
            {
                return await RemoveContainerAsync(retry: false).ConfigureAwait(false);
            }
            finally
            {
                // The engine may have got the image in full, and is let finish with it.
                await EndCreationAsync().ConfigureAwait(false);
            }
        }

        var certain = await EndCreationAsync().ConfigureAwait(false);
        if (!_requested)
        {
            return true;
        }

        _marker = _marker with { ContainerMade = certain };
        return await RemoveContainerAsync(retry: !certain).ConfigureAwait(false) && certain;
    }

    /// <summary>Whether the engine is in the call that runs the container, and has come so far that it can be removed.</summary>
    private async Task<bool> IsRunningPipedAsync()
    {
        if (!_piped || !_requested)
        {
            return false;
        }

        await Task.WhenAny(_creation, _begun.Task, Task.Delay(CreationLimit, CancellationToken.None)).ConfigureAwait(false);
        return _begun.Task.IsCompleted && !_creation.IsCompleted;
    }

    /// <summary>Lets a creation come to its end, for a moment.</summary>
    /// <returns>Whether it is certain what came of it.</returns>
    private async Task<bool> EndCreationAsync()
    {
        _creationEnd.CancelAfter(CreationLimit);
        await _creation.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        // One that ran has been made: not to be found means gone.
        return _begun.Task.IsCompleted || !_creation.IsCanceled && _creation.Exception?.InnerException is not PackException { Kind: PackErrorKind.Unreachable };
    }

    /// <summary>Removes the container.</summary>
    /// <param name="retry">Whether the engine may still be about to make it.</param>
    /// <returns>Whether it is certain that none is left.</returns>
    private async Task<bool> RemoveContainerAsync(bool retry)
    {
        // The build may have been cancelled: what is left to do gets a time of its own.
        using var limit = new CancellationTokenSource(CleanUpLimit);
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await _engine.Containers.RemoveAsync(Name, force: true, limit.Token).ConfigureAwait(false);
                return true;
            }
            catch (PackException exception) when (exception.Kind == PackErrorKind.NotFound)
            {
                if (!retry || attempt == LastAttempt)
                {
                    return !retry;
                }
            }
            catch (PackException exception) when (exception.Kind is PackErrorKind.Failed or PackErrorKind.Conflict && attempt < LastAttempt)
            {
                // podman refuses to remove a container at the very moment at which it ends.
                _logger.LogTrace("The container {Container} cannot be removed yet: {Reason}", Name, exception.Message);
            }

            await Task.Delay(RetryPause, limit.Token).ConfigureAwait(false);
        }
    }

    private async Task LeaveAsync(bool certain)
    {
        _gone = true;
        await _noted.ConfigureAwait(false);
        if (certain)
        {
            _markers.TryRemove(_marker, _logger);
        }
        else
        {
            _markers.TryWrite(_marker = _marker with { Abandoned = true }, _logger);
        }
    }
}
