namespace Buildpacks;

/// <summary>What a build made.</summary>
public sealed record BuildResult
{
    /// <summary>The image's full name.</summary>
    public required string ImageName { get; init; }

    /// <summary>Every name the image got, the first being <see cref="ImageName"/>.</summary>
    public PackCollection<string> Tags { get; init; } = [];

    /// <summary>
    /// The image's id, as the engine has it: the digest of its config, or of its manifest in a docker with containerd's image store. Of a
    /// published image: the digest of its config.
    /// </summary>
    public required string Id { get; init; }

    /// <summary>The digest of its manifest, by which a registry knows it; <see langword="null"/> when the engine gave none.</summary>
    public string? Digest { get; init; }

    /// <summary>The engine that built it.</summary>
    public required PackEngineKind Engine { get; init; }

    /// <summary>Where that engine is reached, as <see cref="PackEngine.Endpoint"/> shows it.</summary>
    public string Endpoint { get; init; } = "";

    /// <summary>Where the image landed, in words: <c>podman store of alice</c>, <c>docker at unix:///var/run/docker.sock</c>, <c>registry ghcr.io</c>.</summary>
    public required string Location { get; init; }

    /// <summary>How the image left the lifecycle.</summary>
    public ExportRoute ExportRoute { get; init; }

    /// <summary>The builder's name.</summary>
    public required string Builder { get; init; }

    /// <summary>The run image's name.</summary>
    public required string RunImage { get; init; }

    /// <summary>The buildpacks that took part, in their order.</summary>
    public PackCollection<PackBuildpack> Buildpacks { get; init; } = [];

    /// <summary>The processes of the image.</summary>
    public PackCollection<PackProcess> Processes { get; init; } = [];

    /// <summary>The steps of the build in their order.</summary>
    public PackCollection<PackPhase> Phases { get; init; } = [];

    /// <summary>Layers of the app that the previous image already had.</summary>
    public int LayersReused { get; init; }

    /// <summary>Layers of the app that were new.</summary>
    public int LayersAdded { get; init; }

    /// <summary>Bytes sent to the engine and to registries.</summary>
    public long BytesSent { get; init; }

    /// <summary>Bytes received from the engine and from registries.</summary>
    public long BytesReceived { get; init; }

    /// <summary>Whether the result is the image that already had this name, bit for bit.</summary>
    public bool Unchanged { get; init; }

    /// <summary>How long the build took.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>Every call to the engine and every request to a registry, in the order they began.</summary>
    public PackCollection<EngineCall> EngineCalls { get; init; } = [];

    /// <summary>The warnings of the build.</summary>
    public PackCollection<string> Warnings { get; init; } = [];

    /// <summary><c>built</c>, or <c>unchanged</c> when the result is the image that already had this name.</summary>
    public string Outcome => Unchanged ? "unchanged" : "built";

    /// <summary>
    /// What happened in the build. PowerShell sees it as the hidden property Log, which is in no JSON and no CSV: it is large.
    /// </summary>
    internal BuildLog? Log { get; init; }

    /// <summary>What happened in the build, with the output of the lifecycle; Export-PackLog writes it to a file.</summary>
    public BuildLog? GetLog() => Log;

    /// <inheritdoc/>
    public override string ToString() => ImageName;
}
