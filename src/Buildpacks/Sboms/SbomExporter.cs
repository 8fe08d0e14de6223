using Buildpacks.Engines;
using Buildpacks.Oci;
using Buildpacks.Reporting;
using Buildpacks.Stores;
using Buildpacks.Stores.Copies;
using Buildpacks.Stores.LayerCaching;
using Buildpacks.Stores.Registry;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Sboms;

/// <summary>An app image whose SBOM files are to be written.</summary>
/// <param name="Image">The image.</param>
/// <param name="Destination">The folder; the files are written below <c>layers/sbom</c> in it.</param>
public sealed record SbomRequest(string Image, string Destination)
{
    /// <summary>The formats to write; none for all files.</summary>
    public IReadOnlyList<PackSbomFormat> Formats { get; init; } = [];

    /// <summary>Whether files that exist are replaced.</summary>
    public bool Force { get; init; }

    /// <summary>The folder of an image below a folder that gets the SBOM files of several images.</summary>
    /// <param name="folder">That folder.</param>
    /// <param name="image">The image.</param>
    public static string FolderOf(string folder, string image) => ImageReference.Find(image) is { } reference
        ? Path.Combine([folder, .. LayoutPath.For(reference).Replace(':', '_').Split('/')])
        : folder;
}

/// <summary>Writes the SBOM files of app images to folders: what Export-PackSbom does.</summary>
public static class SbomExporter
{
    private const string Activity = "export-sbom";

    /// <summary>Writes the SBOM files of an image in an engine's store.</summary>
    /// <param name="request">The image and the folder.</param>
    /// <param name="engine">The engine; left to the caller.</param>
    /// <param name="sink">Gets messages.</param>
    /// <param name="cancellationToken">Ends the export; no file is written then.</param>
    /// <returns>The files that were written.</returns>
    /// <exception cref="PackException">The image has no SBOM, the files cannot be written, or the engine failed.</exception>
    public static Task<IReadOnlyList<PackSbomFile>> ExportAsync(
        SbomRequest request, IEngine engine, IPackSink sink, CancellationToken cancellationToken) =>
        ExportAsync(request, engine, LayerCache.OfUser(), sink, cancellationToken);

    /// <summary>Writes the SBOM files of an image in its registry.</summary>
    /// <param name="request">The image and the folder.</param>
    /// <param name="access">What the command says of registries.</param>
    /// <param name="sink">Gets messages.</param>
    /// <param name="cancellationToken">Ends the export; no file is written then.</param>
    /// <returns>The files that were written.</returns>
    /// <exception cref="PackException">The image has no SBOM, the files cannot be written, or the registry refused.</exception>
    public static async Task<IReadOnlyList<PackSbomFile>> ExportAsync(
        SbomRequest request, RegistryAccess access, IPackSink sink, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(access);
        using var loggers = new SinkLoggerFactory(sink);
        using var client = access.Connect([request.Image], loggers);
        return await ExportAsync(request, new RegistryImageStore(client), LayerCache.OfUser(), sink, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes the SBOM files of an image in a layout or an archive.</summary>
    /// <param name="request">The image and the folder.</param>
    /// <param name="place">Where the image is.</param>
    /// <param name="sink">Gets messages.</param>
    /// <param name="cancellationToken">Ends the export; no file is written then.</param>
    /// <returns>The files that were written.</returns>
    /// <exception cref="PackException">The image has no SBOM, or the files cannot be read or written.</exception>
    public static Task<IReadOnlyList<PackSbomFile>> ExportAsync(
        SbomRequest request, ImageFilePlace place, IPackSink sink, CancellationToken cancellationToken) =>
        ExportAsync(request, place, LayerCache.OfUser(), sink, cancellationToken);

    /// <summary>Writes the SBOM files of an image in a layout or an archive.</summary>
    internal static async Task<IReadOnlyList<PackSbomFile>> ExportAsync(
        SbomRequest request, ImageFilePlace place, LayerCache cache, IPackSink sink, CancellationToken cancellationToken)
    {
        using var loggers = new SinkLoggerFactory(sink);
        var source = await ImageFile.OpenAsync(place, cancellationToken).ConfigureAwait(false);
        await using (source.ConfigureAwait(false))
        {
            var (metadata, diffId) = Sbom(request.Image, source.Config);
            var layer = await new CopiedSbomLayer(source, cache).GetAsync(request.Image, diffId, cancellationToken).ConfigureAwait(false);
            var files = await WriteAsync(request, metadata, layer, loggers.CreateLogger("Buildpacks.Images"), cancellationToken).ConfigureAwait(false);
            return [.. files.Select(file => file with { Image = place.ToString() })];
        }
    }

    /// <summary>Writes the SBOM files of an image in an engine's store.</summary>
    internal static async Task<IReadOnlyList<PackSbomFile>> ExportAsync(
        SbomRequest request, IEngine engine, LayerCache cache, IPackSink sink, CancellationToken cancellationToken)
    {
        using var loggers = new SinkLoggerFactory(sink);
        var logger = loggers.CreateLogger("Buildpacks.Images");
        var image = (await engine.Images.InspectAsync([request.Image], cancellationToken).ConfigureAwait(false)).GetValueOrDefault(request.Image)
            ?? throw NotFound(request.Image, engine);
        SelectedImage.RefuseShortId(request.Image, engine, image);
        var (metadata, diffId) = Sbom(request.Image, image.Config);
        using var progress = new ByteProgress(sink, Activity, parentId: null, $"Reading the SBOM of {request.Image}");
        var layer = await new SbomLayerSource(engine, cache, logger).GetAsync(image, diffId, progress, cancellationToken).ConfigureAwait(false);
        var shown = SelectedImage.Of(request.Image, ImageCatalog.FromDetail(engine.Kind, engine.Endpoint, image)).Shown;
        var files = await WriteAsync(request, metadata, layer, logger, cancellationToken).ConfigureAwait(false);
        return [.. files.Select(file => file with { Image = shown.Name, Engine = engine.Kind, Endpoint = engine.Endpoint })];
    }

    /// <summary>Writes the SBOM files of an image in a store.</summary>
    internal static async Task<IReadOnlyList<PackSbomFile>> ExportAsync(
        SbomRequest request, IImageStore store, LayerCache cache, IPackSink sink, CancellationToken cancellationToken)
    {
        using var loggers = new SinkLoggerFactory(sink);
        var logger = loggers.CreateLogger("Buildpacks.Images");
        var image = await store.ResolveAsync(ImageNames.Read(request.Image, "image"), RegistryAccess.DefaultPlatform, cancellationToken).ConfigureAwait(false);
        var (metadata, diffId) = Sbom(request.Image, image.Config);
        using var progress = new ByteProgress(sink, Activity, parentId: null, $"Downloading the SBOM of {request.Image}");
        var layer = await new PublishedSbomLayer(store, cache, logger).GetAsync(image, diffId, progress, cancellationToken).ConfigureAwait(false);
        var files = await WriteAsync(request, metadata, layer, logger, cancellationToken).ConfigureAwait(false);
        return [.. files.Select(file => file with { Image = image.Name.ToString(), Registry = image.Name.Registry })];
    }

    /// <summary>Writes the files of a layer.</summary>
    internal static async Task<IReadOnlyList<PackSbomFile>> WriteAsync(
        SbomRequest request, AppMetadata metadata, CachedLayer layer, ILogger logger, CancellationToken cancellationToken)
    {
        var content = new SbomContent(layer, request.Image);
        var all = await content.ListAsync(
            path => logger.LogWarning("'{Path}' in the SBOM layer of {Image} is not a file, and was not exported.", path, request.Image), cancellationToken).ConfigureAwait(false);
        var wanted = all.Where(file => request.Formats.Count == 0 || (file.Format is { } format && request.Formats.Contains(format))).ToList();
        if (wanted.Count == 0)
        {
            throw all.Count == 0
                ? SbomErrors.Missing(request.Image)
                : SbomErrors.FormatMissing(request.Image, request.Formats, [.. all.Select(file => file.Format).OfType<PackSbomFormat>().Distinct().Order()]);
        }

        var folder = new SbomFolder(request.Destination, request.Force);
        await folder.WriteAsync(content, wanted, cancellationToken).ConfigureAwait(false);

        // The folders of an SBOM have the ids of buildpacks with another character for the slash.
        var buildpacks = metadata.Buildpacks.GroupBy(buildpack => buildpack.Id.Replace('/', '_')).ToDictionary(group => group.Key, group => group.First().Id);
        return
        [
            .. wanted.Select(file => new PackSbomFile
            {
                Path = folder.PathOf(file),
                Image = request.Image,
                Format = file.Format,
                BuildpackId = buildpacks.GetValueOrDefault(file.Buildpack, file.Buildpack),
                Layer = file.Layer,
                Phase = file.Phase,
                Size = file.Size,
            }),
        ];
    }

    private static (AppMetadata Metadata, string DiffId) Sbom(string image, OciImageConfig config)
    {
        var metadata = AppMetadata.Read(config) ?? throw SbomErrors.NotAnApp(image);
        return metadata.SbomLayer is null ? throw SbomErrors.Missing(image)
            : (metadata, SbomLayer.Of(config) ?? throw SbomErrors.Invalid(image, "the image does not have the layer that its label names"));
    }

    private static PackException NotFound(string image, IEngine engine) =>
        new(PackErrorIds.ImageNotFound, PackErrorKind.NotFound, $"{engine.Kind} does not have the image '{image}'.")
        {
            Target = image,
            RecommendedAction = "Get-PackImage lists the app images of the engine. Use -Registry for an image in its registry.",
        };
}
