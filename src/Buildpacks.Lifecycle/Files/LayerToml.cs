using Buildpacks.Lifecycle.Files.Toml;
using Tomlyn.Model;

namespace Buildpacks.Lifecycle.Files;

/// <summary>&lt;layer&gt;.toml in a buildpack's layers folder.</summary>
/// <param name="Types">What the layer is for.</param>
/// <param name="Data">The table <c>metadata</c>; <see langword="null"/> when there is none.</param>
internal sealed record LayerToml(LayerTypes Types, TomlTable? Data)
{
    /// <summary>Reads the file, or <see langword="null"/> when there is none.</summary>
    /// <exception cref="InvalidDataException">Malformed, or the types stand outside the table <c>types</c>, as buildpack APIs before 0.6 had them.</exception>
    public static LayerToml? ReadIfExists(string path)
    {
        if (TomlFile.ReadIfExists(path) is not { } toml)
        {
            return null;
        }

        if (toml.Has("launch") || toml.Has("build") || toml.Has("cache"))
        {
            throw new InvalidDataException($"{path}: launch, build and cache must stand in the table [types]");
        }

        return new LayerToml(
            toml.Section("types") is { } types ? LayerTypes.From(types) : LayerTypes.None,
            toml.Data("metadata"));
    }

    /// <summary>Writes a file with the metadata alone: a restored layer has no types until its buildpack says so.</summary>
    public static void WriteRestored(string path, TomlTable? data) => TomlFile.Write(path, new TomlTable().WithData("metadata", data));
}
