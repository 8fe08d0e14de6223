using System.Text.Json;
using System.Text.Json.Serialization;

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
