using Buildpacks.Lifecycle.Files;

namespace Buildpacks.Lifecycle.Launching;

/// <summary>The launch layers in the app image, buildpack by buildpack in build order, each buildpack's by name in ascending order.</summary>
internal sealed record LaunchLayers(IReadOnlyList<IReadOnlyList<string>> ByBuildpack)
{
    /// <summary>Finds them. Every folder in a buildpack's folder is one: no other layers come into the image.</summary>
    public static LaunchLayers Find(string layersDirectory, IEnumerable<GroupElement> buildpacks) => new(
        [.. buildpacks
            .Select(buildpack => Path.Combine(layersDirectory, buildpack.EscapedId))
            .Where(Directory.Exists)
            .Select(folder => (IReadOnlyList<string>)[.. Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal)])]);

    /// <summary>The files in a folder that layers may have: first those for all processes, then those for the process type.</summary>
    /// <param name="folder">The folder's name, <c>exec.d</c> or <c>profile.d</c>.</param>
    /// <param name="processType">The type; <see langword="null"/> when the user gave the command.</param>
    public IReadOnlyList<string> Files(string folder, string? processType)
    {
        var folders = ByBuildpack.SelectMany(layers => layers).Select(layer => Path.Combine(layer, folder)).ToList();
        return
        [
            .. folders.SelectMany(FilesIn),
            .. processType is null ? [] : folders.SelectMany(path => FilesIn(Path.Combine(path, processType))),
        ];
    }

    private static IEnumerable<string> FilesIn(string folder) =>
        Directory.Exists(folder) ? Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal) : [];
}
