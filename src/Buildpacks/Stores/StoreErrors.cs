using Buildpacks.Oci;

namespace Buildpacks.Stores;

/// <summary>Failures that every store has.</summary>
internal static class StoreErrors
{
    private const int LongestQuote = 200;

    /// <summary>An image that does not exist.</summary>
    public static PackException ImageNotFound(ImageReference name, string place) =>
        new(PackErrorIds.ImageNotFound, PackErrorKind.NotFound, $"The image {name} does not exist in the {place}.")
        {
            Target = name.ToString(),
            RecommendedAction = "Check the name and the tag.",
        };

    /// <summary>A blob that a manifest names and that does not exist.</summary>
    public static PackException BlobNotFound(ImageReference image, OciDescriptor blob, string place) =>
        new(PackErrorIds.BlobNotFound, PackErrorKind.NotFound, $"The blob {blob.Digest} does not exist in {image.Name} in the {place}.")
        {
            Target = image.ToString(),
            RecommendedAction = "The image is incomplete. Publish or copy it again.",
        };

    /// <summary>Content that cannot be read where it is.</summary>
    public static PackException BlobUnreadable(OciDescriptor blob, Exception cause) =>
        new(PackErrorIds.BlobUnreadable, PackErrorKind.Failed, $"The blob {blob.Digest} cannot be read: {Quote(cause.Message).TrimEnd('.')}.", cause)
        {
            Target = blob.Digest,
            RecommendedAction = "Check the file or folder that the image is in.",
        };

    /// <summary>A document that is no manifest or index.</summary>
    public static PackException ManifestInvalid(string place, string problem, Exception? cause = null) =>
        new(PackErrorIds.ManifestInvalid, PackErrorKind.InvalidInput, $"The manifest in the {place} cannot be used: {problem}.", cause)
        {
            Target = place,
            RecommendedAction = "Publish or copy the image again.",
        };

    /// <summary>An index without an image for a platform.</summary>
    public static PackException PlatformNotFound(ImageReference name, OciPlatform platform, IEnumerable<string> present) =>
        new(PackErrorIds.PlatformNotFound, PackErrorKind.NotFound, $"The image {name} has no image for {platform}.")
        {
            Target = name.ToString(),
            RecommendedAction = $"It has images for: {string.Join(", ", present.DefaultIfEmpty("no platform"))}.",
        };

    /// <summary>Content with another digest than the one that names it.</summary>
    public static PackException DigestMismatch(string what, string place, string expected, string actual) =>
        new(PackErrorIds.DigestMismatch, PackErrorKind.Failed, $"The content of {what} in the {place} has the digest {actual} instead of {expected}.")
        {
            Target = what,
            RecommendedAction = "The content was damaged or changed during the transfer. Try again; if it happens again, publish the image again.",
        };

    /// <summary>Content that is longer or shorter than its descriptor says.</summary>
    public static PackException SizeMismatch(string what, string place, long expected, long actual, Exception? cause = null) =>
        new(PackErrorIds.DigestMismatch, PackErrorKind.Failed, $"The content of {what} in the {place} has {actual} bytes instead of {expected}.", cause)
        {
            Target = what,
            RecommendedAction = "The content was damaged or changed during the transfer. Try again; if it happens again, publish the image again.",
        };

    /// <summary>Text from elsewhere in one short line.</summary>
    public static string Quote(string text)
    {
        var line = new string([.. text.Take(LongestQuote * 2).Select(c => char.IsControl(c) ? ' ' : c)]).Trim();
        return line.Length <= LongestQuote ? line : line[..LongestQuote] + "…";
    }
}
