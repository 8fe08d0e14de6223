using Buildpacks.Engines;
using Buildpacks.Oci;
using Buildpacks.Stores.Copies;
using Buildpacks.Stores.Registry;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Stores.Rebasing;

/// <summary>Where the run images of a layout's app images are.</summary>
public sealed record RunImagePlaces
{
    /// <summary>What the command says of registries.</summary>
    public required RegistryAccess Access { get; init; }

    /// <summary>Opens the engine; called when a run image is in the engine.</summary>
    public required Func<CancellationToken, Task<IEngine>> OpenEngine { get; init; }
}

/// <summary>A run image that goes under an app image of a layout.</summary>
/// <param name="Source">Its layers.</param>
/// <param name="Base">What the app keeps of it.</param>
internal sealed record LayoutRunImage(IImageSource Source, RebaseBase Base) : IAsyncDisposable
{
    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Source.DisposeAsync();
}

/// <summary>
/// Finds run images for app images of a layout. A run image that the labels name is looked for in the layout first; then a name of this
/// machine (<c>localhost/…</c>) in the engine, and any other name in its registry.
/// </summary>
/// <param name="folder">The layout.</param>
/// <param name="registry">The registries.</param>
/// <param name="openEngine">Opens the engine.</param>
/// <param name="logger">Is warned of names that were not found.</param>
internal sealed class LayoutRunImages(string folder, IImageStore registry, Func<CancellationToken, Task<IEngine>> openEngine, ILogger logger)
{
    /// <summary>Finds the run image of a request.</summary>
    /// <param name="request">The image and its new run image.</param>
    /// <param name="app">The app's labels.</param>
    /// <param name="platform">The app's platform.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public async Task<LayoutRunImage> FindAsync(RebaseRequest request, AppMetadata app, OciPlatform platform, CancellationToken cancellationToken)
    {
        if (request.RunImageFile is { } file)
        {
            return await OfFileAsync(await ImageFile.OpenAsync(file, cancellationToken).ConfigureAwait(false), null).ConfigureAwait(false);
        }

        return (await RunImageSearch.FirstAsync(
            RunImageSearch.Names(request, app, registry: null), name => FindAsync(name, request, platform, cancellationToken), logger).ConfigureAwait(false)).Image;
    }

    private async Task<LayoutRunImage> FindAsync(ImageReference name, RebaseRequest request, OciPlatform platform, CancellationToken cancellationToken)
    {
        if (request.RunImage is null && await FindInLayoutAsync(name, cancellationToken).ConfigureAwait(false) is { } own)
        {
            return await OfFileAsync(own, name).ConfigureAwait(false);
        }

        if (request.RunImage is null ? name.IsLocal : !request.IsRunImageInRegistry)
        {
            return await OfEngineAsync(name, cancellationToken).ConfigureAwait(false);
        }

        var image = await registry.ResolveAsync(name, platform, cancellationToken).ConfigureAwait(false);
        return new LayoutRunImage(new StoreSource(registry, image), new RebaseBase(name, image.LabelReference, image.Config));
    }

    private async Task<FileSource?> FindInLayoutAsync(ImageReference name, CancellationToken cancellationToken)
    {
        try
        {
            return await ImageFile.OpenAsync(folder, name.Spelling, cancellationToken).ConfigureAwait(false);
        }
        catch (PackException failure) when (failure.ErrorId == PackErrorIds.ImageNotFound)
        {
            return null;
        }
    }

    /// <summary>An image in files has the reference that it has in a registry. Without a digest it has the one that it has in an engine.</summary>
    private static async Task<LayoutRunImage> OfFileAsync(FileSource source, ImageReference? name)
    {
        if ((name ?? (source.Names.Count > 0 ? ImageReference.Find(source.Names[0]) : null)) is { } known)
        {
            var reference = source.Digest is { } digest ? $"{known.LabelName}@{digest}" : OciDigest.Hex(source.Id);
            return new LayoutRunImage(source, new RebaseBase(known, reference, source.Config));
        }

        await source.DisposeAsync().ConfigureAwait(false);
        throw RebaseErrors.NamelessRunImage(source.Place);
    }

    private async Task<LayoutRunImage> OfEngineAsync(ImageReference name, CancellationToken cancellationToken)
    {
        var engine = await openEngine(cancellationToken).ConfigureAwait(false);
        var detail = (await engine.Images.InspectAsync([name.Spelling], cancellationToken).ConfigureAwait(false)).GetValueOrDefault(name.Spelling)
            ?? throw new PackException(PackErrorIds.RunImageNotFound, PackErrorKind.NotFound, $"The run image '{name.Spelling}' is not in the store of {engine.Kind}.")
            {
                Target = name.Spelling,
                RecommendedAction = $"Get-PackImage -All shows the images that {engine.Kind} has. For a run image in its registry, write -RunImage registry:{name.Spelling}.",
            };
        SelectedImage.RefuseShortId(name.Spelling, engine, detail);
        return new LayoutRunImage(new EngineSource(engine, detail, []), new RebaseBase(name, detail.LabelReference, detail.Config));
    }
}
