using Buildpacks.Lifecycle.Files.Toml;
using Tomlyn.Model;

namespace Buildpacks.Lifecycle.Files;

/// <summary>store.toml in a buildpack's layers folder: data that outlives the build.</summary>
internal static class StoreToml
{
    /// <summary>The table <c>metadata</c>, or <see langword="null"/> when there is no file or no table.</summary>
    public static TomlTable? ReadIfExists(string path) => TomlFile.ReadIfExists(path)?.Data("metadata");

    /// <summary>Writes the file.</summary>
    public static void Write(string path, TomlTable data) => TomlFile.Write(path, new TomlTable().WithData("metadata", data));
}
