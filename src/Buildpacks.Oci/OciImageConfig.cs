using System.Text.Json.Serialization;
using System.Text.Json;

namespace Buildpacks.Oci;

/// <summary>An image's config (OCI image specification, "Image Configuration").</summary>
public sealed record OciImageConfig
{
    /// <summary>The creation time of the image, RFC 3339.</summary>
    public string? Created { get; init; }

    /// <summary>The author.</summary>
    public string? Author { get; init; }

    /// <summary>Such as <c>amd64</c>.</summary>
    public string Architecture { get; init => field = value ?? ""; } = "";

    /// <summary>Such as <c>linux</c>.</summary>
    public string Os { get; init => field = value ?? ""; } = "";

    /// <summary>Such as <c>v8</c>.</summary>
    public string? Variant { get; init; }

    /// <summary>The version of the operating system (Windows).</summary>
    [JsonPropertyName("os.version")]
    public string? OsVersion { get; init; }

    /// <summary>The start settings of a container.</summary>
    public OciContainerConfig? Config { get; init; }

    /// <summary>The layers by diffID.</summary>
    public OciRootFs Rootfs { get; init => field = value ?? new(); } = new();

    /// <summary>The history of each layer.</summary>
    public IReadOnlyList<OciHistory>? History { get; init; }

    /// <summary>Properties that are not in the specification; they are not changed.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Other { get; set; }
}

/// <summary>The layers of an image by the digests of their uncompressed content.</summary>
public sealed record OciRootFs
{
    /// <summary>Always <c>layers</c>.</summary>
    public string Type { get; init => field = value ?? "layers"; } = "layers";

    /// <summary>The diffIDs, the base first.</summary>
    [System.Text.Json.Serialization.JsonPropertyName("diff_ids")]
    public IReadOnlyList<string> DiffIds { get; init => field = value ?? []; } = [];
}

/// <summary>The history of one layer.</summary>
public sealed record OciHistory
{
    /// <summary>The time, RFC 3339.</summary>
    public string? Created { get; init; }

    /// <summary>The command.</summary>
    [System.Text.Json.Serialization.JsonPropertyName("created_by")]
    public string? CreatedBy { get; init; }

    /// <summary>The author.</summary>
    public string? Author { get; init; }

    /// <summary>A comment.</summary>
    public string? Comment { get; init; }

    /// <summary>Whether the step created no layer.</summary>
    [System.Text.Json.Serialization.JsonPropertyName("empty_layer")]
    public bool? EmptyLayer { get; init; }
}
