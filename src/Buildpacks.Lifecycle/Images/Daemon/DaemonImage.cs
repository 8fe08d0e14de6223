using System.Text.Json.Serialization;
using Buildpacks.Oci;

namespace Buildpacks.Lifecycle.Images.Daemon;

/// <summary>An image as <c>GET /images/NAME/json</c> answers.</summary>
internal sealed record DaemonImage
{
    // What an image keeps beside the fields of OCI. Older daemons also tell of the container that an image was made in, and BuildKit sets
    // ArgsEscaped, which has a meaning on Windows only.
    private static readonly string[] FieldsOfDocker = ["Healthcheck", "OnBuild", "Shell"];

    /// <summary>The image's id.</summary>
    public string Id { get; init; } = "";

    /// <summary>Names with the digests of manifests.</summary>
    public IReadOnlyList<string>? RepoDigests { get; init; }

    /// <summary>Such as <c>amd64</c>.</summary>
    public string Architecture { get; init; } = "";

    /// <summary>Such as <c>v8</c>.</summary>
    public string? Variant { get; init; }

    /// <summary>Such as <c>linux</c>.</summary>
    public string Os { get; init; } = "";

    /// <summary>The version of the system, where it matters.</summary>
    public string? OsVersion { get; init; }

    /// <summary>When it was made.</summary>
    public string? Created { get; init; }

    /// <summary>Who made it.</summary>
    public string? Author { get; init; }

    /// <summary>What a container starts with.</summary>
    public OciContainerConfig? Config { get; init; }

    /// <summary>Its layers.</summary>
    [JsonPropertyName("RootFS")]
    public DaemonRootFs RootFs { get; init; } = new([]);

    /// <summary>Whether <see cref="Id"/> is the digest of the manifest and not, as elsewhere, of the config.</summary>
    [JsonIgnore]
    public bool IsKnownByManifest => RepoDigests?.Any(name => name.EndsWith("@" + Id, StringComparison.Ordinal)) == true;

    /// <summary>The config that the image has, as far as the daemon tells.</summary>
    /// <param name="history">How its layers came to be.</param>
    public OciImageConfig ToConfig(IReadOnlyList<OciHistory> history) => new()
    {
        Architecture = Architecture,
        Variant = string.IsNullOrEmpty(Variant) ? null : Variant,
        Os = Os,
        OsVersion = string.IsNullOrEmpty(OsVersion) ? null : OsVersion,
        Created = Created,
        Author = string.IsNullOrEmpty(Author) ? null : Author,
        Config = Config is null ? null : Config with
        {
            Other = Config.Other?.Where(pair => FieldsOfDocker.Contains(pair.Key) && pair.Value.ValueKind != System.Text.Json.JsonValueKind.Null)
                .ToDictionary(StringComparer.Ordinal),
        },
        Rootfs = new OciRootFs { DiffIds = RootFs.Layers ?? [] },
        History = history,
    };
}
