namespace Buildpacks;

/// <summary>The result of a build.</summary>
public sealed record BuildResult
{
    /// <summary>The image's full name.</summary>
    public required string ImageName { get; init; }

    /// <summary>All names of the image; the first is <see cref="ImageName"/>.</summary>
    public PackCollection<string> Tags { get; init; } = [];

    /// <summary>The image id of the engine: the digest of the config, or of the manifest for docker with containerd's image store.</summary>
    public required string Id { get; init; }

    /// <summary>The digest of the manifest; <see langword="null"/> when the engine does not report it.</summary>
    public string? Digest { get; init; }

    /// <summary>The engine that built it.</summary>
    public required PackEngineKind Engine { get; init; }

    /// <summary>The address of the engine, as in <see cref="PackEngine.Endpoint"/>.</summary>
    public string Endpoint { get; init; } = "";

    /// <summary>The store that contains the image: <c>podman store of alice</c>, <c>docker at unix:///var/run/docker.sock</c>.</summary>
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

    /// <summary>Bytes sent to the engine.</summary>
    public long BytesSent { get; init; }

    /// <summary>Bytes received from the engine.</summary>
    public long BytesReceived { get; init; }

    /// <summary>Whether the result is identical to the previous image with this name.</summary>
    public bool Unchanged { get; init; }

    /// <summary>The duration of the build.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>All calls to the engine, in the order of their start.</summary>
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
