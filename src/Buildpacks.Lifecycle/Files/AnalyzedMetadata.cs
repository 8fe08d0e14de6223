using Buildpacks.Lifecycle.Files.Toml;
using Tomlyn.Model;

namespace Buildpacks.Lifecycle.Files;

/// <summary>analyzed.toml: what the analyzer found out about the previous image and the run image.</summary>
internal sealed record AnalyzedMetadata
{
    /// <summary>The previous image: a digest reference, an image id or a path of a layout; <see langword="null"/> when there is none.</summary>
    public string? PreviousImageReference { get; init; }

    /// <summary>The build image's reference; only with image extensions.</summary>
    public string? BuildImageReference { get; init; }

    /// <summary>What the previous image's label says about its layers.</summary>
    public LayersMetadata Layers { get; init; } = new();

    /// <summary>The run image.</summary>
    public AnalyzedRunImage? RunImage { get; init; }

    /// <summary>Reads the file, or <see langword="null"/> when there is none.</summary>
    public static AnalyzedMetadata? ReadIfExists(string path) =>
        TomlFile.ReadIfExists(path) is { } toml
            ? new AnalyzedMetadata
            {
                PreviousImageReference = toml.Section("image")?.Text("reference"),
                BuildImageReference = toml.Section("build-image")?.Text("reference"),
                Layers = toml.Section("metadata") is { } layers ? LayersMetadata.From(layers) : new LayersMetadata(),
                RunImage = toml.Section("run-image") is { } run ? AnalyzedRunImage.From(run) : null,
            }
            : null;

    /// <summary>Writes the file.</summary>
    public void Write(string path) => TomlFile.Write(path, new TomlTable()
        .With("image", Reference(PreviousImageReference))
        .With("build-image", Reference(BuildImageReference))
        .With("metadata", Layers.ToToml())
        .With("run-image", RunImage?.ToToml()));

    private static TomlTable? Reference(string? reference) =>
        reference is null ? null : new TomlTable().WithAlways("reference", reference);
}
