using Buildpacks.Oci;

namespace Buildpacks.Stores.Copies;

/// <summary>Chooses among the images of a layout or an archive.</summary>
internal static class ImageChoices
{
    /// <summary>Chooses an image.</summary>
    /// <param name="place">The file or folder.</param>
    /// <param name="images">The images, one or more entries each.</param>
    /// <param name="name">The name or identity of the one that is wanted; <see langword="null"/> when there should be one only.</param>
    /// <returns>The image, with the name that was asked for or else all it has.</returns>
    /// <exception cref="PackException"><c>ImageInvalid</c>, <c>ImageNotFound</c> or <c>ImageAmbiguous</c>.</exception>
    public static ImageChoice<T> Choose<T>(string place, IReadOnlyList<ImageChoice<T>> images, string? name)
    {
        if (images.Count == 0)
        {
            throw FileErrors.Invalid(place, "it does not name an image");
        }

        if (name is not null)
        {
            if (images.FirstOrDefault(image => image.Identity == name) is { } identified)
            {
                return identified with { Names = [.. images.Where(image => image.Identity == name).SelectMany(image => image.Names).Distinct()] };
            }

            foreach (var image in images)
            {
                if (image.Names.FirstOrDefault(known => known == name || ImageSpellings.Of(known).Contains(name)) is { } match)
                {
                    return image with { Names = [match] };
                }
            }

            // A build into oci:web:v1 gives the image the name web:v1.
            if (images.Where(image => image.Names.Any(known => HasTag(known, name))).GroupBy(image => image.Identity).ToList() is [var tagged])
            {
                return tagged.First() with { Names = [.. tagged.SelectMany(image => image.Names).Where(known => HasTag(known, name)).Distinct()] };
            }

            throw new PackException(PackErrorIds.ImageNotFound, PackErrorKind.NotFound, $"{place} does not have the image '{name}'.")
            {
                Target = name,
                RecommendedAction = $"It has: {Listed(images)}.",
            };
        }

        // An image with several names may stand there once for each of them.
        var distinct = images.GroupBy(image => image.Identity).ToList();
        return distinct is [var only]
            ? only.First() with { Names = [.. only.SelectMany(image => image.Names).Distinct()] }
            : throw new PackException(PackErrorIds.ImageAmbiguous, PackErrorKind.InvalidInput, $"{place} has {distinct.Count} images.")
            {
                Target = place,
                RecommendedAction = $"Name one of them, with -SourceName or behind the path, as in oci:PATH:NAME: {Listed(images)}.",
            };
    }

    private static bool HasTag(string name, string tag) => ImageReference.Find(name)?.Tag == tag;

    private static string Listed<T>(IEnumerable<ImageChoice<T>> images) =>
        string.Join(", ", images.SelectMany(image => image.Names).DefaultIfEmpty("images without a name"));
}

/// <summary>One of the images of a layout or an archive.</summary>
/// <typeparam name="T">What the file says of an image.</typeparam>
/// <param name="Image">The image.</param>
/// <param name="Identity">What two entries for the same image have in common.</param>
/// <param name="Names">Its names.</param>
internal sealed record ImageChoice<T>(T Image, string Identity, IReadOnlyList<string> Names);
