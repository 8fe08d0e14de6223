using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Buildpacks.Configuration;
using Buildpacks.Oci;

namespace Buildpacks.Caches;

/// <summary>
/// The names of the volumes that keep an image's caches: made by pack's recipe, so that someone who comes from pack keeps their caches.
/// </summary>
/// <param name="Build">What buildpacks want to find again when they build.</param>
/// <param name="Launch">What the exporter wants to find again: layers of the image, when it exports to a daemon.</param>
internal sealed partial record CacheNames(string Build, string Launch)
{
    /// <summary>The copy of a cache image: what the build sees of a cache that is an image in a registry.</summary>
    public string ImageCopy => Build[..^BuildSuffix.Length] + ".image";

    /// <summary>What pack keeps for image extensions: layers of base images, which this module has no use for.</summary>
    public string Kaniko => Build[..^BuildSuffix.Length] + ".kaniko";

    private const string BuildSuffix = ".build";

    private const int HashBytes = 6;

    /// <summary>An engine keeps a volume in a folder of its name, and such a name has 255 bytes at most.</summary>
    private const int MaximumReadable = 255 - 18;

    private const int ModuleDigits = 32;
    private const int MaximumReadableModule = 200;

    /// <summary>Names that Windows keeps for itself, and that pack therefore spells otherwise, wherever they occur.</summary>
    private static readonly string[] Reserved = ["aux", "com", "con", "lpt", "nul", "prn"];

    /// <summary>The names for an image.</summary>
    /// <param name="image">The image.</param>
    /// <param name="keys">The user's keys.</param>
    public static CacheNames For(ImageReference image, VolumeKeys keys)
    {
        var fullName = FullName(image);
        return For(image, fullName, keys.Get(fullName));
    }

    /// <summary>The names for an image that has a key already: without one, there is no cache that it could have.</summary>
    /// <param name="image">The image.</param>
    /// <param name="keys">The user's keys.</param>
    public static CacheNames? Find(ImageReference image, VolumeKeys keys)
    {
        var fullName = FullName(image);
        return keys.Find(fullName) is { } key ? For(image, fullName, key) : null;
    }

    /// <summary>The names for an image with a certain key.</summary>
    /// <param name="image">The image.</param>
    /// <param name="key">The key.</param>
    public static CacheNames Of(ImageReference image, string key) => For(image, FullName(image), key);

    /// <summary>The name of the volume that keeps a large buildpack.</summary>
    /// <param name="readable">The buildpack, for people.</param>
    /// <param name="digest">The digest of its layer. Half of it is still too long to be forged.</param>
    public static string OfModule(string readable, string digest) =>
        $"pack-module-{readable[..Math.Min(readable.Length, MaximumReadableModule)]}-{OciDigest.Hex(digest)[..ModuleDigits]}";

    /// <summary>What a volume is whose name was made by the recipe, of whatever image.</summary>
    /// <returns><see langword="null"/> for other volumes.</returns>
    public static PackCacheKind? KindOf(string volume) => ModulePattern().IsMatch(volume) ? PackCacheKind.Module : Pattern().Match(volume) is { Success: true } match
        ? match.Groups[1].Value switch
        {
            "build" => PackCacheKind.Build,
            "launch" => PackCacheKind.Launch,
            "image" => PackCacheKind.ImageCopy,
            _ => PackCacheKind.Kaniko,
        }
        : null;

    /// <summary>The name of a volume as pack spells it.</summary>
    public static string Spell(string name)
    {
        foreach (var word in Reserved)
        {
            name = name.Replace(word, string.Join('_', word.ToCharArray()), StringComparison.Ordinal);
        }

        return name;
    }

    private static CacheNames For(ImageReference image, string fullName, string key)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(fullName + key));
        var readable = $"{image.Repository.Replace('/', '_')}_{image.Tag}-{Convert.ToHexString(hash, 0, HashBytes).ToLowerInvariant()}";
        readable = Spell(readable);

        // A longer name is none that an engine takes, so that pack has no such volume; the hash at the end tells it from others.
        readable = readable.Length > MaximumReadable ? readable[..(MaximumReadable - 2 * HashBytes - 1)] + readable[^(2 * HashBytes + 1)..] : readable;
        return new CacheNames($"pack-cache-{readable}{BuildSuffix}", $"pack-cache-{readable}.launch");
    }

    /// <summary>The name as pack's own library writes it: docker's registry by its older name.</summary>
    private static string FullName(ImageReference image) =>
        (image.Registry == ImageReference.DefaultRegistry ? "index.docker.io" : image.Registry) + $"/{image.Repository}:{image.Tag}";

    [GeneratedRegex("^pack-cache-.+-[0-9a-f]{12}\\.(build|launch|image|kaniko)$")]
    private static partial Regex Pattern();

    [GeneratedRegex("^pack-module-.+-[0-9a-f]{32}$")]
    private static partial Regex ModulePattern();
}
