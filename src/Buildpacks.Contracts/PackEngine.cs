namespace Buildpacks;

/// <summary>A container engine: its kind, its address, and whether it answers.</summary>
public sealed record PackEngine
{
    /// <summary>Podman or Docker.</summary>
    public required PackEngineKind Engine { get; init; }

    /// <summary>
    /// The address of the engine: the path of the podman executable or its connection, or the URI of the Docker Engine API.
    /// Empty when nothing was found.
    /// </summary>
    public string Endpoint { get; init; } = "";

    /// <summary>The source of the endpoint: <c>parameter</c>, <c>DOCKER_HOST</c>, <c>context NAME</c>, <c>default socket</c>, <c>PATH</c>, ….</summary>
    public string Source { get; init; } = "";

    /// <summary>Whether the engine answered.</summary>
    public bool Available { get; init; }

    /// <summary>The engine's version; <see langword="null"/> when it did not answer.</summary>
    public string? Version { get; init; }

    /// <summary>The version of the engine's API; <see langword="null"/> when it did not answer.</summary>
    public string? ApiVersion { get; init; }

    /// <summary>The platform of its containers, as <c>os/architecture</c>.</summary>
    public string? Platform { get; init; }

    /// <summary>Whether containers run without root; <see langword="null"/> when not known.</summary>
    public bool? Rootless { get; init; }

    /// <summary>The storage driver (<c>overlay</c>, <c>overlay2</c>, <c>vfs</c>, <c>overlayfs</c>, …); <see langword="null"/> when not requested.</summary>
    public string? StorageDriver { get; init; }

    /// <summary>Whether docker keeps its images in containerd's store; always <see langword="false"/> for podman.</summary>
    public bool ContainerdStore { get; init; }

    /// <summary>Why the engine is not available, in one sentence; <see langword="null"/> when it is.</summary>
    public string? Reason { get; init; }

    /// <summary>Whether this is the engine that the session's cmdlets use.</summary>
    public bool Selected { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Engine} {Endpoint}".TrimEnd();
}
