namespace Buildpacks.Engines;

/// <summary>A container to make.</summary>
public sealed record ContainerSpec
{
    /// <summary>The image's name or id. It is never pulled.</summary>
    public required string Image { get; init; }

    /// <summary>The container's name; <see langword="null"/> for one of the engine's making.</summary>
    public string? Name { get; init; }

    /// <summary>The entry point; empty clears the image's; <see langword="null"/> keeps it.</summary>
    public IReadOnlyList<string>? Entrypoint { get; init; }

    /// <summary>The command; <see langword="null"/> keeps the image's.</summary>
    public IReadOnlyList<string>? Command { get; init; }

    /// <summary>Environment; values never show on a command line.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Variables of the image that the container does not get. podman alone can do that.</summary>
    public IReadOnlyList<string> UnsetEnvironment { get; init; } = [];

    /// <summary>User as <c>name</c>, <c>uid</c> or <c>uid:gid</c>; <see langword="null"/> keeps the image's.</summary>
    public string? User { get; init; }

    /// <summary>Working directory; <see langword="null"/> keeps the image's.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Volumes and folders to mount.</summary>
    public IReadOnlyList<ContainerMount> Mounts { get; init; } = [];

    /// <summary>Labels.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>The network (<c>none</c>, <c>host</c>, a name); <see langword="null"/> for the engine's default.</summary>
    public string? Network { get; init; }

    /// <summary>Whether it is in the user namespace of the engine's machine, where the engine gives containers another one.</summary>
    public bool UsesHostUserNamespace { get; init; }

    /// <summary>Security options such as <c>no-new-privileges</c>.</summary>
    public IReadOnlyList<string> SecurityOptions { get; init; } = [];

    /// <summary>Capabilities to drop, such as <c>ALL</c>.</summary>
    public IReadOnlyList<string> DroppedCapabilities { get; init; } = [];

    /// <summary>Capabilities to add.</summary>
    public IReadOnlyList<string> AddedCapabilities { get; init; } = [];

    /// <summary>Whether the container reads standard input, which <see cref="IEngineContainers.ConverseAsync"/> writes.</summary>
    public bool HasInput { get; init; }

    /// <summary>Whether the engine removes the container when it ends.</summary>
    public bool AutoRemove { get; init; }
}

/// <summary>Something mounted into a container.</summary>
/// <param name="Kind">A named volume or a folder (or socket) of the engine's machine.</param>
/// <param name="Source">The volume's name, or the path on the engine's machine.</param>
/// <param name="Target">The absolute path in the container.</param>
/// <param name="ReadOnly">Whether the container may only read it.</param>
public sealed record ContainerMount(ContainerMountKind Kind, string Source, string Target, bool ReadOnly = false)
{
    /// <summary>Options other than <c>ro</c> and <c>rw</c>, such as <c>z</c>, in the engine's own words.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>
    /// Whether the engine gives what is mounted, with all that is in it, to the container's user. Only for engines with
    /// <see cref="EngineCapabilities.GivesMounts"/>; others ignore it.
    /// </summary>
    public bool IsGiven { get; init; }
}

/// <summary>What is mounted.</summary>
public enum ContainerMountKind
{
    /// <summary>A named volume.</summary>
    Volume,

    /// <summary>A path of the engine's machine.</summary>
    Bind,
}
