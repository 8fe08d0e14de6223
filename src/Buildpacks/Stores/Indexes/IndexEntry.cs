using System.Globalization;
using System.Text.Json;
using Buildpacks.IO;
using Buildpacks.Oci;

namespace Buildpacks.Stores.Indexes;

/// <summary>The platform of an image in an index, with all members that the OCI specification has.</summary>
internal sealed record IndexPlatform
{
    /// <summary>The architecture.</summary>
    public string Architecture { get; init; } = "";

    /// <summary>The operating system.</summary>
    public string Os { get; init; } = "";

    /// <summary>The version of the operating system.</summary>
    public string? OsVersion { get; init; }

    /// <summary>Features of the operating system.</summary>
    public IReadOnlyList<string> OsFeatures { get; init; } = [];

    /// <summary>The variant of the architecture.</summary>
    public string? Variant { get; init; }

    /// <summary>Features of the architecture; docker's manifest lists have them.</summary>
    public IReadOnlyList<string> Features { get; init; } = [];

    /// <summary>The platform that an image's config names.</summary>
    public static IndexPlatform Of(OciImageConfig config) => new()
    {
        Architecture = config.Architecture,
        Os = config.Os,
        OsVersion = config.OsVersion,
        OsFeatures = ((JsonElement?)(config.Other?.TryGetValue("os.features", out var features) == true ? features : null)).Texts(),
        Variant = config.Variant,
    };

    /// <summary>Reads a platform.</summary>
    public static IndexPlatform? Read(JsonElement? platform) => platform is not { ValueKind: JsonValueKind.Object } ? null : new IndexPlatform
    {
        Architecture = platform.Member("architecture").Text() ?? "",
        Os = platform.Member("os").Text() ?? "",
        OsVersion = platform.Member("os.version").Text(),
        OsFeatures = platform.Member("os.features").Texts(),
        Variant = platform.Member("variant").Text(),
        Features = platform.Member("features").Texts(),
    };

    /// <summary>Whether an image of this platform is what somebody means who writes a platform.</summary>
    public bool Fits(OciPlatform wanted) =>
        Os == wanted.Os && Architecture == wanted.Architecture && (wanted.Variant is null || wanted.Variant == Variant);

    /// <summary>The platform as JSON.</summary>
    public string ToJson() => new ReferenceJson()
        .Always("architecture", ReferenceJson.Quote(Architecture))
        .Always("os", ReferenceJson.Quote(Os))
        .With("os.version", OsVersion)
        .With("os.features", OsFeatures)
        .With("variant", Variant)
        .With("features", Features)
        .ToString();

    /// <inheritdoc/>
    public override string ToString() => string.Join('/', new[] { Os, Architecture, Variant }.Where(part => !string.IsNullOrEmpty(part)));
}

/// <summary>An image in an index.</summary>
internal sealed record IndexEntry
{
    /// <summary>The media type of its manifest.</summary>
    public required string MediaType { get; init; }

    /// <summary>The digest of its manifest.</summary>
    public required string Digest { get; init; }

    /// <summary>The size of its manifest in bytes.</summary>
    public required long Size { get; init; }

    /// <summary>Content that is part of the entry, in base64.</summary>
    public string? Data { get; init; }

    /// <summary>Other addresses of the manifest.</summary>
    public IReadOnlyList<string> Urls { get; init; } = [];

    /// <summary>Annotations.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>();

    /// <summary>The platform; <see langword="null"/> when the index does not say.</summary>
    public IndexPlatform? Platform { get; init; }

    /// <summary>The type of an artifact.</summary>
    public string? ArtifactType { get; init; }

    /// <summary>The entry of an image.</summary>
    /// <param name="image">The image.</param>
    /// <param name="listed">The image's entry in the index that it was found by; <see langword="null"/> for none.</param>
    public static IndexEntry Of(StoredImage image, IndexEntry? listed) => new()
    {
        MediaType = image.Document.Descriptor.MediaType,
        Digest = image.Digest,
        Size = image.Document.Descriptor.Size,
        Annotations = listed?.Annotations ?? new Dictionary<string, string>(),
        Platform = IndexPlatform.Of(image.Config),
    };

    /// <summary>Reads an entry.</summary>
    /// <returns><see langword="null"/> when it has no digest or no size.</returns>
    public static IndexEntry? Read(JsonElement? entry) =>
        entry.Member("digest").Text() is { } digest && OciDigest.IsValid(digest)
        && entry.Member("size") is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var size) && size >= 0
            ? new IndexEntry
            {
                MediaType = entry.Member("mediaType").Text() ?? "",
                Digest = digest,
                Size = size,
                Data = entry.Member("data").Text(),
                Urls = entry.Member("urls").Texts(),
                Annotations = ReadAnnotations(entry.Member("annotations")),
                Platform = IndexPlatform.Read(entry.Member("platform")),
                ArtifactType = entry.Member("artifactType").Text(),
            }
            : null;

    /// <summary>Reads annotations. What is not text is left out.</summary>
    public static IReadOnlyDictionary<string, string> ReadAnnotations(JsonElement? annotations)
    {
        var read = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in annotations.Members())
        {
            if (JsonElementExtensions.String(value) is { } text)
            {
                read[name] = text;
            }
        }

        return read;
    }

    /// <summary>Annotations as members of JSON.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Quoted(IReadOnlyDictionary<string, string> annotations) =>
        annotations.Select(annotation => KeyValuePair.Create(annotation.Key, ReferenceJson.Quote(annotation.Value)));

    /// <summary>The entry as JSON, in the order of the reference's structures.</summary>
    public string ToJson()
    {
        var json = new ReferenceJson()
            .Always("mediaType", ReferenceJson.Quote(MediaType))
            .Always("size", Size.ToString(CultureInfo.InvariantCulture))
            .Always("digest", ReferenceJson.Quote(Digest))
            .With("data", Data)
            .With("urls", Urls)
            .With("annotations", Quoted(Annotations));
        return (Platform is null ? json : json.Always("platform", Platform.ToJson())).With("artifactType", ArtifactType).ToString();
    }
}
