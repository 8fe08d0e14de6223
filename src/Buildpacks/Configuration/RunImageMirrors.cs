using Buildpacks.Oci;

namespace Buildpacks.Configuration;

/// <summary>The names by which a run image can be had, in the order in which they are tried.</summary>
internal static class RunImageMirrors
{
    /// <summary>
    /// The user's mirrors of a run image, the run image itself, and the mirrors that a builder or an app names. Those on a certain registry come
    /// first. Names that are no image names are left out.
    /// </summary>
    /// <param name="runImage">The run image.</param>
    /// <param name="mirrors">The mirrors that the builder or the app names.</param>
    /// <param name="configured">The mirrors of the user's configuration.</param>
    /// <param name="registry">The registry that is preferred; <see langword="null"/> for none.</param>
    public static IReadOnlyList<ImageReference> Names(string runImage, IEnumerable<string> mirrors, IReadOnlyList<PackRunImageMirror> configured, string? registry) =>
    [
        .. OfUser(runImage, configured).Concat(mirrors.Prepend(runImage).Select(ImageReference.Find).OfType<ImageReference>())
            .DistinctBy(name => name.Spelling, StringComparer.Ordinal)
            .OrderByDescending(name => name.Registry == registry),
    ];

    /// <summary>The user's mirrors of a run image, in the order of the configuration.</summary>
    public static IEnumerable<ImageReference> OfUser(string runImage, IReadOnlyList<PackRunImageMirror> configured) =>
        configured.Count > 0 && ImageReference.Find(runImage) is { } wanted
            ? configured.Where(known => ImageReference.Find(known.Image) == wanted).Select(known => ImageReference.Find(known.Mirror)).OfType<ImageReference>()
            : [];
}
