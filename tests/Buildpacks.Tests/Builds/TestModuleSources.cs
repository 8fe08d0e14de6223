using Buildpacks.Configuration;
using Buildpacks.Modules;
using Buildpacks.Stores.LayerCaching;
using Buildpacks.Stores.Registry;
using Microsoft.Extensions.Logging.Abstractions;

namespace Buildpacks.Tests.Builds;

/// <summary>Places of buildpacks without an engine and a registry.</summary>
internal static class TestModuleSources
{
    public static ModuleSources Offline() => new(NullLogger.Instance)
    {
        Downloader = new Downloader("/nowhere", EngineEnvironment.Current(), NullLogger.Instance),
        Images = new PackageImages(null!, PackageSearch.EngineOnly, () => new RegistryClient(new RegistryOptions()), NullLogger.Instance),
        Index = () => new RegistryIndex("/nowhere/index", Path.GetTempPath(), NullLogger.Instance),
        Layers = new LayerCache("/nowhere"),
    };
}
