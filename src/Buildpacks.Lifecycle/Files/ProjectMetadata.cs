using Buildpacks.Lifecycle.Files.Toml;
using Tomlyn.Model;

namespace Buildpacks.Lifecycle.Files;

/// <summary>project-metadata.toml: where the app's source comes from. It becomes a label of the image.</summary>
internal static class ProjectMetadata
{
    /// <summary>The whole file, or <see langword="null"/> when there is none.</summary>
    public static TomlTable? ReadIfExists(string path) => TomlFile.ReadIfExists(path)?.Table;
}
