using Buildpacks.Oci;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Stores;

/// <summary>Reads additional names of an image: full names, or <c>:TAG</c> for another tag of the image's own repository.</summary>
internal static class TagNames
{
    /// <summary>Reads the names.</summary>
    /// <param name="image">The image.</param>
    /// <param name="tags">The additional names as they were given.</param>
    /// <param name="logger">Is warned of a name that may be meant as a tag.</param>
    /// <exception cref="PackException"><c>ImageNameInvalid</c>.</exception>
    public static IReadOnlyList<ImageReference> Parse(ImageReference image, IEnumerable<string> tags, ILogger logger) =>
        [.. tags.Select(tag => Parse(image, tag, logger))];

    private static ImageReference Parse(ImageReference image, string text, ILogger logger)
    {
        if (text.StartsWith(':'))
        {
            return ImageNames.Parse(image.Name + text);
        }

        var name = ImageNames.Parse(text);
        if (text.AsSpan().IndexOfAny('/', ':') < 0)
        {
            logger.LogWarning(
                "The additional tag '{Text}' is the image name {Name}. For the tag '{Text}' in the repository of the image, {Tagged}, write ':{Text}'.",
                text, name, text, $"{image.Name}:{text}", text);
        }

        return name;
    }
}
