using Buildpacks.Engines;
using Buildpacks.Modules;
using Buildpacks.Reporting;
using Buildpacks.Stores;

namespace Buildpacks.Builders;

/// <summary>Makes builders: what New-PackBuilder does.</summary>
public static class PackBuilder
{
    private const string Activity = "builder";

    /// <summary>Makes a builder.</summary>
    /// <param name="request">What to make.</param>
    /// <param name="engine">The engine that holds the build image and gets the builder.</param>
    /// <param name="sink">Gets messages and progress.</param>
    /// <param name="cancellationToken">Ends the work; the engine then has nothing new.</param>
    /// <returns>The builder's image.</returns>
    /// <exception cref="PackException">
    /// The builder cannot be made. Ids: <c>BuilderTomlNotFound</c>, <c>BuilderTomlInvalid</c>, <c>ImageNameInvalid</c>,
    /// <c>BuildImageNotFound</c>, <c>BuildImageInvalid</c>, <c>BuilderTargetIncompatible</c>, <c>StackMismatch</c>, <c>LifecycleNotFound</c>,
    /// <c>LifecycleArchiveInvalid</c>, <c>LifecycleDownloadUnsupported</c>, <c>BuildpackNotFound</c>, <c>BuildpackInvalid</c>,
    /// <c>BuildpackTomlInvalid</c>, <c>BuildpackArchiveInvalid</c>, <c>BuildpackFolderInvalid</c>, <c>BuildpackSourceUnsupported</c>, <c>DownloadFailed</c>, <c>DownloadInvalid</c>,
    /// <c>BuildpackMismatch</c>, <c>BuildpackApiIncompatible</c>, <c>BuildpackStackIncompatible</c>,
    /// <c>BuildpackTargetIncompatible</c>, <c>BuilderOrderInvalid</c>, and the engine's own.
    /// </exception>
    public static async Task<PackImage> CreateAsync(
        BuilderRequest request, IEngine engine, IPackSink sink, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(engine);
        using var progress = new ByteProgress(sink, Activity, parentId: null, $"Importing {request.ImageName}");
        using var loggers = new SinkLoggerFactory(sink);
        var logger = loggers.CreateLogger("Buildpacks.Builders");
        var creator = new BuilderCreator(engine, logger) { Downloader = Downloader.OfUser(logger, sink) };
        var builder = await creator.CreateAsync(request, progress, cancellationToken).ConfigureAwait(false);
        return SelectedImage.Of(request.ImageName, ImageCatalog.FromDetail(engine.Kind, engine.Endpoint, builder.Detail)).Shown;
    }
}
