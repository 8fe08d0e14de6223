using Buildpacks.Lifecycle.Files;

namespace Buildpacks.Lifecycle.Layers;

/// <summary>One layer in a buildpack's layers folder: a folder with its content, a TOML file that says what it is for, or both.</summary>
/// <param name="Buildpack">The buildpack.</param>
/// <param name="Name">The layer's name.</param>
/// <param name="Directory">Where its content is, or would be.</param>
internal sealed record BuildpackLayer(GroupElement Buildpack, string Name, string Directory)
{
    private static readonly string[] OtherFiles = ["store", "launch", "build"];

    /// <summary>What messages call it: <c>buildpack:layer</c>.</summary>
    public string Identifier => $"{Buildpack.Id}:{Name}";

    /// <summary>The file with its types and metadata.</summary>
    public string TomlPath => Directory + ".toml";

    /// <summary>What the image's history says of it.</summary>
    public string CreatedBy => $"Layer: '{Name}', Created by buildpack: {Buildpack}";

    /// <summary>Whether its content is there.</summary>
    public bool HasContent => System.IO.Directory.Exists(Directory);

    /// <summary>The layer of that name in the layers folder, whether it is there or not.</summary>
    public static BuildpackLayer In(string layersDirectory, GroupElement buildpack, string name) =>
        new(buildpack, name, Path.Combine(layersDirectory, buildpack.EscapedId, name));

    /// <summary>The layers that a buildpack has in the layers folder, by name.</summary>
    public static IReadOnlyList<BuildpackLayer> FindAll(string layersDirectory, GroupElement buildpack)
    {
        var folder = Path.Combine(layersDirectory, buildpack.EscapedId);
        if (!System.IO.Directory.Exists(folder))
        {
            return [];
        }

        var contents = System.IO.Directory.GetDirectories(folder).Select(path => Path.GetFileName(path)!);
        var files = System.IO.Directory.GetFiles(folder, "*.toml").Select(path => Path.GetFileNameWithoutExtension(path)).Except(OtherFiles);
        return
        [
            .. contents.Union(files).Order(StringComparer.Ordinal).Select(name => In(layersDirectory, buildpack, name)),
        ];
    }

    /// <summary>What the layer is for; none of all when it has no TOML file.</summary>
    /// <exception cref="InvalidDataException">The file is malformed; the message names it.</exception>
    public LayerToml Read() => LayerToml.ReadIfExists(TomlPath) ?? new LayerToml(LayerTypes.None, null);

    /// <summary>Removes content and TOML file.</summary>
    public void Remove()
    {
        if (!System.IO.Directory.Exists(Path.GetDirectoryName(Directory)))
        {
            return;
        }

        RemoveContent();
        File.Delete(TomlPath);
        File.Delete(Directory + ".sha");
    }

    /// <summary>Removes the content alone.</summary>
    public void RemoveContent()
    {
        if (HasContent)
        {
            System.IO.Directory.Delete(Directory, recursive: true);
        }
    }
}
