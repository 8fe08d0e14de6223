using Buildpacks.Oci;

namespace Buildpacks.Stores;

/// <summary>Reads the names of images to be made.</summary>
internal static class ImageNames
{
    /// <summary>What to do about a name that is none.</summary>
    public const string NextStep = "Name the image as [registry/]repository[:tag], in lower case.";

    /// <summary>Reads a name with a tag.</summary>
    /// <param name="text">The name; the tag is <c>latest</c> when it has none.</param>
    /// <exception cref="PackException"><c>ImageNameInvalid</c>: it is no image name, or has a digest.</exception>
    public static ImageReference Parse(string text)
    {
        if (!ImageReference.TryParse(text, out var reference, out var problem))
        {
            throw Invalid(text, $"The image name is not valid: {problem}.");
        }

        Check(reference);
        return reference;
    }

    /// <summary>Refuses what an image to be made cannot be named: a name with a digest, or one that engines interpret as an id.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="PackException"><c>ImageNameInvalid</c>.</exception>
    public static void Check(ImageReference name)
    {
        var text = name.Spelling;
        if (OciDigest.IsValid($"{OciDigest.Algorithm}:{text}"))
        {
            throw Invalid(text, $"The image name is not valid: '{text}' has the form of an image id, and engines interpret it as an id.");
        }

        if (name.Digest is not null)
        {
            throw Invalid(text, $"The image name '{text}' has a digest, which is not allowed for a new image.");
        }
    }

    /// <summary>Reads the name of an image that is there. Its id, or a name with a digest, will do.</summary>
    /// <param name="text">The name.</param>
    /// <param name="what">What that image is, such as <c>builder</c>.</param>
    /// <exception cref="PackException"><c>ImageNameInvalid</c>: no image can have this name.</exception>
    public static ImageReference Read(string text, string what) => ImageReference.TryParse(text, out var reference, out var problem)
        ? reference
        : throw Invalid(text, $"The name of the {what} is not valid: {problem}.");

    /// <summary>Refuses the name of an image that the build needs.</summary>
    /// <param name="image">The image to be made.</param>
    /// <param name="other">An image the build needs; <see langword="null"/> for none.</param>
    /// <param name="what">What that image is, such as <c>builder</c>.</param>
    /// <exception cref="PackException"><c>ImageNameInvalid</c>.</exception>
    public static void Refuse(ImageReference image, ImageReference? other, string what)
    {
        if (other == image)
        {
            throw Taken(image, what);
        }
    }

    /// <summary>Refuses all names of a repository.</summary>
    /// <param name="image">The image to be made.</param>
    /// <param name="repository">The repository, with its registry.</param>
    /// <param name="what">What its images are, such as <c>lifecycle image</c>.</param>
    /// <exception cref="PackException"><c>ImageNameInvalid</c>.</exception>
    public static void RefuseRepository(ImageReference image, string repository, string what)
    {
        if (image.Name == repository)
        {
            throw Taken(image, what);
        }
    }

    private static PackException Taken(ImageReference image, string what) =>
        Invalid(image.ToString(), $"The image cannot be named '{image.ToFamiliarString()}': this is the name of the {what}.");

    private static PackException Invalid(string text, string message) => new(PackErrorIds.ImageNameInvalid, PackErrorKind.InvalidInput, message)
    {
        Target = text,
        RecommendedAction = NextStep,
    };
}
