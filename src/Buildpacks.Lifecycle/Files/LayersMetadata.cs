using Buildpacks.Lifecycle.Files.Toml;
using Tomlyn.Model;

namespace Buildpacks.Lifecycle.Files;

/// <summary>
/// What an app image says about its layers: the label <c>io.buildpacks.lifecycle.metadata</c>, and the table <c>metadata</c> of analyzed.toml.
/// Every sha is a diffID, <c>sha256:…</c>.
/// </summary>
internal sealed record LayersMetadata
{
    /// <summary>The app's layers, slices first.</summary>
    public IReadOnlyList<string> App { get; init; } = [];

    /// <summary>The layer with the software bills of materials.</summary>
    public string? Sbom { get; init; }

    /// <summary>What each buildpack contributed.</summary>
    public IReadOnlyList<BuildpackLayersMetadata> Buildpacks { get; init; } = [];

    /// <summary>The layer with the launcher's configuration.</summary>
    public string? Config { get; init; }

    /// <summary>The layer with the launcher.</summary>
    public string? Launcher { get; init; }

    /// <summary>The layer with the process types' symlinks.</summary>
    public string? ProcessTypes { get; init; }

    /// <summary>The run image that the app image stands on.</summary>
    public RunImageMetadata RunImage { get; init; } = new();

    /// <summary>The run image as platform APIs before 0.12 name it.</summary>
    public RunImageChoice? StackRunImage { get; init; }

    /// <summary>What the buildpack contributed; an empty entry when it contributed nothing.</summary>
    public BuildpackLayersMetadata For(string buildpackId) =>
        Buildpacks.FirstOrDefault(buildpack => buildpack.Id == buildpackId) ?? new BuildpackLayersMetadata(buildpackId, "");

    /// <summary>Reads the table.</summary>
    public static LayersMetadata From(TomlSection toml) => new()
    {
        App = [.. toml.Sections("app").Select(layer => layer.Text("sha") ?? "")],
        Sbom = Sha(toml, "sbom"),
        Buildpacks = [.. toml.Sections("buildpacks").Select(BuildpackLayersMetadata.From)],
        Config = Sha(toml, "config"),
        Launcher = Sha(toml, "launcher"),
        ProcessTypes = Sha(toml, "process-types"),
        RunImage = toml.Section("run-image") is { } run ? RunImageMetadata.From(run) : new RunImageMetadata(),
        StackRunImage = toml.Section("stack")?.Section("run-image") is { } stack ? RunImageChoice.From(stack) : null,
    };

    /// <summary>The metadata as TOML.</summary>
    public TomlTable ToToml() => new TomlTable()
        .With("app", App.Select(sha => Layer(sha)!).ToToml())
        .With("sbom", Layer(Sbom))
        .With("buildpacks", Buildpacks.Select(buildpack => buildpack.ToToml()).ToToml())
        .With("config", Layer(Config))
        .With("launcher", Layer(Launcher))
        .With("process-types", Layer(ProcessTypes))
        .With("run-image", RunImage.ToToml())
        .With("stack", StackRunImage is null ? null : new TomlTable().WithAlways("run-image", StackRunImage.ToToml()));

    private static string? Sha(TomlSection toml, string key) =>
        toml.Section(key)?.Text("sha") is { Length: > 0 } sha ? sha : null;

    private static TomlTable? Layer(string? sha) => sha is null ? null : new TomlTable().WithAlways("sha", sha);
}
