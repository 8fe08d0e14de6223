using Buildpacks.Configuration;
using Buildpacks.Engines;
using Buildpacks.Oci;
using Buildpacks.Stores;

namespace Buildpacks.Caches;

/// <summary>Where a cache is while a build runs: in what is mounted into its container.</summary>
/// <param name="Kind">A volume, or a folder.</param>
/// <param name="Source">The volume's name, or the folder's path.</param>
internal sealed record CachePlace(ContainerMountKind Kind, string Source)
{
    /// <summary>A volume.</summary>
    public static CachePlace Volume(string name) => new(ContainerMountKind.Volume, name);

    /// <summary>The cache as it is mounted.</summary>
    /// <param name="target">The folder in the container.</param>
    public ContainerMount MountAt(string target) => new(Kind, Source, target);
}

/// <summary>The caches that the caller chose, checked; nothing for those that stay in their own volumes.</summary>
/// <param name="Build">The build cache.</param>
/// <param name="Launch">The launch cache.</param>
/// <param name="Image">The image in a registry that is the build cache.</param>
internal sealed record CacheChoice(CachePlace? Build, CachePlace? Launch, ImageReference? Image)
{
    private const string BuildFolder = "build-cache";
    private const string OwnName = "Give the cache image a name of its own, such as that of the image with -cache at the end of the repository.";
    private const string LaunchFolder = "launch-cache";

    /// <summary>Reads what was chosen.</summary>
    /// <param name="caches">Caches in pack's form.</param>
    /// <param name="cacheImage">The cache image; <see langword="null"/> for none.</param>
    /// <param name="publish">Whether the image is published.</param>
    /// <param name="baseFolder">The folder that a relative path starts from.</param>
    /// <exception cref="PackException"><c>CacheInvalid</c>.</exception>
    public static CacheChoice Read(IEnumerable<string> caches, string? cacheImage, bool publish, string baseFolder)
    {
        CacheSpec? build = null, launch = null;
        foreach (var text in caches)
        {
            var spec = CacheSpec.Parse(text);
            ref var chosen = ref spec.Kind == CacheKind.Build ? ref build : ref launch;
            chosen = chosen is null ? spec : throw CacheSpec.Invalid(text, $"it is the second {spec.Kind.ToString().ToLowerInvariant()} cache, and a build has one");
        }

        if (cacheImage is not null && build is not null)
        {
            throw CacheSpec.InvalidImage(cacheImage, "-Cache specifies a build cache, too, and a build has one", "Omit -CacheImage, or the build cache of -Cache.");
        }

        var image = cacheImage ?? (build is { Format: CacheFormat.Image } ? build.Source : null);
        return image is not null && !publish
            ? throw CacheSpec.InvalidImage(image, "a cache image needs -Publish", "Add -Publish, or omit the cache image: the cache is then a volume of the engine.")
            : new CacheChoice(PlaceOf(build, BuildFolder, baseFolder), PlaceOf(launch, LaunchFolder, baseFolder), image is null ? null : ImageOf(image));
    }

    /// <summary>Refuses a cache image that has the name of an image of the build.</summary>
    /// <param name="names">The names of the image to be made.</param>
    /// <param name="others">Other images of the build, by what they are.</param>
    /// <exception cref="PackException"><c>CacheInvalid</c>.</exception>
    public void RefuseNames(IEnumerable<ImageReference> names, params ReadOnlySpan<(ImageReference? Name, string What)> others)
    {
        if (Image is not { } image)
        {
            return;
        }

        if (names.Contains(image))
        {
            throw CacheSpec.InvalidImage(image.ToFamiliarString(), "this is a name of the image that is built", OwnName);
        }

        foreach (var (name, what) in others)
        {
            if (name == image)
            {
                throw CacheSpec.InvalidImage(image.ToFamiliarString(), $"this is the name of the {what}", OwnName);
            }
        }
    }

    private static ImageReference ImageOf(string text)
    {
        try
        {
            return ImageNames.Parse(text);
        }
        catch (PackException failure)
        {
            throw CacheSpec.InvalidImage(text, char.ToLowerInvariant(failure.Message[0]) + failure.Message.TrimEnd('.')[1..], ImageNames.NextStep);
        }
    }

    private static CachePlace? PlaceOf(CacheSpec? spec, string folder, string baseFolder) => spec switch
    {
        { Format: CacheFormat.Volume, Source: { } name } => CachePlace.Volume(CacheNames.Spell(name)),
        { Format: CacheFormat.Bind, Source: { } source } => new CachePlace(ContainerMountKind.Bind, Path.Combine(FullPath(source, baseFolder), folder)),
        _ => null,
    };

    private static string FullPath(string path, string baseFolder) => path is ['~'] or ['~', '/' or '\\', ..]
        ? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) + path[1..]
        : Path.GetFullPath(path, baseFolder);
}

/// <summary>The caches of a build.</summary>
/// <param name="Build">The build cache.</param>
/// <param name="Launch">The launch cache.</param>
internal sealed record BuildCaches(CachePlace Build, CachePlace Launch)
{
    /// <summary>The image in a registry that the build cache is a copy of; <see langword="null"/> for none.</summary>
    public ImageReference? Image { get; init; }

    /// <summary>The caches that an image has of its own.</summary>
    public static BuildCaches Of(CacheNames names) => new(CachePlace.Volume(names.Build), CachePlace.Volume(names.Launch));

    /// <summary>The caches of a build of an image.</summary>
    /// <param name="image">The image.</param>
    /// <param name="choice">What the caller chose.</param>
    /// <param name="keys">The user's keys.</param>
    public static BuildCaches For(ImageReference image, CacheChoice choice, VolumeKeys keys)
    {
        var names = CacheNames.For(image, keys);
        return new BuildCaches(
            choice.Image is null ? choice.Build ?? CachePlace.Volume(names.Build) : CachePlace.Volume(names.ImageCopy),
            choice.Launch ?? CachePlace.Volume(names.Launch))
        {
            Image = choice.Image,
        };
    }
}
