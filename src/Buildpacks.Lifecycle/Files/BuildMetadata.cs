using Buildpacks.Lifecycle.Apis;
using Buildpacks.Lifecycle.Files.Toml;
using Tomlyn.Model;

namespace Buildpacks.Lifecycle.Files;

/// <summary>
/// &lt;layers&gt;/config/metadata.toml: what the buildpacks contributed. The builder writes it; the exporter makes labels of it;
/// it is a layer of the app image, where the launcher reads it.
/// </summary>
internal sealed record BuildMetadata
{
    /// <summary>The legacy bill of materials of the launch; only with platform APIs before 0.9.</summary>
    public IReadOnlyList<LegacyBomEntry> Bom { get; init; } = [];

    /// <summary>The buildpacks that ran, in order.</summary>
    public IReadOnlyList<GroupElement> Buildpacks { get; init; } = [];

    /// <summary>The image extensions of the build, in order.</summary>
    public IReadOnlyList<GroupElement> Extensions { get; init; } = [];

    /// <summary>Labels for the image; a later one of the same key wins.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Labels { get; init; } = [];

    /// <summary>The processes, one a type.</summary>
    public IReadOnlyList<LaunchProcess> Processes { get; init; } = [];

    /// <summary>The slices of the app folder, each a list of globs.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Slices { get; init; } = [];

    /// <summary>The process type that a buildpack made the default; <see langword="null"/> when none did.</summary>
    public string? DefaultProcessType { get; init; }

    /// <summary>Where the file lies.</summary>
    public static string PathIn(string layersDirectory) => Path.Combine(layersDirectory, "config", "metadata.toml");

    /// <summary>Reads the file.</summary>
    public static BuildMetadata Read(string path)
    {
        var toml = TomlFile.Read(path);
        return new BuildMetadata
        {
            Bom = [.. toml.Sections("bom").Select(entry => LegacyBomEntry.From(entry))],
            Buildpacks = [.. toml.Sections("buildpacks").Select(GroupElement.From)],
            Extensions = [.. toml.Sections("extensions").Select(GroupElement.From)],
            Labels = [.. toml.Sections("labels").Select(label => KeyValuePair.Create(label.RequiredText("key"), label.Text("value") ?? ""))],
            Processes = [.. toml.Sections("processes").Select(LaunchProcess.From)],
            Slices = [.. toml.Sections("slices").Select(slice => slice.Texts("paths"))],
            DefaultProcessType = toml.Text("buildpack-default-process-type"),
        };
    }

    /// <summary>Writes the file in the form that the platform's API has. It becomes part of a layer, so its bytes are those of the reference lifecycle.</summary>
    public void Write(string path, ApiVersion platformApi) => TomlFile.Write(path, new TomlTable()
        .With("bom", Bom.Select(entry => entry.ToToml()).ToToml())
        .With("buildpacks", Buildpacks.Select(buildpack => buildpack.ToToml()).ToToml())
        .With("extensions", Extensions.Select(extension => extension.ToToml()).ToToml())
        .With("labels", Labels.Select(label => new TomlTable().WithAlways("key", label.Key).WithAlways("value", label.Value)).ToToml())
        .WithAlways("processes", Processes.Select(process => process.ToToml(platformApi)).ToToml())
        .With("slices", Slices.Select(paths => new TomlTable().WithAlways("paths", paths.ToToml())).ToToml())
        .With("buildpack-default-process-type", DefaultProcessType));
}
