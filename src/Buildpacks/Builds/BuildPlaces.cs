using Buildpacks.Builds.Running;
using Buildpacks.Caches;
using Buildpacks.Configuration;
using Buildpacks.Modules;
using Buildpacks.Sessions;
using Buildpacks.Stores.LayerCaching;
using Buildpacks.Stores.Registry;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Builds;

/// <summary>What builds keep on this machine between one and the next.</summary>
/// <param name="Markers">Which builds run.</param>
/// <param name="Keys">The keys of cache names.</param>
/// <param name="RunImages">Which run image a builder asked for last time, by the builder's name: the next build asks the engine for both in one call.</param>
/// <param name="Layouts">Which layout became the image of a name.</param>
/// <param name="Unpiped">Which builders lack what it takes to run them in one call of the engine, by their ids.</param>
/// <param name="Layers">Layers of images built.</param>
/// <param name="Manifests">Manifests of images loaded.</param>
/// <param name="Credentials">Who the user is at registries.</param>
internal sealed record BuildPlaces(
    BuildMarkers Markers, VolumeKeys Keys, Hints RunImages, Hints Layouts, Hints Unpiped, LayerCache Layers, LoadedManifests Manifests, RegistryCredentials Credentials)
{
    /// <summary>Where the engine that does not build is looked for, with images of the same name; <see langword="null"/> to look for none.</summary>
    public OtherEngine? Other { get; init; }

    /// <summary>The user's configuration. Read when a build begins.</summary>
    public Func<PackConfig> Configuration { get; init; } = () => new PackConfig { Path = "" };

    /// <summary>The layers of packaged buildpacks.</summary>
    public LayerCache Packages { get; init; } = LayerCache.OfPackages();

    /// <summary>The index of the buildpack registry. Opened when a buildpack of it is named.</summary>
    public Func<ILogger, RegistryIndex> Index { get; init; } = RegistryIndex.OfUser;

    /// <summary>The index of a buildpack registry by its address.</summary>
    public Func<string, ILogger, RegistryIndex> IndexAt { get; init; } = RegistryIndex.OfAddress;

    /// <summary>The folder of downloaded files.</summary>
    public string Downloads { get; init; } = Downloader.FolderOfUser;

    /// <summary>How registries are reached. Read when an image is published, or a buildpack comes from a registry.</summary>
    public Func<RegistryOptions> Registries { get; init; } = () => RegistryOptions.OfUser(EngineEnvironment.Current());

    /// <summary>What the volumes hold that are copies of cache images, by engine and volume: their metadata.</summary>
    public Hints CacheImages { get; init; } = Hints.OfUser("cache-images", LargestCacheMetadata);

    /// <summary>The images that image extensions made, by engine, app image and step: the next build need not build them again.</summary>
    public Hints Extended { get; init; } = Hints.OfUser("extended");

    /// <summary>Which builds filled the volumes of large buildpacks, by engine and volume.</summary>
    public Hints Modules { get; init; } = Hints.OfUser("modules");

    /// <summary>Which caches builds use.</summary>
    public CacheUses CacheUses { get; init; } = CacheUses.OfUser();

    private const int LargestCacheMetadata = 1024 * 1024;

    /// <summary>The places of the user.</summary>
    public static BuildPlaces OfUser() => new(
        BuildMarkers.OfUser(), VolumeKeys.OfUser(), Hints.OfUser("run-images"), Hints.OfUser("layouts"), Hints.OfUser("stepwise"),
        LayerCache.OfUser(), LoadedManifests.OfUser(), RegistryCredentials.OfUser())
    {
        Other = OtherEngine.OfUser(),
        Configuration = PackConfigFile.OfUser().Read,
    };
}
