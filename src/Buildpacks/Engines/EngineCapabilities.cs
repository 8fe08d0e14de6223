namespace Buildpacks.Engines;

/// <summary>What engines do in different ways. Code above the engines asks for these, not for the kind of engine.</summary>
public sealed record EngineCapabilities
{
    /// <summary>
    /// Whether a container can get a socket of the engine, through which a lifecycle exports an image. podman has no daemon.
    /// </summary>
    public required bool HasSocket { get; init; }

    /// <summary>
    /// Whether a pull has to bring the user's credentials. podman reads the user's files itself.
    /// </summary>
    public required bool NeedsCredentials { get; init; }

    /// <summary>Whether a load gives an image every name in the archive. podman gives it the first one only.</summary>
    public required bool LoadsEveryName { get; init; }

    /// <summary>Whether <see cref="ImageDetail.Config"/> has the history of the image; otherwise <see cref="IEngineImages.GetHistoryAsync"/> has it.</summary>
    public required bool InspectsHistory { get; init; }

    /// <summary>
    /// Whether the owners of files that are copied into a container are mapped as in the engine's own user namespace, although the container may be
    /// in that of the machine.
    /// </summary>
    public bool MapsCopiedOwners { get; init; }

    /// <summary>
    /// Whether the engine gives what is mounted to the container's user (<see cref="ContainerMount.IsGiven"/>). On other engines, a folder
    /// that is copied to the container's root gives it the owner of the archive's entry.
    /// </summary>
    public required bool GivesMounts { get; init; }

    /// <summary>Whether a copy to the container's root reaches what is mounted below it. Otherwise each mount needs a copy of its own.</summary>
    public required bool CopiesIntoMounts { get; init; }

    /// <summary>
    /// Whether a container with the network of the engine's machine may reach a server of this process on 127.0.0.1. A virtual machine or a
    /// network namespace of the engine's own can be in the way, which only a container finds out.
    /// </summary>
    public required bool SharesLoopback { get; init; }

    /// <summary>
    /// Whether a pull can be told that a registry speaks plain HTTP or has an unknown certificate. docker's daemon has a list of such registries instead.
    /// </summary>
    public bool PullsInsecure { get; init; }

    /// <summary>Whether each call starts a process, so that a call that is not necessary is worth avoiding.</summary>
    public required bool StartsProcesses { get; init; }
}

/// <summary>How an engine's store takes images. It depends on how the engine is configured.</summary>
/// <param name="LoadsSparseOci">
/// Whether it takes an OCI archive without the layers that it has. Otherwise it takes a docker archive without them.
/// </param>
/// <param name="NamesByManifest">
/// Whether the digest of an image's manifest is its id; otherwise that of its config is. docker with containerd's store.
/// </param>
public sealed record ImageStoreTraits(bool LoadsSparseOci, bool NamesByManifest);
