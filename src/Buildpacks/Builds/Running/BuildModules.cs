using Buildpacks.Builds.Planning;
using Buildpacks.Configuration;
using Buildpacks.Engines;
using Buildpacks.Modules;
using Buildpacks.Stores.Registry;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Builds.Running;

/// <summary>Where a build looks for buildpacks that the builder does not have.</summary>
/// <param name="places">What is kept between builds.</param>
/// <param name="sink">Gets the progress of downloads.</param>
/// <param name="logger">Gets messages.</param>
internal sealed class BuildModules(BuildPlaces places, IPackSink sink, ILogger logger)
{
    /// <summary>Opens images of buildpacks, in the order that the pull policy says.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="policy">The pull policy.</param>
    /// <param name="publish">Whether the image goes to a registry.</param>
    /// <param name="connect">Connects to registries.</param>
    /// <param name="logger">Gets messages.</param>
    public static PackageImages OpenImages(IEngine engine, PullPolicy policy, bool publish, Func<RegistryClient> connect, ILogger logger) =>
        new(engine, SearchOf(policy, publish), connect, logger);

    /// <summary>All sources of a build.</summary>
    /// <param name="inputs">What the caller asked for.</param>
    /// <param name="images">Images of buildpacks; they belong to the caller.</param>
    public ModuleSources Open(BuildInputs inputs, PackageImages images) => new(logger)
    {
        Downloader = new Downloader(places.Downloads, EngineEnvironment.Current(), logger) { Sink = sink }, Images = images,
        Index = () => IndexFor(inputs), Layers = places.Packages,
    };

    private RegistryIndex IndexFor(BuildInputs inputs)
    {
        // A default registry that the configuration lacks is no matter for a build that names another one.
        var index = inputs.BuildpackRegistry is { } address ? places.IndexAt(address, logger) : places.Index(logger);
        return inputs.PullPolicy == PullPolicy.Never ? index.WithoutFetch() : index;
    }

    private static PackageSearch SearchOf(PullPolicy policy, bool publish) =>
        policy == PullPolicy.Never ? PackageSearch.EngineOnly
        : publish || policy == PullPolicy.Always ? PackageSearch.RegistryFirst
        : PackageSearch.EngineFirst;
}
