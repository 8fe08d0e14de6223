using System.Diagnostics;
using Buildpacks.Engines;
using Buildpacks.Oci;
using Buildpacks.Reporting;
using Buildpacks.Stores.Registry;

namespace Buildpacks.Stores.Rebasing;

/// <summary>An app image that is to get another run image.</summary>
/// <param name="Name">The image.</param>
public sealed record RebaseRequest(string Name)
{
    /// <summary>
    /// The app image that gets the run image, when that is another one than <see cref="Name"/>: it stays as it is, and the new image gets the name.
    /// By name, or in an engine by id. <see langword="null"/> for the image that has the name.
    /// </summary>
    public string? PreviousImage { get; init; }

    /// <summary><see cref="PreviousImage"/> as a place; <see langword="null"/> when it is a name.</summary>
    public ImageFilePlace? PreviousImageFile { get; init; }

    /// <summary>The image that is read.</summary>
    internal string Source => PreviousImage ?? Name;

    /// <summary>When an engine pulls the run image.</summary>
    public PullPolicy PullPolicy { get; init; } = PullPolicy.IfNotPresent;

    /// <summary>The run image; <see langword="null"/> for the one that the image's labels name, as it is now.</summary>
    public string? RunImage { get; init; }

    /// <summary>Whether <see cref="RunImage"/> is in its registry, for an image in a layout.</summary>
    public bool IsRunImageInRegistry { get; init; }

    /// <summary>The run image at a path, for an image in a layout; <see langword="null"/> for <see cref="RunImage"/>.</summary>
    public ImageFilePlace? RunImageFile { get; init; }

    /// <summary>The run image mirrors of the user's configuration.</summary>
    public IReadOnlyList<PackRunImageMirror> RunImageMirrors { get; init; } = [];

    /// <summary>Whether checks of platform and name are warnings.</summary>
    public bool Force { get; init; }
}

/// <summary>Puts new run images under app images: what Update-PackImage does.</summary>
public static class ImageRebaser
{
    /// <summary>Updates an image in an engine's store.</summary>
    /// <param name="request">The image and its new run image.</param>
    /// <param name="engine">The engine; left to the caller.</param>
    /// <param name="sink">Gets messages.</param>
    /// <param name="cancellationToken">Ends the update.</param>
    /// <exception cref="PackException">The image cannot be updated, or the engine failed.</exception>
    public static async Task<PackImageUpdate> RebaseAsync(
        RebaseRequest request, IEngine engine, IPackSink sink, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        RefusePreviousFile(request);
        if (request.RunImageFile is not null || request.IsRunImageInRegistry)
        {
            throw RebaseErrors.RunImagePlace(request.RunImageFile?.ToString() ?? $"registry:{request.RunImage}", request.Name);
        }

        var duration = Stopwatch.StartNew();
        using var loggers = new SinkLoggerFactory(sink);
        var update = await new EngineRebaser(engine, loggers.CreateLogger("Buildpacks.Images")).RebaseAsync(request, cancellationToken).ConfigureAwait(false);
        return update with { Duration = duration.Elapsed };
    }

    /// <summary>Updates an image in its registry.</summary>
    /// <param name="request">The image and its new run image.</param>
    /// <param name="access">What the command says of registries.</param>
    /// <param name="sink">Gets messages.</param>
    /// <param name="cancellationToken">Ends the update.</param>
    /// <exception cref="PackException">The image cannot be updated, or a registry refused.</exception>
    public static async Task<PackImageUpdate> RebaseAsync(
        RebaseRequest request, RegistryAccess access, IPackSink sink, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(access);
        RefusePreviousFile(request);
        if (request.RunImageFile is { } file)
        {
            throw RebaseErrors.RunImagePlace(file.ToString(), request.Name);
        }

        var duration = Stopwatch.StartNew();
        using var loggers = new SinkLoggerFactory(sink);
        using var client = access.Connect([request.Name, request.Source], loggers);
        using var bytes = new ByteProgress(sink, "rebase", parentId: null, $"Copying the run image of {request.Name}");
        var progress = new SummedProgress(bytes);
        var update = await new RegistryRebaser(new RegistryImageStore(client), loggers.CreateLogger("Buildpacks.Images"))
            .RebaseAsync(request, _ => progress.Next(), cancellationToken).ConfigureAwait(false);
        return update with { Duration = duration.Elapsed };
    }

    /// <summary>Updates an image in a layout folder.</summary>
    /// <param name="request">The image and its new run image.</param>
    /// <param name="place">Where the image is.</param>
    /// <param name="places">Where run images are.</param>
    /// <param name="sink">Gets messages.</param>
    /// <param name="cancellationToken">Ends the update.</param>
    /// <exception cref="PackException">The image cannot be updated, or its run image cannot be read.</exception>
    public static async Task<PackImageUpdate> RebaseAsync(
        RebaseRequest request, ImageFilePlace place, RunImagePlaces places, IPackSink sink, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(place);
        ArgumentNullException.ThrowIfNull(places);
        if (request.PreviousImageFile is { } previous)
        {
            request = previous.Format == place.Format && previous.Path == place.Path && previous.Image is not null
                ? request with { PreviousImage = previous.Image }
                : throw RebaseErrors.PreviousImagePlace(previous.ToString(), request.Name);
        }

        var duration = Stopwatch.StartNew();
        using var loggers = new SinkLoggerFactory(sink);
        using var client = places.Access.Connect(request.RunImage is { } run ? [run] : [], loggers);
        using var progress = new ByteProgress(sink, "rebase", parentId: null, $"Copying the run image of {request.Name}");
        var logger = loggers.CreateLogger("Buildpacks.Images");
        var update = await new LayoutRebaser(
            new LayoutRunImages(place.Path, new RegistryImageStore(client), places.OpenEngine, logger), logger)
            .RebaseAsync(request, place, progress, cancellationToken).ConfigureAwait(false);
        return update with { Duration = duration.Elapsed };
    }

    private static void RefusePreviousFile(RebaseRequest request)
    {
        if (request.PreviousImageFile is { } file)
        {
            throw RebaseErrors.PreviousImagePlace(file.ToString(), request.Name);
        }
    }

    /// <summary>Refuses a folder that a report cannot be written to, before an image is changed. Nothing is left of the attempt.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="PackException"><c>PathUnusable</c>.</exception>
    public static void CheckReportFolder(string folder) => FileWriting.CheckFolder(folder);

    /// <summary>Writes the file report.toml of an update, as the reference lifecycle's rebaser does.</summary>
    /// <param name="update">What came of it.</param>
    /// <param name="folder">The folder of the file, as a full path; made if need be.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    /// <exception cref="PackException"><c>PathUnusable</c>, <c>NoSpace</c>.</exception>
    public static Task WriteReportAsync(PackImageUpdate update, string folder, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(update);
        var isInRegistry = update.Registry is not null;
        var text = ReportText.WithImage(
            "", update.Tags, isInRegistry || !OciDigest.IsValid(update.Id) ? null : OciDigest.Hex(update.Id), isInRegistry ? update.Digest : null, update.ManifestSize);
        return FileWriting.WriteAsync(folder, ReportText.FileName, text, cancellationToken);
    }
}
