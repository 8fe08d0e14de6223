using Buildpacks.Oci;

namespace Buildpacks.Stores.Indexes;

/// <summary>Failures of indexes.</summary>
internal static class IndexErrors
{
    /// <summary>A name that cannot be one.</summary>
    public static PackException NameInvalid(string name) =>
        new(PackErrorIds.ImageNameInvalid, PackErrorKind.InvalidInput, $"The name of the index is not valid: '{name}' cannot be the name of a folder.")
        {
            Target = name,
            RecommendedAction = ImageNames.NextStep,
        };

    /// <summary>An index that exists.</summary>
    public static PackException Exists(string name) =>
        new(PackErrorIds.ManifestExists, PackErrorKind.Conflict, $"An index with the name '{name}' exists on this machine.")
        {
            Target = name,
            RecommendedAction = "Use -Force to replace it, or add images with Add-PackManifest.",
        };

    /// <summary>An index whose folder holds an index with another name.</summary>
    public static PackException FolderTaken(string name, string other) =>
        new(PackErrorIds.ManifestExists, PackErrorKind.Conflict, $"The index '{name}' would have the folder of the index '{other}', which exists on this machine.")
        {
            Target = name,
            RecommendedAction = $"Choose another name, or remove the other index: Remove-PackManifest '{other}'. A folder has _ for / and - for : of the name.",
        };

    /// <summary>An index that does not exist.</summary>
    public static PackException NotFound(string name, PackException? cause = null) =>
        new(
            PackErrorIds.ManifestNotFound, PackErrorKind.NotFound,
            $"There is no index with the name '{name}' on this machine{(cause is null ? "" : $" or in its registry: {cause.Message.TrimEnd('.')}")}.", cause)
        {
            Target = name,
            RecommendedAction = "Get-PackManifest lists the indexes of this machine; New-PackManifest creates one.",
        };

    /// <summary>An index that a registry does not have.</summary>
    public static PackException NotInRegistry(ImageReference name) =>
        new(PackErrorIds.ManifestNotFound, PackErrorKind.NotFound, $"There is no index with the name '{name}' in the registry {name.Registry}.")
        {
            Target = name.ToString(),
            RecommendedAction = "Create it with New-PackManifest -Publish, or publish an index of this machine with Publish-PackManifest.",
        };

    /// <summary>An index of a registry that is named by its digest.</summary>
    public static PackException Fixed(ImageReference name) =>
        new(PackErrorIds.ImageNameInvalid, PackErrorKind.InvalidInput, $"'{name}' names an index by its digest, and a changed index has another digest.")
        {
            Target = name.ToString(),
            RecommendedAction = "Specify the tag of the index.",
        };

    /// <summary>An index that other processes change all the time.</summary>
    public static PackException Changed(ImageReference name) =>
        new(PackErrorIds.ManifestChanged, PackErrorKind.Conflict, $"The index '{name}' was changed by other processes each time before it was put.")
        {
            Target = name.ToString(),
            RecommendedAction = "Try again when the other processes have ended.",
        };

    /// <summary>An image where an index is needed.</summary>
    public static PackException NotAnIndex(string name) =>
        new(PackErrorIds.ManifestNotAnIndex, PackErrorKind.InvalidInput, $"{name} is an image, not an index.")
        {
            Target = name,
            RecommendedAction = "Get-PackImage -Registry shows the image. New-PackManifest creates an index with it.",
        };

    /// <summary>An image that is not in the index.</summary>
    public static PackException ImageNotFound(string image, string index, IndexDocument document) =>
        new(PackErrorIds.ManifestImageNotFound, PackErrorKind.NotFound, $"The index '{index}' does not contain the image '{image}'.")
        {
            Target = image,
            RecommendedAction = document.Entries.Count == 0 ? "The index is empty."
                : $"It contains: {string.Join(", ", document.Entries.Select(entry => entry.Platform is { } platform ? $"{platform} {entry.Digest}" : entry.Digest))}.",
        };

    /// <summary>A text that begins like a digest and is none.</summary>
    public static PackException DigestInvalid(string image, string index) =>
        new(PackErrorIds.ManifestImageNotFound, PackErrorKind.NotFound, $"The index '{index}' does not contain the image '{image}': that is not a complete digest.")
        {
            Target = image,
            RecommendedAction = "Write the whole digest, as (Get-PackManifest NAME).Images shows it.",
        };

    /// <summary>An image of the index that its repository does not have, and whose source is not known.</summary>
    public static PackException ImageMissing(IndexEntry entry, ImageReference target) =>
        new(
            PackErrorIds.ManifestImageMissing, PackErrorKind.NotFound,
            $"The repository {target.Name} does not have the image {entry.Digest}{(entry.Platform is { } platform ? $" for {platform}" : "")}, and the index does not record where it is.")
        {
            Target = entry.Digest,
            RecommendedAction = "Add the image to the index again with Add-PackManifest, which records its source, or copy the image to the repository.",
        };

    /// <summary>An index that pack created and that was named by its folder.</summary>
    public static PackException NameUnknown(string name) =>
        new(PackErrorIds.ManifestNameUnknown, PackErrorKind.InvalidInput, $"'{name}' is the folder of an index that pack created. Its name is not known.")
        {
            Target = name,
            RecommendedAction = "Write the name of the index as pack was given it, or use -Destination.",
        };

    /// <summary>A name that cannot be published.</summary>
    public static PackException NameLocal(ImageReference name, string action = "Specify the name in the registry with -Destination.") =>
        new(PackErrorIds.ImageNameMissing, PackErrorKind.InvalidInput, $"The name '{name}' names no registry.")
        {
            Target = name.ToString(),
            RecommendedAction = action,
        };

    /// <summary>A damaged file.</summary>
    public static PackException FileInvalid(string path, string problem, Exception? cause = null) =>
        new(PackErrorIds.ManifestFileInvalid, PackErrorKind.InvalidInput, $"The index in '{path}' cannot be read: {problem}.", cause)
        {
            Target = path,
            RecommendedAction = "Remove the index with Remove-PackManifest, and create it again.",
        };
}
