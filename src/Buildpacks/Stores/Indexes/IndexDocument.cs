using System.Text;
using System.Text.Json;
using Buildpacks.IO;
using Buildpacks.Oci;

namespace Buildpacks.Stores.Indexes;

/// <summary>An index. Written, it has the bytes that pack pushes, and so the digest.</summary>
internal sealed record IndexDocument
{
    /// <summary>The format.</summary>
    public PackManifestFormat Format { get; init; }

    /// <summary>The images.</summary>
    public IReadOnlyList<IndexEntry> Entries { get; init; } = [];

    /// <summary>The annotations of the index.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>();

    /// <summary>The image that the index is about, as JSON.</summary>
    public string? Subject { get; init; }

    /// <summary>The type of an artifact.</summary>
    public string? ArtifactType { get; init; }

    /// <summary>The media type.</summary>
    public string MediaType => Format == PackManifestFormat.Docker ? MediaTypes.DockerManifestList : MediaTypes.Index;

    /// <summary>Reads an index.</summary>
    /// <param name="content">The bytes.</param>
    /// <returns><see langword="null"/> when it is not an index.</returns>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static IndexDocument? Read(ReadOnlyMemory<byte> content)
    {
        using var document = JsonDocument.Parse(content);
        JsonElement? root = document.RootElement;
        if (root.Member("manifests") is not { ValueKind: JsonValueKind.Array } manifests)
        {
            return null;
        }

        var entries = ((JsonElement?)manifests).Items().Select(IndexEntry.Read).ToList();
        return entries.Contains(null) ? null : new IndexDocument
        {
            Format = root.Member("mediaType").Text() == MediaTypes.DockerManifestList ? PackManifestFormat.Docker : PackManifestFormat.Oci,
            Entries = [.. entries.OfType<IndexEntry>()],
            Annotations = IndexEntry.ReadAnnotations(root.Member("annotations")),
            Subject = root.Member("subject") is { ValueKind: JsonValueKind.Object } subject ? ReferenceJson.Of(subject) : null,
            ArtifactType = root.Member("artifactType").Text(),
        };
    }

    /// <summary>The index with images at its end, in the place of entries with the same digests.</summary>
    public IndexDocument With(IReadOnlyList<IndexEntry> added) => this with
    {
        Entries = [.. Entries.Where(entry => added.All(other => other.Digest != entry.Digest)), .. added.Reverse().DistinctBy(entry => entry.Digest).Reverse()],
    };

    /// <summary>The index as it is published.</summary>
    public StoredManifest ToManifest()
    {
        var json = new ReferenceJson()
            .Always("schemaVersion", "2")
            .Always("mediaType", ReferenceJson.Quote(MediaType))
            .Always("manifests", ReferenceJson.Array(Entries.Select(entry => entry.ToJson())))
            .With("annotations", IndexEntry.Quoted(Annotations));
        json = (Subject is null ? json : json.Always("subject", Subject)).With("artifactType", ArtifactType);
        return StoredManifest.Read(Encoding.UTF8.GetBytes(json.ToString()), MediaType, "index");
    }
}
