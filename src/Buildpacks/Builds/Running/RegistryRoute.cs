using Buildpacks.Builds.Planning;
using Buildpacks.Engines;
using Buildpacks.Oci;
using Buildpacks.Stores.LayerCaching;
using Buildpacks.Stores.Loopback;
using Buildpacks.Stores.Sparse;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Builds.Running;

/// <summary>The registry of a build, for lifecycles that write no layout: it has run image and previous image, and gets the new image.</summary>
internal sealed class RegistryRoute : IAsyncDisposable
{
    /// <summary>Opens the registry, if the build takes this route.</summary>
    /// <param name="plan">The build.</param>
    /// <param name="sbomLayer">The previous image's SBOM layer, which lifecycles read; <see langword="null"/> for none.</param>
    /// <param name="logger">Is told of requests.</param>
    public RegistryRoute(BuildPlan plan, CachedLayer? sbomLayer, ILogger logger)
    {
        Plan = plan;
        if (plan.Route == ExportRoute.Registry)
        {
            var registry = Registry = new LoopbackRegistry(new LoopbackImage(RunImageOf(plan)), PreviousOf(plan, sbomLayer), new LoopbackLimits(), logger);
            Plan = plan with { Phases = [.. plan.Phases.Select(phase => phase.Reaching(registry.Host, registry.LifecycleLogin))] };
        }
    }

    /// <summary>The registry; <see langword="null"/> when the build takes another route.</summary>
    public LoopbackRegistry? Registry { get; }

    /// <summary>The plan with the registry in reach of the phases that use it.</summary>
    public BuildPlan Plan { get; }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Registry?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>The run image, described: none of its layers is read.</summary>
    public static SparseImage RunImageOf(BuildPlan plan) => plan is { Published: { } published, RunImageTopLayer: null }
        ? SparseImage.Of(published.RunImage)
        : SparseImage.From(plan.RunImage.Config with { History = plan.RunImageHistory });

    private static LoopbackImage? PreviousOf(BuildPlan plan, CachedLayer? sbomLayer)
    {
        if (plan.Previous is not { } previous)
        {
            return null;
        }

        var layers = sbomLayer is null ? null : new Dictionary<string, OciDescriptor> { [sbomLayer.DiffId] = sbomLayer.Blob };
        var image = plan.Published?.Previous is { } stored ? SparseImage.Of(stored) : SparseImage.From(previous.Config, layers);
        return new LoopbackImage(image)
        {
            Files = sbomLayer is null ? new Dictionary<string, string>() : new Dictionary<string, string> { [sbomLayer.Blob.Digest] = sbomLayer.Path },
        };
    }
}

/// <summary>Failures of the route over the registry of a build.</summary>
internal static class RegistryRouteErrors
{
    /// <summary>The containers do not reach the registry.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="image">The image that was to be built.</param>
    /// <param name="lastLines">The last lines of output.</param>
    public static PackException Unreachable(IEngine engine, string image, IReadOnlyList<string> lastLines) =>
        new(PackErrorIds.RegistryRouteUnsupported, PackErrorKind.Unsupported, $"The build of '{image}' failed: the containers of {engine.Kind.ToString().ToLowerInvariant()} do not reach 127.0.0.1 of this machine, where the lifecycle of the builder is to find its images.")
        {
            Target = image,
            RecommendedAction = "An engine in a virtual machine, and docker without root, have a network of their own. Use podman or docker of this machine, or a builder with a newer lifecycle."
                + (engine.Capabilities.HasSocket ? " If you trust the builder, -TrustBuilder builds with docker's socket." : ""),
            Output = [.. lastLines],
        };
}
