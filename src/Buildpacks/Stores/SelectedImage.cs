using Buildpacks.Engines;
using Buildpacks.Oci;

namespace Buildpacks.Stores;

/// <summary>What somebody means: some names of an image, or the image with all of them.</summary>
/// <param name="Image">The image.</param>
/// <param name="Names">The names that are meant, as the engine spells them; none for an image without a name.</param>
public sealed record SelectedImage(PackImage Image, IReadOnlyList<string> Names)
{
    /// <summary>How many digits of an id are enough without <c>sha256:</c> before them: as many as engines show.</summary>
    private const int ShortestId = 12;

    /// <summary>The image as it is shown to somebody who means these names: under the first of them.</summary>
    public PackImage Shown => Names is [var first, ..] && Image.Tags.Contains(first) ? Image with { Name = first, MatchedTags = [.. Names] } : Image;

    /// <summary>What somebody means who typed a name or an id: an id is the image with all its names.</summary>
    /// <param name="typed">The name or id.</param>
    /// <param name="image">The image it was found to be.</param>
    public static SelectedImage Of(string typed, PackImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        return NameOf(typed, image) is { } name ? new SelectedImage(image, [name])
            : IsIdOf(typed, image) ? Whole(image)
            : new SelectedImage(image, [typed]);
    }

    /// <summary>What an image stands for that comes out of a pipeline: the names by which it was asked for, or all.</summary>
    public static SelectedImage Of(PackImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        return image.MatchedTags.Count > 0 ? new SelectedImage(image, image.MatchedTags) : Whole(image);
    }

    /// <summary>The image with all its names.</summary>
    public static SelectedImage Whole(PackImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        return new SelectedImage(image, image.Tags);
    }

    /// <summary>podman's localhost/web is web too, but not where the image is also called docker.io/library/web.</summary>
    private static string? NameOf(string typed, PackImage image) =>
        image.Tags.FirstOrDefault(tag => ImageSpellings.Unmistakable(tag).Contains(typed))
        ?? image.Tags.FirstOrDefault(tag => ImageSpellings.Of(tag).Contains(typed));

    /// <summary>
    /// Whether a text stands for the image only because its id begins with it, and is too short for that: another image may get such an id.
    /// </summary>
    /// <param name="typed">The name or id.</param>
    /// <param name="image">The image it was found to be.</param>
    public static bool IsShortIdOf(string typed, PackImage image)
    {
        ArgumentNullException.ThrowIfNull(typed);
        ArgumentNullException.ThrowIfNull(image);
        return typed.Length < ShortestId && !typed.StartsWith(OciDigest.Algorithm + ":", StringComparison.Ordinal)
            && NameOf(typed, image) is null && IsIdOf(typed, image);
    }

    /// <summary>Whether a text stands for an image of an engine only because its id begins with it.</summary>
    /// <param name="typed">The name or id.</param>
    /// <param name="image">The image it was found to be.</param>
    /// <param name="engine">The engine.</param>
    internal static bool IsShortIdOf(string typed, ImageDetail image, IEngine engine) =>
        typed.Length < ShortestId && IsShortIdOf(typed, ImageCatalog.FromDetail(engine.Kind, engine.Endpoint, image));

    /// <summary>The failure of an id that is too short.</summary>
    /// <param name="typed">The id.</param>
    /// <param name="engine">The engine that has an image with such an id.</param>
    public static PackException IdTooShort(string typed, PackEngineKind engine) =>
        new(PackErrorIds.ImageIdTooShort, PackErrorKind.InvalidInput, $"{engine} has no image with the name '{typed}'. An id begins with it, but an id needs at least {ShortestId} digits.")
        {
            Target = typed,
            RecommendedAction = $"Write at least {ShortestId} digits of the id, or {OciDigest.Algorithm}:{typed}.",
        };

    /// <summary>Refuses a text for which an engine found an image by an id that is too short.</summary>
    /// <param name="typed">The name or id.</param>
    /// <param name="engine">The engine.</param>
    /// <param name="image">The image it was found to be.</param>
    /// <exception cref="PackException"><c>ImageIdTooShort</c>.</exception>
    internal static void RefuseShortId(string typed, IEngine engine, ImageDetail image)
    {
        if (IsShortIdOf(typed, image, engine))
        {
            throw IdTooShort(typed, engine.Kind);
        }
    }

    /// <summary>The image that an engine found for a name or id, unless only the beginning of its id fits, which is too short.</summary>
    /// <param name="found">What the engine found.</param>
    /// <param name="typed">The name or id.</param>
    /// <param name="engine">The engine.</param>
    /// <returns><see langword="null"/> when it found none.</returns>
    /// <exception cref="PackException"><c>ImageIdTooShort</c>.</exception>
    internal static ImageDetail? Find(IReadOnlyDictionary<string, ImageDetail> found, string typed, IEngine engine)
    {
        ArgumentNullException.ThrowIfNull(found);
        if (found.GetValueOrDefault(typed) is not { } image)
        {
            return null;
        }

        RefuseShortId(typed, engine, image);
        return image;
    }

    private static bool IsIdOf(string typed, PackImage image) =>
        image.Id.StartsWith(typed.StartsWith(OciDigest.Algorithm, StringComparison.Ordinal) ? typed : $"{OciDigest.Algorithm}:{typed}", StringComparison.Ordinal);
}
