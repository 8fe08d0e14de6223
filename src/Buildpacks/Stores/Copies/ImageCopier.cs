using System.Diagnostics;
using Buildpacks.Oci;
using Buildpacks.Reporting;
using Buildpacks.Stores.Archives;
using Buildpacks.Stores.Registry;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Stores.Copies;

/// <summary>Copies images between engines, registries, layouts and archives: what Copy-PackImage does.</summary>
public static class ImageCopier
{
    private const string Activity = "copy";

    // What people call an archive that is packed, and a folder never.
    private static readonly string[] PackedEndings = [".gz", ".tgz", ".xz", ".bz2", ".zst", ".zip"];

    /// <summary>Copies an image. Layers that are where it goes already are not moved, and no layer is held in memory.</summary>
    /// <param name="request">What to copy.</param>
    /// <param name="sink">Gets messages and progress.</param>
    /// <param name="cancellationToken">Ends the copying; the place it goes to is as it was then.</param>
    /// <returns>What was copied.</returns>
    /// <exception cref="PackException">
    /// It cannot be copied. Ids: <c>ImageNotFound</c>, <c>ImageFileNotFound</c>, <c>ImageAmbiguous</c>, <c>ImageInvalid</c>,
    /// <c>ImageNameInvalid</c>, <c>ImageNameMissing</c>, <c>LayerMissing</c>, <c>DestinationExists</c>, <c>DestinationFormatUnsupported</c>, <c>DestinationParentNotFound</c>,
    /// <c>PathUnusable</c>, <c>NoSpace</c>, and the engines' own.
    /// </exception>
    public static async Task<PackImageCopy> CopyAsync(CopyRequest request, IPackSink sink, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var duration = Stopwatch.StartNew();
        var newName = request.NewName is { } asked ? ImageNames.Parse(asked) : null;
        using var loggers = new SinkLoggerFactory(sink);
        using var progress = new ByteProgress(sink, Activity, parentId: null, $"Copying {(request.Names is [var first, ..] ? first : request.Image ?? request.From.Path)}");
        progress.Report(0);
        if (request.To is { Engine: null, Registry: null })
        {
            CheckPath(request.To);
        }

        using var client = Client(request, newName, loggers);
        var logger = loggers.CreateLogger("Buildpacks.Images");
        var copy = client is not null && await StoreCopies.TryCopyAsync(request, newName, new RegistryImageStore(client), progress, cancellationToken).ConfigureAwait(false) is { } whole
            ? whole
            : await CopyImageAsync(request, newName, client is null ? null : new RegistryImageStore(client), progress, logger, cancellationToken).ConfigureAwait(false);
        return copy with { Duration = duration.Elapsed };
    }

    private static async Task<PackImageCopy> CopyImageAsync(
        CopyRequest request, ImageReference? newName, RegistryImageStore? registry, ByteProgress progress, ILogger logger, CancellationToken cancellationToken)
    {
        var target = Target(request.To, registry, logger);
        var source = await OpenAsync(request, registry, cancellationToken).ConfigureAwait(false);
        await using (source.ConfigureAwait(false))
        {
            // A name with a digest cannot be given.
            IReadOnlyList<ImageReference> names = newName is not null ? [newName] : [.. source.Names.Select(ImageReference.Find).OfType<ImageReference>().Where(name => name.Digest is null)];
            var landing = await target.TakeAsync(source, names, progress, cancellationToken).ConfigureAwait(false);
            return new PackImageCopy
            {
                Name = names.Count > 0 ? names[0].ToString() : landing.Id,
                Tags = [.. names.Select(name => name.ToString())],
                Id = landing.Id,
                Digest = landing.Digest,
                Source = source.Place,
                Destination = landing.Place ?? target.Place,
                Engine = request.To.Engine?.Kind,
                Endpoint = request.To.Engine?.Endpoint ?? "",
                LayersMoved = landing.LayersMoved,
                LayersSkipped = landing.LayersSkipped,
                BytesMoved = landing.Bytes,
            };
        }
    }

    /// <summary>A client for the registries of a copy. The user's credential is for the registry that the image goes to, or else comes from.</summary>
    private static RegistryClient? Client(CopyRequest request, ImageReference? newName, ILoggerFactory loggers) =>
        request.To.Registry is { } target ? target.Connect(newName is not null ? [newName.ToString()] : request.Names, loggers)
        : request.From.Registry?.Connect([request.Image!], loggers);

    private static async Task<IImageSource> OpenAsync(CopyRequest request, RegistryImageStore? registry, CancellationToken cancellationToken)
    {
        if (request.From.Registry is not null && registry is not null)
        {
            var name = ImageNames.Parse(request.Image!);
            return new StoreSource(registry, await registry.ResolveAsync(name, await PlatformAsync(request, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false));
        }

        if (request.From.Engine is not { } engine)
        {
            return await ImageFile.OpenAsync(request.From.Path, request.Image, cancellationToken, request.From.Format).ConfigureAwait(false);
        }

        var image = request.Image ?? throw new ArgumentException("an image of an engine needs a name", nameof(request));
        var found = await engine.Images.InspectAsync([image], cancellationToken).ConfigureAwait(false);
        return found.TryGetValue(image, out var detail)
            ? new EngineSource(engine, detail, request.Names)
            : throw new PackException(PackErrorIds.ImageNotFound, PackErrorKind.NotFound, $"{engine.Kind} does not have the image '{image}'.")
            {
                Target = image,
                RecommendedAction = "Get-PackImage -All lists its images; Get-PackEngine -ListAvailable lists the other engines.",
            };
    }

    /// <summary>The platform of an image that goes where an index cannot.</summary>
    private static async Task<OciPlatform> PlatformAsync(CopyRequest request, CancellationToken cancellationToken)
    {
        if (request.Platforms.Count > 0 || request.To.Engine is not { } engine)
        {
            return request.Platforms is [var first, ..] ? first : RegistryAccess.DefaultPlatform;
        }

        var description = await engine.DescribeAsync(detail: false, cancellationToken).ConfigureAwait(false);
        return new OciPlatform(description.Architecture, description.Os);
    }

    /// <exception cref="PackException"><c>DestinationParentNotFound</c>, <c>DestinationFormatUnsupported</c>.</exception>
    private static void CheckPath(CopyPlace to)
    {
        if (Path.GetDirectoryName(to.Path) is not { } parent || !Directory.Exists(parent))
        {
            throw new PackException(PackErrorIds.DestinationParentNotFound, PackErrorKind.NotFound, $"The parent folder of '{to.Path}' does not exist.")
            {
                Target = to.Path,
                RecommendedAction = "Create the folder first, or specify another path.",
            };
        }

        if (to.Format is null && !Directory.Exists(to.Path) && PackedEndings.Any(ending => to.Path.EndsWith(ending, StringComparison.OrdinalIgnoreCase)))
        {
            throw new PackException(PackErrorIds.DestinationFormatUnsupported, PackErrorKind.InvalidInput, $"'{to.Path}' is the name of a compressed archive, and images cannot be written as compressed archives.")
            {
                Target = to.Path,
                RecommendedAction = "Specify a file that ends in .tar for an archive, or a folder for a layout. With -Format, any name is allowed.",
            };
        }
    }

    private static IImageTarget Target(CopyPlace to, RegistryImageStore? registry, ILogger logger)
    {
        if (to.Registry is not null && registry is not null)
        {
            return new StoreTarget(registry, logger);
        }

        if (to.Engine is { } engine)
        {
            return new EngineTarget(engine, logger);
        }

        return to.WrittenFormat switch
        {
            PackImageFormat.Layout => new LayoutTarget(to.Path),
            PackImageFormat.OciArchive => new ArchiveTarget(to.Path, ArchiveForm.Oci, to.Overwrite),
            _ => new ArchiveTarget(to.Path, ArchiveForm.Docker, to.Overwrite),
        };
    }
}
