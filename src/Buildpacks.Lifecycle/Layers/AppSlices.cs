using Buildpacks.Lifecycle.Os;

namespace Buildpacks.Lifecycle.Layers;

/// <summary>
/// Divides the app folder into layers: one for each slice that buildpacks asked for, in their order, and a last one for
/// what is left. A file is in the first slice that matches it; a matched folder brings all it holds.
/// </summary>
internal sealed class AppSlices
{
    private readonly string app;
    private readonly Owner owner;
    private readonly IReadOnlyList<(string Path, FileStatus Status)> files;

    // What a slice took already. A folder is taken when it was matched itself or nothing is left in it.
    private readonly HashSet<string> taken = new(StringComparer.Ordinal);

    private AppSlices(string app, Owner owner)
    {
        this.app = app;
        this.owner = owner;
        files = [.. FileTree.Walk(app)];
    }

    /// <summary>The layers of an app folder: one more than slices. A slice that matches nothing gives an empty layer.</summary>
    /// <param name="app">The app folder.</param>
    /// <param name="slices">Glob patterns for each slice, relative to the folder; <c>*</c> and <c>?</c> stay within one folder's name.</param>
    /// <param name="owner">The owner of every entry within the folder.</param>
    public static IReadOnlyList<LayerSource> Divide(string app, IReadOnlyList<IReadOnlyList<string>> slices, Owner owner)
    {
        ArgumentNullException.ThrowIfNull(slices);
        var path = Path.GetFullPath(app);
        var division = new AppSlices(path, owner);
        var layers = new List<LayerSource>(slices.Count + 1);
        foreach (var patterns in slices)
        {
            layers.Add(division.Layer(layers.Count + 1, SliceName(layers.Count + 1), division.Take([.. patterns.Select(pattern => new GlobPattern(pattern))])));
        }

        var last = slices.Count == 0 ? "Application Layer" : SliceName(layers.Count + 1);
        layers.Add(division.Layer(layers.Count + 1, last, [.. division.files.Where(file => !division.taken.Contains(file.Path))]));
        return layers;
    }

    private List<(string Path, FileStatus Status)> Take(IReadOnlyList<GlobPattern> patterns)
    {
        var matched = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (path, _) in files)
        {
            if (path == app || taken.Contains(path))
            {
                continue;
            }

            var relative = path[(app.Length + 1)..];
            if (matched.Contains(Path.GetDirectoryName(path)!) || patterns.Any(pattern => pattern.IsMatch(relative)))
            {
                matched.Add(path);
            }
        }

        taken.UnionWith(matched);
        var above = matched.SelectMany(FoldersAbove).ToHashSet(StringComparer.Ordinal);
        TakeEmptied(above);
        return [.. files.Where(file => matched.Contains(file.Path) || above.Contains(file.Path))];
    }

    // Folders in which a slice left nothing: the last layer need not repeat them. Content comes after its folder, so
    // that going backwards a folder's content is known before the folder.
    private void TakeEmptied(HashSet<string> folders)
    {
        var holding = new HashSet<string>(StringComparer.Ordinal);
        for (var i = files.Count - 1; i >= 0; i--)
        {
            var path = files[i].Path;
            if (folders.Contains(path) && !holding.Contains(path))
            {
                taken.Add(path);
            }

            if (!taken.Contains(path))
            {
                holding.Add(Path.GetDirectoryName(path)!);
            }
        }
    }

    private IEnumerable<string> FoldersAbove(string path)
    {
        for (var folder = Path.GetDirectoryName(path)!; folder.Length > app.Length; folder = Path.GetDirectoryName(folder)!)
        {
            yield return folder;
        }

        yield return app;
    }

    private static string SliceName(int number) => $"Application Slice: {number}";

    // By the whole path, unlike in other layers: a folder's content need not follow it at once.
    private LayerSource Layer(int number, string createdBy, IEnumerable<(string Path, FileStatus Status)> unsorted)
    {
        var content = unsorted.OrderBy(file => file.Path, StringComparer.Ordinal).ToList();
        return new LayerSource($"slice-{number}", createdBy, archive =>
        {
            if (content.Count == 0)
            {
                return;
            }

            archive.AddParents(app);
            foreach (var (path, status) in content)
            {
                archive.Add(path, status, owner);
            }
        });
    }
}
