using Buildpacks.Lifecycle.Os;

namespace Buildpacks.Lifecycle.Layers;

/// <summary>A layer made of one directory under its own path.</summary>
internal static class DirectoryLayer
{
    /// <summary>The layer of a directory: the directories above it as they are, then the directory and all it holds with one owner.</summary>
    /// <param name="id">What messages call the layer.</param>
    /// <param name="directory">The directory.</param>
    /// <param name="owner">Owner of the directory and all it holds.</param>
    /// <param name="createdBy">What the image's history says.</param>
    public static LayerSource Of(string id, string directory, Owner owner, string createdBy)
    {
        var path = Path.GetFullPath(directory);
        return new LayerSource(id, createdBy, archive =>
        {
            archive.AddParents(path);
            archive.AddTree(path, owner);
        });
    }
}
