using System.Globalization;
using System.Text.Json.Serialization;
using Buildpacks.Oci;

namespace Buildpacks.Lifecycle.Images.Daemon;

/// <summary>The Engine API's answers, and the manifest of the archives it loads.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DaemonImage))]
[JsonSerializable(typeof(DaemonHistoryEntry[]))]
[JsonSerializable(typeof(DaemonMessage))]
[JsonSerializable(typeof(DaemonArchiveManifest[]))]
internal sealed partial class DaemonJson : JsonSerializerContext;

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

/// <summary>The layers in a daemon's answer.</summary>
/// <param name="Layers">The diffIDs, the base first.</param>
internal sealed record DaemonRootFs(IReadOnlyList<string>? Layers);

/// <summary>One step as <c>GET /images/NAME/history</c> answers.</summary>
/// <param name="Created">When, in seconds since 1970.</param>
/// <param name="CreatedBy">By what command.</param>
/// <param name="Comment">A remark.</param>
/// <param name="Size">The size of its layer, 0 when it made none.</param>
internal sealed record DaemonHistoryEntry(long Created, string? CreatedBy, string? Comment, long Size)
{
    /// <summary>A history as an image's config has it. The daemon does not say which steps made a layer; where sizes do not tell either, the history is empty.</summary>
    /// <param name="steps">The steps, the newest first.</param>
    /// <param name="layers">How many layers the image has.</param>
    public static IReadOnlyList<OciHistory> ToHistory(IReadOnlyList<DaemonHistoryEntry> steps, int layers)
    {
        if (steps.Count == layers)
        {
            return [.. steps.Reverse().Select(step => step.ToOci(empty: false))];
        }

        return steps.Count(step => step.Size > 0) == layers ? [.. steps.Reverse().Select(step => step.ToOci(step.Size == 0))] : [];
    }

    private OciHistory ToOci(bool empty) => new()
    {
        Created = DateTimeOffset.FromUnixTimeSeconds(Created).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        CreatedBy = string.IsNullOrEmpty(CreatedBy) ? null : CreatedBy,
        Comment = string.IsNullOrEmpty(Comment) ? null : Comment,
        EmptyLayer = empty ? true : null,
    };
}

/// <summary>A line of a daemon's running answer, or the reason of a refusal.</summary>
internal sealed record DaemonMessage
{
    /// <summary>Why a request was refused.</summary>
    [JsonPropertyName("message")]
    public string? Message { get; init; }

    /// <summary>What went wrong while the answer was running already.</summary>
    [JsonPropertyName("error")]
    public string? Error { get; init; }
}

/// <summary>The <c>manifest.json</c> of an archive that a daemon loads: one image.</summary>
/// <param name="Config">The config's entry.</param>
/// <param name="RepoTags">The image's names.</param>
/// <param name="Layers">The layers' entries, the base first.</param>
internal sealed record DaemonArchiveManifest(string Config, IReadOnlyList<string> RepoTags, IReadOnlyList<string> Layers);
