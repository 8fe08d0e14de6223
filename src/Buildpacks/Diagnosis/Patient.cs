using Buildpacks.Diagnosis.Probe;
using Buildpacks.Engines;
using Buildpacks.Engines.Location;
using Buildpacks.Sessions;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Diagnosis;

/// <summary>The engine that is checked, and what its checks have learned of it so far. Disposing removes all that they made.</summary>
/// <param name="locator">Finds the engine.</param>
/// <param name="request">What to check.</param>
/// <param name="markers">Note what would be left behind if this process were killed.</param>
/// <param name="logger">Is told what is done.</param>
/// <param name="stop">Ends the whole checkup, and not only a check that takes too long.</param>
internal sealed class Patient(EngineLocator locator, CheckupRequest request, BuildMarkers markers, ILogger logger, CancellationToken stop)
    : IAsyncDisposable
{
    private ProbeImages? _images;
    private Task<EngineDescription>? _detail;

    /// <summary>The engine; <see langword="null"/> until it was found.</summary>
    public LocatedEngine? Located { get; private set; }

    /// <summary>The engine.</summary>
    public IEngine Engine => Located?.Engine ?? throw new InvalidOperationException("no engine was found");

    /// <summary>What the engine says of itself in short; set by the check that asks.</summary>
    public EngineDescription? Description { get; set; }

    /// <summary>What the first container told; <see langword="null"/> when none has run.</summary>
    public ContainerFacts? FirstFacts { get; private set; }

    /// <summary>Why the first image could not be loaded or its container not be run; <see langword="null"/> when they could, or were not tried.</summary>
    public PackException? FirstFailure { get; private set; }

    /// <summary>Finds the engine; asks it nothing if it was chosen.</summary>
    public async Task<LocatedEngine> FindAsync(CancellationToken cancellationToken) =>
        Located = await locator.OpenAsync(request.Engine, cancellationToken).ConfigureAwait(false);

    /// <summary>What the engine says of itself in detail; it is asked once.</summary>
    public Task<EngineDescription> DetailAsync(CancellationToken cancellationToken) =>
        _detail ??= Engine.DescribeAsync(detail: true, cancellationToken);

    /// <summary>Loads the image that containers are made from.</summary>
    public Task LoadImageAsync(CancellationToken cancellationToken) => TryAsync(
        async () =>
        {
            _images = new ProbeImages(Engine, EngineKey.Of(Engine), markers, Description!.Architecture, logger);
            await _images.LoadAsync(cancellationToken).ConfigureAwait(false);
        });

    /// <summary>Loads an image on top of that one without the layer that the engine has.</summary>
    /// <returns>Its name, and whether the engine took it without the layer.</returns>
    public Task<(string Name, bool Sparse)> LoadSparseImageAsync(CancellationToken cancellationToken) => _images!.LoadSparseAsync(cancellationToken);

    /// <summary>Runs the first container.</summary>
    public Task RunFirstAsync(CancellationToken cancellationToken) => TryAsync(
        async () =>
        {
            var output = await RunAsync(new ProbeContainer { Paths = ContainerFacts.Sources }, cancellationToken).ConfigureAwait(false);
            FirstFacts = ContainerFacts.TryRead(output) ?? throw new PackException(
                PackErrorIds.ContainerFailed, PackErrorKind.Failed, $"The test container ended with exit code {output.ExitCode}. {output.Error}".TrimEnd())
            {
                RecommendedAction = "Check the log of the engine, and whether seccomp, SELinux or AppArmor block programs.",
            };
        });

    /// <summary>Runs a container that prints files, and removes it.</summary>
    public Task<ProbeOutput> RunAsync(ProbeContainer container, CancellationToken cancellationToken) =>
        container.RunAsync(_images!.Name, Engine, EngineKey.Of(Engine), markers, logger, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_images is not null)
        {
            await _images.DisposeAsync().ConfigureAwait(false);
        }

        if (Located is not null)
        {
            await Located.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task TryAsync(Func<Task> attempt)
    {
        try
        {
            await attempt().ConfigureAwait(false);
        }
        catch (PackException failure)
        {
            FirstFailure = failure;
            throw;
        }
        catch (OperationCanceledException cause) when (!stop.IsCancellationRequested)
        {
            FirstFailure = new PackException(PackErrorIds.EngineUnreachable, PackErrorKind.Unreachable, "The engine did not answer in time.", cause)
            {
                RecommendedAction = "Check whether the engine hangs, for example with 'podman info' or 'docker info'.",
            };
            throw;
        }
    }
}
