using System.Text.Json;
using Buildpacks.Oci;

namespace Buildpacks.Engines.Podman.Json;

/// <summary>Turns what podman tells of images into the project's records.</summary>
internal static class PodmanImageReader
{
    /// <summary>A row of a list.</summary>
    public static ImageSummary Summary(PodmanImage image) => new()
    {
        Id = WithAlgorithm(image.Id),
        Tags = [.. image.RepoTags.Concat(image.Names).Where(IsTag).Distinct()],
        Digest = NullIfEmpty(image.Digest),
        Size = image.Size ?? 0,
        Created = image.Created,
        Labels = image.Labels,
    };

    /// <summary>The details of an image.</summary>
    public static ImageDetail Detail(PodmanImageDetail image) => new()
    {
        Id = WithAlgorithm(image.Id),
        Tags = [.. image.RepoTags.Where(IsTag)],
        RepoDigests = image.RepoDigests,
        Digest = NullIfEmpty(image.Digest),
        Size = image.Size ?? 0,
        Config = new OciImageConfig
        {
            Created = NullIfEmpty(image.Created),
            Author = NullIfEmpty(image.Author),
            Architecture = image.Architecture ?? "",
            Os = image.Os ?? "",
            Variant = NullIfEmpty(image.Variant),
            Config = image.Config is { } config ? Config(config, image.Healthcheck) : null,
            Rootfs = new OciRootFs { DiffIds = image.RootFS?.Layers ?? [] },
            History = image.History is { } history ? [.. history.Where(step => step is not null).Select(Step)] : null,
        },
    };

    /// <summary>An id with <c>sha256:</c> in front, which podman leaves out.</summary>
    public static string WithAlgorithm(string id) => id.Contains(':', StringComparison.Ordinal) ? id : "sha256:" + id;

    private static OciContainerConfig Config(PodmanImageConfig config, JsonElement? healthcheck) => new()
    {
        User = NullIfEmpty(config.User),
        ExposedPorts = NullIfEmpty(config.ExposedPorts),
        Env = NullIfEmpty(config.Env),
        Entrypoint = NullIfEmpty(config.Entrypoint),
        Cmd = NullIfEmpty(config.Cmd),
        Volumes = NullIfEmpty(config.Volumes),
        WorkingDir = NullIfEmpty(config.WorkingDir),
        Labels = NullIfEmpty(config.Labels),
        StopSignal = NullIfEmpty(config.StopSignal),
        Other = healthcheck is { ValueKind: JsonValueKind.Object } check ? new Dictionary<string, JsonElement> { ["Healthcheck"] = check } : null,
    };

    private static OciHistory Step(PodmanImageStep step) => new()
    {
        Created = NullIfEmpty(step.Created),
        CreatedBy = NullIfEmpty(step.CreatedBy),
        Author = NullIfEmpty(step.Author),
        Comment = NullIfEmpty(step.Comment),
        EmptyLayer = step.EmptyLayer is true ? true : null,
    };

    private static bool IsTag(string name) =>
        !name.Contains('@', StringComparison.Ordinal) && !name.Contains("<none>", StringComparison.Ordinal);

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static IReadOnlyList<T>? NullIfEmpty<T>(IReadOnlyList<T> list) => list.Count == 0 ? null : list;

    private static IReadOnlyDictionary<string, T>? NullIfEmpty<T>(IReadOnlyDictionary<string, T>? map) =>
        map is null or { Count: 0 } ? null : map;
}
