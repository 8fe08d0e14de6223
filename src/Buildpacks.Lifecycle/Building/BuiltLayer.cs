using Buildpacks.Lifecycle.Files;

namespace Buildpacks.Lifecycle.Building;

/// <summary>A layer that a buildpack left: &lt;name&gt;.toml, and the folder &lt;name&gt; unless it is reused.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Directory">Its folder, whether it exists or not.</param>
/// <param name="Types">What it is for.</param>
internal sealed record BuiltLayer(string Name, string Directory, LayerTypes Types)
{
    private static readonly HashSet<string> Reserved = ["build", "launch", "store"];

    /// <summary>The layers in a buildpack's folder, by name in ascending order.</summary>
    /// <exception cref="InvalidDataException">A layer's file is malformed, or a layer has a name that is reserved.</exception>
    public static IReadOnlyList<BuiltLayer> ReadAll(string folder)
    {
        if (Reserved.FirstOrDefault(name => System.IO.Directory.Exists(Path.Combine(folder, name))) is { } reserved)
        {
            throw new InvalidDataException($"{Path.Combine(folder, reserved)}: '{reserved}' must not be the name of a layer");
        }

        return
        [
            .. System.IO.Directory.EnumerateFiles(folder, "*.toml")
                .Select(path => Path.GetFileNameWithoutExtension(path))
                .Where(name => !Reserved.Contains(name))
                .Order(StringComparer.Ordinal)
                .Select(name => new BuiltLayer(
                    name, Path.Combine(folder, name), LayerToml.ReadIfExists(Path.Combine(folder, name + ".toml"))!.Types)),
        ];
    }

    /// <summary>Renames the folder, so that no later buildpack comes to depend on it.</summary>
    public void SetAside()
    {
        var aside = Directory + ".ignore";
        if (System.IO.Directory.Exists(Directory))
        {
            if (System.IO.Directory.Exists(aside))
            {
                System.IO.Directory.Delete(aside, recursive: true);
            }

            System.IO.Directory.Move(Directory, aside);
        }
    }
}
