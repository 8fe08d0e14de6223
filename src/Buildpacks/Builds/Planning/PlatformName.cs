using Buildpacks.Oci;

namespace Buildpacks.Builds.Planning;

/// <summary>Reads platforms as users write them.</summary>
public static class PlatformName
{
    /// <summary>Reads a platform.</summary>
    /// <param name="text">Such as <c>linux/arm64</c> or <c>linux/arm/v7</c>.</param>
    /// <exception cref="PackException"><c>PlatformInvalid</c>.</exception>
    public static OciPlatform Read(string text) =>
        OciPlatform.Find(text) ?? throw new PackException(PackErrorIds.PlatformInvalid, PackErrorKind.InvalidInput, $"'{text}' is not a platform.")
        {
            Target = text,
            RecommendedAction = "Write operating system and architecture, such as linux/arm64 or linux/arm/v7.",
        };

    /// <summary>The platform that an image's config names.</summary>
    public static OciPlatform Of(OciImageConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return new(config.Architecture, config.Os, string.IsNullOrEmpty(config.Variant) ? null : config.Variant);
    }

    /// <summary>A platform as a part of a name: <c>linux-arm64</c>.</summary>
    public static string ForNames(OciPlatform platform)
    {
        ArgumentNullException.ThrowIfNull(platform);
        return platform.ToString().Replace('/', '-');
    }
}
