using Buildpacks.Builds.Planning;
using Buildpacks.Oci;
using Buildpacks.Stores;

namespace Buildpacks.Builds.Running;

/// <summary>The run image of a sparse layout, whose layers are in a registry.</summary>
internal static class SparseRunImage
{
    /// <summary>The layers of the run image as its registry has them, by their diff ids.</summary>
    /// <param name="store">The registry.</param>
    /// <param name="plan">The build.</param>
    /// <param name="cancellationToken">Ends the requests.</param>
    /// <exception cref="PackException"><c>RunImageNotFound</c>: the registry does not have it, or has another one.</exception>
    public static async Task<IReadOnlyDictionary<string, OciDescriptor>> DescribeAsync(
        IImageStore store, BuildPlan plan, CancellationToken cancellationToken)
    {
        var (name, config) = (plan.RunImageName, plan.RunImage.Config);
        var image = await store.TryResolveAsync(name, new OciPlatform(config.Architecture, config.Os, config.Variant), cancellationToken).ConfigureAwait(false);
        return image is not null && image.Config.Rootfs.DiffIds.SequenceEqual(config.Rootfs.DiffIds) && image.Manifest.Layers.Count == config.Rootfs.DiffIds.Count
            ? config.Rootfs.DiffIds.Zip(image.Manifest.Layers).DistinctBy(layer => layer.First)
                .ToDictionary(layer => layer.First, layer => layer.Second with { MediaType = MediaTypes.ToOci(layer.Second.MediaType) }, StringComparer.Ordinal)
            : throw new PackException(
                PackErrorIds.RunImageNotFound, PackErrorKind.NotFound,
                image is null ? $"The run image '{name.Spelling}' is not in the registry {name.Registry}, and a sparse layout refers to its layers there."
                    : $"The registry {name.Registry} has another run image '{name.Spelling}' than the engine, and a sparse layout refers to its layers there.")
            {
                Target = name.Spelling,
                RecommendedAction = image is null ? "Omit -Sparse, or use a run image of a registry." : "Pull the run image: use -PullPolicy Always.",
            };
    }
}
