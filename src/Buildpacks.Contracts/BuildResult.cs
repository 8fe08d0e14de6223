namespace Buildpacks;

/// <summary>The result of a build.</summary>
public sealed record BuildResult
{
    /// <summary>The image's full name; of an image in a layout folder or an archive its place, such as <c>oci:/srv/shop:shop:v1</c>.</summary>
    public required string ImageName { get; init; }

    /// <summary>All names of the image; the first is <see cref="ImageName"/>.</summary>
    public PackCollection<string> Tags { get; init; } = [];

    /// <summary>
    /// The image's id, as the engine has it: the digest of its config, or of its manifest in a docker with containerd's image store. Of a
    /// published image: the digest of its config.
    /// </summary>
    public required string Id { get; init; }

    /// <summary>The digest of its manifest, by which a registry knows it; <see langword="null"/> when the engine gave none.</summary>
    public string? Digest { get; init; }

    /// <summary>The platform of the image: <c>os/architecture</c>, with <c>/variant</c> when there is one.</summary>
    public string? Platform { get; init; }

    /// <summary>The engine that built it.</summary>
    public required PackEngineKind Engine { get; init; }

    /// <summary>The address of the engine, as in <see cref="PackEngine.Endpoint"/>.</summary>
    public string Endpoint { get; init; } = "";

    /// <summary>Where the image landed, in words: <c>podman store of alice</c>, <c>docker at unix:///var/run/docker.sock</c>, <c>registry ghcr.io</c>, <c>layout folder /srv/shop</c>.</summary>
    public required string Location { get; init; }

    /// <summary>The export route of the image.</summary>
    public ExportRoute ExportRoute { get; init; }

    /// <summary>The builder's name.</summary>
    public required string Builder { get; init; }

    /// <summary>The run image's name.</summary>
    public required string RunImage { get; init; }

    /// <summary>The buildpacks of the build, in their order.</summary>
    public PackCollection<PackBuildpack> Buildpacks { get; init; } = [];

    /// <summary>The processes of the image.</summary>
    public PackCollection<PackProcess> Processes { get; init; } = [];

    /// <summary>The steps of the build in their order.</summary>
    public PackCollection<PackPhase> Phases { get; init; } = [];

    /// <summary>The number of app layers that the previous image already had.</summary>
    public int LayersReused { get; init; }

    /// <summary>The number of new app layers.</summary>
    public int LayersAdded { get; init; }

    /// <summary>Bytes sent to the engine and to registries.</summary>
    public long BytesSent { get; init; }

    /// <summary>Bytes received from the engine and from registries.</summary>
    public long BytesReceived { get; init; }

    /// <summary>Whether the result is identical to the previous image with this name.</summary>
    public bool Unchanged { get; init; }

    /// <summary>The duration of the build.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>Every call to the engine and every request to a registry, in the order they began.</summary>
    public PackCollection<EngineCall> EngineCalls { get; init; } = [];

    /// <summary>The warnings of the build.</summary>
    public PackCollection<string> Warnings { get; init; } = [];

    /// <summary><c>built</c>, or <c>unchanged</c> when the result is identical to the previous image with this name.</summary>
    public string Outcome => Unchanged ? "unchanged" : "built";

    /// <summary>
    /// The log of the build. In PowerShell it is the hidden property Log. It is not part of JSON or CSV output, because it is large.
    /// </summary>
    internal BuildLog? Log { get; init; }

    /// <summary>The log of the build, with the output of the lifecycle; Export-PackLog writes it to a file.</summary>
    public BuildLog? GetLog() => Log;

    /// <inheritdoc/>
    public override string ToString() => ImageName;
}
