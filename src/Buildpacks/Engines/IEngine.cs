namespace Buildpacks.Engines;

/// <summary>
/// A container engine: what a build needs of it, the same for every engine, as one part for each kind of resource.
/// </summary>
/// <remarks>
/// Every operation throws <see cref="PackException"/> with the engine's own words: NotFound, Conflict, Unauthorized, Unreachable,
/// Unsupported, NoSpace or Failed; and <see cref="OperationCanceledException"/> within a second of its token's cancellation,
/// with whatever process or request it had ended. A load that the engine has in full is let finish before: it gets five seconds, and one
/// for each 20 MB.
/// </remarks>
public interface IEngine : IAsyncDisposable
{
    /// <summary>Which engine this is.</summary>
    PackEngineKind Kind { get; }

    /// <summary>Where it is reached, as <see cref="PackEngine.Endpoint"/> shows it.</summary>
    string Endpoint { get; }

    /// <summary>What this engine does in another way than others.</summary>
    EngineCapabilities Capabilities { get; }

    /// <summary>The images of its store.</summary>
    IEngineImages Images { get; }

    /// <summary>Its containers.</summary>
    IEngineContainers Containers { get; }

    /// <summary>Its volumes.</summary>
    IEngineVolumes Volumes { get; }

    /// <summary>Its networks.</summary>
    IEngineNetworks Networks { get; }

    /// <summary>A shorter way for containers that are filled, run and emptied; <see langword="null"/> when this engine has none.</summary>
    IContainerPipe? Pipe { get; }

    /// <summary>Builds images from Dockerfiles; <see langword="null"/> when this engine cannot.</summary>
    IEngineBuilds? Builds { get; }

    /// <summary>The engine's description. Cheap by default; the storage driver and store cost podman a slow call.</summary>
    /// <param name="detail">Whether to ask for the storage driver, rootless and store facts too.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<EngineDescription> DescribeAsync(bool detail, CancellationToken cancellationToken);
}
