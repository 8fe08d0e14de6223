using Buildpacks.Oci;
using Buildpacks.Stores;
using Buildpacks.Stores.Copies;
using Buildpacks.Stores.LayerCaching;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Modules;

/// <summary>Opens the places that buildpacks and image extensions come from: for a build as for a new builder.</summary>
/// <param name="logger">Is told where modules are read.</param>
internal sealed class ModuleSources(ILogger logger)
{
    /// <summary>Downloads files.</summary>
    public required Downloader Downloader { get; init; }

    /// <summary>Finds images in engines and registries.</summary>
    public required PackageImages Images { get; init; }

    /// <summary>Finds the index of the buildpack registry. Called when a buildpack of it is named.</summary>
    public required Func<RegistryIndex> Index { get; init; }

    /// <summary>Keeps the layers of images.</summary>
    public required LayerCache Layers { get; init; }

    /// <summary>Opens a place. Nothing is read yet.</summary>
    /// <param name="locator">Says where it is.</param>
    /// <param name="platform">The platform that is wanted, where there are several.</param>
    /// <exception cref="PackException"><c>BuildpackSourceUnsupported</c>: it is a place of another kind.</exception>
    public IModuleSource Open(ModuleLocator locator, OciPlatform platform)
    {
        logger.LogDebug("Reading '{Locator}'.", locator.Text);
        return locator.Kind switch
        {
            ModuleLocatorKind.Path => new PathModules(locator.Value),
            ModuleLocatorKind.Inline => locator.Script!,
            ModuleLocatorKind.Url when DownloadAddress.TryParse(locator.Value, out var address, out _) => new UrlModules(address, Downloader),
            ModuleLocatorKind.Image => ImageModules(locator, isInRegistry: false),
            ModuleLocatorKind.RegistryImage => ImageModules(locator, isInRegistry: true),
            ModuleLocatorKind.Registry => new ImageModules(locator.Value, OpenRegisteredAsync, Layers),
            ModuleLocatorKind.ImageFile => new ImageModules(
                locator.Value, async token => await ImageFile.OpenAsync(new ImageFilePlace(PackImageFormat.DockerArchive, locator.Value), token).ConfigureAwait(false), Layers),
            _ => throw Unsupported(locator),
        };

        async Task<IImageSource> OpenRegisteredAsync(CancellationToken token)
        {
            var image = await Index().FindAsync(locator.Value, token).ConfigureAwait(false);
            return await Images.OpenAsync(image, platform, isInRegistry: false, token).ConfigureAwait(false);
        }

        ImageModules ImageModules(ModuleLocator image, bool isInRegistry) =>
            new(image.Value, token => Images.OpenAsync(image.Image!, platform, isInRegistry, token), Layers);
    }

    private static PackException Unsupported(ModuleLocator locator) =>
        new(
            PackErrorIds.BuildpackSourceUnsupported, PackErrorKind.Unsupported,
            $"'{locator.Text}' is a buildpack of a builder, which is not supported here.")
        {
            Target = locator.Text,
            RecommendedAction = "Specify a folder, a .tar, .tgz, .zip or .cnb file, an address, or an image such as docker://NAME.",
        };
}
