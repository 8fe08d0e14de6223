using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Buildpacks.IO;
using Buildpacks.Oci;

namespace Buildpacks.Stores;

/// <summary>A manifest or an index as a store has it: its bytes decide its digest, so they are kept as they are.</summary>
internal sealed class StoredManifest
{
    /// <summary>The largest document; the distribution specification lets registries refuse more.</summary>
    public const int MaximumSize = 4 * 1024 * 1024;

    private StoredManifest(string mediaType, ReadOnlyMemory<byte> content)
    {
        Content = content;
        Descriptor = new OciDescriptor { MediaType = mediaType, Digest = OciDigest.Of(content.Span), Size = content.Length };
    }

    /// <summary>The bytes.</summary>
    public ReadOnlyMemory<byte> Content { get; }

    /// <summary>Media type, digest and size.</summary>
    public OciDescriptor Descriptor { get; }

    /// <summary>Whether this is an index, docker's manifest list included.</summary>
    public bool IsIndex => Descriptor.MediaType is MediaTypes.Index or MediaTypes.DockerManifestList;

    /// <summary>A document of a store.</summary>
    /// <param name="content">The bytes.</param>
    /// <param name="mediaType">The media type that the store gives it; the one in the document counts for more.</param>
    /// <param name="place">Where it is, for failures.</param>
    /// <exception cref="PackException"><c>ManifestInvalid</c>: it is neither a manifest nor an index.</exception>
    public static StoredManifest Read(ReadOnlyMemory<byte> content, string? mediaType, string place)
    {
        try
        {
            using var document = JsonDocument.Parse(content);
            var root = document.RootElement;
            var type = root.Member("mediaType").Text()
                ?? (IsKnown(mediaType) ? mediaType!
                    : root.Member("manifests") is { ValueKind: JsonValueKind.Array } ? MediaTypes.Index
                    : MediaTypes.Manifest);
            return IsKnown(type) ? new StoredManifest(type, content)
                : throw StoreErrors.ManifestInvalid(place, $"its media type is '{StoreErrors.Quote(type)}'");
        }
        catch (JsonException exception)
        {
            throw StoreErrors.ManifestInvalid(place, "it is not JSON", exception);
        }
    }

    /// <summary>A new manifest.</summary>
    public static StoredManifest Of(OciManifest manifest) =>
        new(manifest.MediaType ?? MediaTypes.Manifest, JsonSerializer.SerializeToUtf8Bytes(manifest, OciJson.Default.OciManifest));

    /// <summary>A new index.</summary>
    public static StoredManifest Of(OciIndex index) =>
        new(index.MediaType ?? MediaTypes.Index, JsonSerializer.SerializeToUtf8Bytes(index, OciJson.Default.OciIndex));

    /// <summary>The document as a manifest: every descriptor has a valid digest and size.</summary>
    /// <exception cref="PackException"><c>ManifestInvalid</c>.</exception>
    public OciManifest ToManifest(string place)
    {
        var manifest = Parse(OciJson.Default.OciManifest, place);
        Check([manifest.Config, .. manifest.Layers], place);
        return manifest;
    }

    /// <summary>The document as an index: every descriptor has a valid digest and size.</summary>
    /// <exception cref="PackException"><c>ManifestInvalid</c>.</exception>
    public OciIndex ToIndex(string place)
    {
        var index = Parse(OciJson.Default.OciIndex, place);
        Check(index.Manifests, place);
        return index;
    }

    private static bool IsKnown(string? mediaType) =>
        mediaType is MediaTypes.Manifest or MediaTypes.DockerManifest or MediaTypes.Index or MediaTypes.DockerManifestList;

    private static void Check(IEnumerable<OciDescriptor?> descriptors, string place)
    {
        foreach (var descriptor in descriptors)
        {
            if (descriptor is not { Size: >= 0 } || !OciDigest.IsValid(descriptor.Digest))
            {
                throw StoreErrors.ManifestInvalid(place, $"'{StoreErrors.Quote(descriptor?.Digest ?? "")}' in it is not a digest with a size");
            }
        }
    }

    private T Parse<T>(JsonTypeInfo<T> type, string place)
        where T : class
    {
        try
        {
            return StrictJson.Deserialize(Content.Span, type);
        }
        catch (JsonException exception)
        {
            throw StoreErrors.ManifestInvalid(place, $"it is malformed at {exception.Path ?? "$"}", exception);
        }
    }
}
