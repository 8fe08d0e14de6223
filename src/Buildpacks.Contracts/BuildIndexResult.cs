namespace Buildpacks;

/// <summary>The result of a build for several platforms: an image for each, and the index that names them.</summary>
public sealed record BuildIndexResult
{
    /// <summary>The full name of the index.</summary>
    public required string ImageName { get; init; }

    /// <summary>All names of the index; the first is <see cref="ImageName"/>.</summary>
    public PackCollection<string> Tags { get; init; } = [];

    /// <summary>The digest of the index.</summary>
    public required string Digest { get; init; }

    /// <summary>The media type of the index.</summary>
    public required string MediaType { get; init; }

    /// <summary>The registry of <see cref="ImageName"/>.</summary>
    public required string Registry { get; init; }

    /// <summary>The images of the index, in the order of the platforms.</summary>
    public PackCollection<BuildIndexImage> Images => [.. Builds.Select(build => new BuildIndexImage(build))];

    /// <summary>The platforms, such as <c>linux/amd64</c>.</summary>
    public PackCollection<string> Platforms => [.. Builds.Select(build => build.Platform ?? "")];

    /// <summary>Whether all names had this index already: then nothing was put into a registry.</summary>
    public bool Unchanged { get; init; }

    /// <summary>The duration of all builds and of the publication.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>The calls to engines and registries of all builds, then the requests for the index.</summary>
    public PackCollection<EngineCall> EngineCalls { get; init; } = [];

    /// <summary>The warnings of all builds.</summary>
    public PackCollection<string> Warnings => [.. Builds.SelectMany(build => build.Warnings).Distinct()];

    /// <summary><c>built</c>, or <c>unchanged</c> when all names had this index already.</summary>
    public string Outcome => Unchanged ? "unchanged" : "built";

    /// <summary>
    /// The results of the builds, one for each platform. In PowerShell they are the hidden property Builds. They are not part of JSON or CSV
    /// output, because they have lists of their own.
    /// </summary>
    internal PackCollection<BuildResult> Builds { get; init; } = [];

    /// <summary>The results of the builds, one for each platform, in the order of the platforms.</summary>
    public PackCollection<BuildResult> GetBuilds() => Builds;

    /// <inheritdoc/>
    public override string ToString() => ImageName;
}

/// <summary>The image of one platform in the index of a build.</summary>
public sealed record BuildIndexImage : ITimed
{
    private readonly TimeSpan _duration;

    internal BuildIndexImage(BuildResult build)
    {
        (Platform, Digest, Id) = (build.Platform ?? "", build.Digest ?? "", build.Id);
        (Engine, Endpoint) = (build.Engine, build.Endpoint);
        (LayersReused, LayersAdded, Unchanged) = (build.LayersReused, build.LayersAdded, build.Unchanged);
        (BytesSent, BytesReceived) = (build.BytesSent, build.BytesReceived);
        _duration = build.Duration;
    }

    /// <summary>The platform.</summary>
    public string Platform { get; }

    /// <summary>The digest of the image's manifest.</summary>
    public string Digest { get; }

    /// <summary>The digest of the image's config.</summary>
    public string Id { get; }

    /// <summary>The engine that built the image.</summary>
    public PackEngineKind Engine { get; }

    /// <summary>The address of the engine.</summary>
    public string Endpoint { get; }

    /// <summary>The number of app layers that the previous image already had.</summary>
    public int LayersReused { get; }

    /// <summary>The number of new app layers.</summary>
    public int LayersAdded { get; }

    /// <summary>Bytes sent to the engine and to registries.</summary>
    public long BytesSent { get; }

    /// <summary>Bytes received from the engine and from registries.</summary>
    public long BytesReceived { get; }

    /// <summary>Whether the image is the one that the index of this name had for the platform.</summary>
    public bool Unchanged { get; }

    /// <inheritdoc/>
    TimeSpan ITimed.Duration => _duration;

    /// <inheritdoc/>
    public override string ToString() => $"{Platform} {Digest}";
}
