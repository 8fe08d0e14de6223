using Buildpacks.Lifecycle.Files.Toml;
using Tomlyn.Model;

namespace Buildpacks.Lifecycle.Files;

/// <summary>report.toml: what the exporter made.</summary>
/// <param name="Tags">Every name of the image.</param>
internal sealed record Report(IReadOnlyList<string> Tags)
{
    /// <summary>The image's id; when exported to a daemon.</summary>
    public string? ImageId { get; init; }

    /// <summary>The legacy bill of materials of the build; only with platform APIs before 0.9.</summary>
    public IReadOnlyList<LegacyBomEntry> Bom { get; init; } = [];

    /// <summary>The digest of the manifest; when exported to a registry.</summary>
    public string? Digest { get; init; }

    /// <summary>The manifest's size in bytes; when exported to a layout or a registry.</summary>
    public long? ManifestSize { get; init; }

    /// <summary>Writes the file.</summary>
    public void Write(string path) => TomlFile.Write(path, new TomlTable()
        .With("build", Bom.Count == 0 ? null : new TomlTable().WithAlways("bom", Bom.Select(entry => entry.ToToml()).ToToml()))
        .WithAlways("image", new TomlTable()
            .WithAlways("tags", Tags.ToToml())
            .With("image-id", ImageId)
            .With("digest", Digest)
            .With("manifest-size", ManifestSize)));
}
