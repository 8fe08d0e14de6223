using System.Text.Json;
using System.Text.Json.Nodes;
using Buildpacks.IO;
using Buildpacks.Oci;

namespace Buildpacks.Stores.Registry;

/// <summary>A manifest that refers to another one.</summary>
/// <param name="Descriptor">The manifest.</param>
/// <param name="ArtifactType">Its type; <see langword="null"/> for none.</param>
internal sealed record Referrer(OciDescriptor Descriptor, string? ArtifactType);

/// <summary>The lists of manifests that refer to a manifest (distribution specification, "Listing Referrers" and "Referrers Tag Schema").</summary>
internal static class Referrers
{
    /// <summary>The tag that stands for the list where a registry has none.</summary>
    public static string TagOf(string digest) => digest.Replace(':', '-');

    /// <summary>The digest that a manifest refers to.</summary>
    public static string? SubjectOf(StoredManifest manifest)
    {
        using var document = JsonDocument.Parse(manifest.Content);
        return document.RootElement.Member("subject").Member("digest").Text() is { } digest && OciDigest.IsValid(digest) ? digest : null;
    }

    /// <summary>The descriptor of a manifest in a list of referrers: it has the manifest's annotations.</summary>
    public static OciDescriptor Describe(StoredManifest manifest)
    {
        using var document = JsonDocument.Parse(manifest.Content);
        return manifest.Descriptor with { Annotations = Annotations(document.RootElement) };
    }

    /// <summary>The entries of a list.</summary>
    public static List<Referrer> Read(StoredManifest index)
    {
        using var document = JsonDocument.Parse(index.Content);
        return [.. Read(document.RootElement)];
    }

    /// <summary>The entries of a list. What is no descriptor is passed over.</summary>
    public static IReadOnlyList<Referrer> Read(JsonElement root) =>
    [
        .. from entry in root.Member("manifests").Items()
           let digest = entry.Member("digest").Text()
           let size = entry.Member("size") is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var said) ? said : -1
           where OciDigest.IsValid(digest) && size >= 0
           select new Referrer(
               new OciDescriptor { MediaType = entry.Member("mediaType").Text() ?? "", Digest = digest, Size = size, Annotations = Annotations(entry!.Value) },
               entry.Member("artifactType").Text()),
    ];

    /// <summary>The list with one more entry.</summary>
    /// <returns>The new list; <see langword="null"/> when the entry is in it.</returns>
    /// <exception cref="PackException"><c>ManifestInvalid</c>: the list is damaged.</exception>
    public static StoredManifest? Add(StoredManifest? index, OciDescriptor referrer, string? artifactType)
    {
        try
        {
            return AddChecked(index, referrer, artifactType);
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException or InvalidOperationException)
        {
            throw StoreErrors.ManifestInvalid("list of referrers", "it is malformed", exception);
        }
    }

    private static StoredManifest? AddChecked(StoredManifest? index, OciDescriptor referrer, string? artifactType)
    {
        var manifests = new JsonArray();
        if (index is not null && JsonNode.Parse(index.Content.Span) is JsonObject { } root && root["manifests"] is JsonArray before)
        {
            foreach (var entry in before)
            {
                if (entry is JsonObject known && known["digest"] is JsonValue value && value.TryGetValue(out string? digest) && digest == referrer.Digest)
                {
                    return null;
                }

                manifests.Add(entry?.DeepClone());
            }
        }

        var added = JsonSerializer.SerializeToNode(referrer, OciJson.Default.OciDescriptor)!.AsObject();
        if (artifactType is not null)
        {
            added["artifactType"] = artifactType;
        }

        manifests.Add((JsonNode)added);
        var list = new JsonObject { ["schemaVersion"] = 2, ["mediaType"] = MediaTypes.Index, ["manifests"] = manifests };
        return StoredManifest.Read(System.Text.Encoding.UTF8.GetBytes(list.ToJsonString()), MediaTypes.Index, "list of referrers");
    }

    /// <summary>The type of a manifest: its own, or that of its config.</summary>
    public static string? ArtifactTypeOf(StoredManifest manifest)
    {
        using var document = JsonDocument.Parse(manifest.Content);
        return document.RootElement.Member("artifactType").Text() ?? document.RootElement.Member("config").Member("mediaType").Text();
    }

    private static Dictionary<string, string>? Annotations(JsonElement element)
    {
        if (element.Member("annotations") is not { ValueKind: JsonValueKind.Object } annotations)
        {
            return null;
        }

        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in ((JsonElement?)annotations).Members())
        {
            if ((value.ValueKind == JsonValueKind.String ? JsonElementExtensions.String(value) : value.GetRawText()) is { } text)
            {
                found[name] = text;
            }
        }

        return found;
    }
}
