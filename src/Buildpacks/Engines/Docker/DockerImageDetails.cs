using System.Text.Json;
using Buildpacks.Oci;

namespace Buildpacks.Engines.Docker;

/// <summary>Turns docker's answer about an image into the shared record, config included.</summary>
internal static class DockerImageDetails
{
    /// <summary>
    /// What docker adds to the container config of an image. Older engines answer with fields that only containers have. ArgsEscaped,
    /// which BuildKit sets beside each CMD, is left out: it has a meaning on Windows only, and neither podman nor pack gives it to an app.
    /// </summary>
    private static readonly string[] ImageFields = ["Healthcheck", "OnBuild", "Shell"];

    public static ImageDetail From(DockerImageAnswer image)
    {
        var digests = Texts(image.RepoDigests);
        return new ImageDetail
        {
            Id = image.Id ?? "",
            Tags = Texts(image.RepoTags),
            RepoDigests = digests,
            Digest = image.Descriptor?.Digest ?? Digest(digests),
            Size = image.Size,
            Config = Config(image),
        };
    }

    /// <summary>The digest that a name with a digest has.</summary>
    public static string? Digest(IEnumerable<string> repoDigests) =>
        repoDigests.FirstOrDefault() is { } first && first.IndexOf('@', StringComparison.Ordinal) is var at and >= 0 ? first[(at + 1)..] : null;

    /// <summary>The history is left out: the inspect answer has none, and a config without history is valid.</summary>
    private static OciImageConfig Config(DockerImageAnswer image) => new()
    {
        Created = NullIfEmpty(image.Created),
        Author = NullIfEmpty(image.Author),
        Architecture = image.Architecture ?? "",
        Os = image.Os ?? "",
        OsVersion = NullIfEmpty(image.OsVersion),
        Variant = NullIfEmpty(image.Variant),
        Rootfs = new OciRootFs { DiffIds = Texts(image.RootFS?.DiffIds) },
        Config = image.Config is { } config ? Container(config) : null,
    };

    private static OciContainerConfig Container(OciContainerConfig config)
    {
        var others = config.Other?
            .Where(field => ImageFields.Contains(field.Key) && field.Value.ValueKind is not (JsonValueKind.Null or JsonValueKind.False))
            .ToDictionary();
        return config with
        {
            Env = config.Env is { } variables ? Texts(variables) : null,
            User = NullIfEmpty(config.User),
            WorkingDir = NullIfEmpty(config.WorkingDir),
            StopSignal = NullIfEmpty(config.StopSignal),
            Other = others is { Count: > 0 } ? others : null,
        };
    }

    private static IReadOnlyList<string> Texts(IReadOnlyList<string?>? list) => [.. (list ?? []).OfType<string>()];

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
