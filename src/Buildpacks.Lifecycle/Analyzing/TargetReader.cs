using Buildpacks.Lifecycle.Files;
using Buildpacks.Lifecycle.Images;
using Buildpacks.Lifecycle.Labels;

namespace Buildpacks.Lifecycle.Analyzing;

/// <summary>Reads from a run image what it runs on.</summary>
internal static class TargetReader
{
    /// <summary>What an image that is not there counts as.</summary>
    public static TargetMetadata Default { get; } = new() { Os = "linux", Architecture = "amd64" };

    /// <summary>The target.</summary>
    /// <exception cref="InvalidDataException">The image does not say its operating system.</exception>
    public static TargetMetadata Read(ExistingImage image)
    {
        if (image.Config.Os.Length == 0)
        {
            throw new InvalidDataException("failed to find OS in run image config");
        }

        var name = image.Label(LabelNames.DistroName);
        var version = image.Label(LabelNames.DistroVersion);
        return new TargetMetadata
        {
            Id = image.Label(LabelNames.BaseId),
            Os = image.Config.Os,
            Architecture = image.Config.Architecture,
            Variant = image.Config.Variant,
            DistroName = name ?? (version is null ? null : ""),
            DistroVersion = version,
        };
    }
}
