using Buildpacks.Descriptors;
using Buildpacks.Descriptors.Labels;
using Buildpacks.Engines;

namespace Buildpacks.Builders;

/// <summary>Compares the platforms that a buildpack or builder names with the one of a build image.</summary>
internal static class ImageTargets
{
    /// <summary>Whether one of the targets is the image's. A part that either side leaves open fits.</summary>
    public static bool Fit(IEnumerable<ModuleTarget> targets, ImageDetail image) => targets.Any(target =>
        Fits(target.Os, image.Config.Os) && Fits(target.Arch, image.Config.Architecture) && Fits(target.Variant, image.Config.Variant)
        && (target.Distros is not { Count: > 0 } distros
            || distros.Any(distro => Fits(distro.Name, image.Label(BuilderLabels.DistroName)) && Fits(distro.Version, image.Label(BuilderLabels.DistroVersion)))));

    /// <summary>The targets as people read them: <c>linux/amd64 (debian 12), linux/*</c>.</summary>
    public static string Describe(IEnumerable<ModuleTarget> targets) => string.Join(", ", targets.Select(target =>
        $"{OrAny(target.Os)}/{OrAny(target.Arch)}"
        + (target.Distros is { Count: > 0 } distros ? $" ({string.Join(", ", distros.Select(distro => $"{distro.Name} {distro.Version}"))})" : "")));

    /// <summary>The image's platform as people read it: <c>linux/amd64 (debian 12)</c>.</summary>
    public static string Describe(ImageDetail image) =>
        $"{image.Config.Os}/{image.Config.Architecture}"
        + (image.Label(BuilderLabels.DistroName) is { } distro ? $" ({distro} {image.Label(BuilderLabels.DistroVersion)})" : "");

    private static bool Fits(string? wanted, string? present) =>
        string.IsNullOrEmpty(wanted) || wanted == "*" || string.IsNullOrEmpty(present) || wanted == present;

    private static string OrAny(string part) => part.Length == 0 ? "*" : part;
}
