using Buildpacks.Oci;

namespace Buildpacks.Images;

/// <summary>What somebody means: some names of an image, or the image with all of them.</summary>
/// <param name="Image">The image.</param>
/// <param name="Names">The names that are meant, as the engine spells them; none for an image without a name.</param>
public sealed record SelectedImage(PackImage Image, IReadOnlyList<string> Names)
{
    /// <summary>What somebody means who typed a name or an id: an id is the image with all its names.</summary>
    /// <param name="typed">The name or id.</param>
    /// <param name="image">The image it was found to be.</param>
    public static SelectedImage Of(string typed, PackImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        return image.Tags.FirstOrDefault(tag => ImageSpellings.Of(tag).Contains(typed)) is { } name ? new SelectedImage(image, [name])
            : IsIdOf(typed, image) ? Whole(image)
            : new SelectedImage(image, [typed]);
    }

    /// <summary>The image with all its names.</summary>
    public static SelectedImage Whole(PackImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        return new SelectedImage(image, image.Tags);
    }

    private static bool IsIdOf(string typed, PackImage image) =>
        image.Id.StartsWith(typed.StartsWith(OciDigest.Algorithm, StringComparison.Ordinal) ? typed : $"{OciDigest.Algorithm}:{typed}", StringComparison.Ordinal);
}
