using System.Text.Json;
using System.Text.Json.Serialization;

namespace Buildpacks.Oci;

/// <summary>An image's config (OCI image specification, "Image Configuration").</summary>
public sealed record OciImageConfig
{
    /// <summary>When the image was made, RFC 3339.</summary>
    public string? Created { get; init; }

    /// <summary>Who made it.</summary>
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

    /// <summary>What a container of the image starts with.</summary>
    public OciContainerConfig? Config { get; init; }

    /// <summary>The layers by diffID.</summary>
    public OciRootFs Rootfs { get; init => field = value ?? new(); } = new();

    /// <summary>How each layer came to be.</summary>
    public IReadOnlyList<OciHistory>? History { get; init; }

    /// <summary>What the specification does not name and an engine wrote all the same; kept as it was.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Other { get; set; }
}
