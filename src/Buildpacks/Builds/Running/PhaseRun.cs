using System.Formats.Tar;
using Buildpacks.Builds.Apps;
using Buildpacks.Builds.Phases;
using Buildpacks.Builds.Planning;
using Buildpacks.Caches;
using Buildpacks.Caches.Images;
using Buildpacks.Engines;
using Buildpacks.IO;
using Buildpacks.Oci;
using Buildpacks.Reporting;
using Buildpacks.Stores;
using Buildpacks.Stores.LayerCaching;
using Buildpacks.Stores.Loopback;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Builds.Running;

/// <summary>One run of a plan's phases: the plan, and what is needed to carry it out, however the engine is made to.</summary>
internal sealed record PhaseRun
{
    /// <summary>A tar without entries. The writer of archives would write nothing, which some programs refuse.</summary>
    private static readonly byte[] EmptyArchive = new byte[1024];

    /// <summary>The engine.</summary>
    public required IEngine Engine { get; init; }

    /// <summary>The engine as markers and hints name it.</summary>
    public required string EngineKey { get; init; }

    /// <summary>What is kept between builds.</summary>
    public required BuildPlaces Places { get; init; }

    /// <summary>The registries, for an image that is published; <see langword="null"/> for one that goes into the engine's store.</summary>
    public IImageStore? Registry { get; init; }

    /// <summary>The registry of this build, for a lifecycle that writes no layout; <see langword="null"/> for others.</summary>
    public LoopbackRegistry? Loopback { get; init; }

    /// <summary>What is built.</summary>
    public required BuildPlan Plan { get; init; }

    /// <summary>The app's source code.</summary>
    public required IAppSource App { get; init; }

    /// <summary>Where the source code comes from; <see langword="null"/> when it is not known.</summary>
    public string? Origin { get; init; }

    /// <summary>The previous image's SBOM layer; <see langword="null"/> for none.</summary>
    public required CachedLayer? SbomLayer { get; init; }

    /// <summary>The copy of the cache image; <see langword="null"/> when the build has no cache image.</summary>
    public CacheImageCopy? CacheImage { get; init; }

    /// <summary>The files that are written beside the image; <see langword="null"/> for none.</summary>
    public BuildFiles? Files { get; init; }

    /// <summary>Notices that the cache is damaged.</summary>
    public CacheWatch CacheWatch { get; init; } = new();

    /// <summary>Applies image extensions between two phases of the container; <see langword="null"/> when nothing is done there.</summary>
    public ExtensionStage? Extensions { get; init; }

    /// <summary>The run as image extensions left it, or this one.</summary>
    public PhaseRun Latest => Extensions?.Extended ?? this;

    /// <summary>When the build began.</summary>
    public required DateTimeOffset Begun { get; init; }

    /// <summary>Hides secrets in the lifecycle's output.</summary>
    public required SecretMask Secrets { get; init; }

    /// <summary>Measures the steps.</summary>
    public required PhaseClock Clock { get; init; }

    /// <summary>Gets progress and the lifecycle's output.</summary>
    public required IPackSink Sink { get; init; }

    /// <summary>Gets messages.</summary>
    public required ILogger Logger { get; init; }

    /// <summary>The image as a user spells it.</summary>
    public string ImageName => Plan.Image.ToFamiliarString();

    /// <summary>Finds an image by its name in the engine, or pulls it, by the pull policy.</summary>
    public Func<ImageReference, CancellationToken, Task<ImageDetail>> FindImage { get; init; } = (name, _) => throw new InvalidOperationException(name.Spelling);

    /// <summary>Which layouts became which images.</summary>
    public ExportedLayouts Layouts => new(EngineKey, Places.Layouts);

    /// <summary>Carries the run out in a container, which does not exist before and is gone afterwards, whatever comes of it.</summary>
    /// <param name="shared">The volumes that the containers of the build share, made with its caches; <see langword="null"/> for a single container.</param>
    /// <param name="carryOut">Makes the container, and the image in it.</param>
    /// <exception cref="PackException"><c>BuildContainerGone</c>, where the loss of the container was the cause of a failure; or that failure.</exception>
    public async Task<T> InContainerAsync<T>(SharedVolumes? shared, Func<BuildContainer, Task<T>> carryOut)
    {
        var container = new BuildContainer(Engine, EngineKey, Places.Markers, shared is null ? [.. CachesToMake()] : [], Begun, Logger, shared);
        try
        {
            var outcome = await carryOut(container).ConfigureAwait(false);
            container.Succeeded = true;
            return outcome;
        }
        catch (PackException failure)
        {
            if (await container.IsMissingAsync(failure).ConfigureAwait(false))
            {
                throw BuildContainer.Gone(ImageName, failure);
            }

            throw;
        }
        finally
        {
            await Clock.MeasureAsync("cleanup", () => container.DisposeAsync().AsTask()).ConfigureAwait(false);
        }
    }

    /// <summary>What takes the lifecycle's output.</summary>
    public LifecycleOutput NewOutput() => new(Sink, Clock, Secrets, Names)
    {
        Buildpacks = new BuildpackTrace(Plan.BuildpackLayers),
        CacheWatch = CacheWatch,
    };

    /// <summary>Shows paths of layouts as names of images; <see langword="null"/> where the lifecycle gets the names themselves.</summary>
    public LayoutNames? Names => Plan.Route == ExportRoute.Daemon ? null : LayoutNames.Of(
        Plan, Loopback?.Host, layout => Layouts.IsOf(Plan, layout) ? LayoutNames.ShortId(Plan, Plan.Current!.Id, Plan.Current.Digest) : null);

    /// <summary>Writes what goes into a container.</summary>
    /// <param name="destination">Where it is written.</param>
    /// <param name="form">What of it, and how.</param>
    /// <param name="cacheOf">The container whose cache gets the layers of the cache image that it lacks; <see langword="null"/> where it gets them otherwise.</param>
    /// <param name="last">Waited for before the archive ends.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    public async Task WriteInputAsync(Stream destination, InputForm form, BuildContainer? cacheOf, Func<CancellationToken, Task>? last, CancellationToken cancellationToken)
    {
        using var progress = new ByteProgress(Sink, ProgressIds.Upload, ProgressIds.Build, "Sending the app");
        Func<TarWriter, CancellationToken, Task>? writeCache = cacheOf is not null && CacheImage is not null && form.Has(PhaseInput.Cache)
            ? (tar, token) => WriteCacheAsync(cacheOf, tar, ContainerPaths.AsEntry(ContainerPaths.Cache), token)
            : null;
        if (form.Parts == PhaseInput.None || (form.Parts == PhaseInput.Cache && writeCache is null && !form.OwnsCache))
        {
            await (last?.Invoke(cancellationToken) ?? Task.CompletedTask).ConfigureAwait(false);
            await destination.WriteAsync(EmptyArchive, cancellationToken).ConfigureAwait(false);
            return;
        }

        await new ContainerInput(Plan, App, SbomLayer, form, form.Has(PhaseInput.App) ? progress : null) { Origin = Origin }
            .WriteAsync(destination, writeCache, last, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether the volume of the cache image lacks something that the image has.</summary>
    public bool MustWriteCache(BuildContainer container) => CacheImage?.MustWrite(IsCacheNew(container)) == true;

    /// <summary>Writes the layers of the cache image that its volume lacks.</summary>
    public Task WriteCacheAsync(BuildContainer container, TarWriter tar, string root, CancellationToken cancellationToken) => CacheImage!.WriteAsync(
        tar, root, Plan.Owner, IsCacheNew(container), Plan.Order is null ? Plan.Builder.BuildpackLayers.Keys.ToHashSet(StringComparer.Ordinal) : null, cancellationToken);

    private bool IsCacheNew(BuildContainer container) => container.MadeVolumes.Contains(Plan.Caches.Build.Source);

    /// <summary>What is wanted of the container beside the image.</summary>
    public IReadOnlyList<string> MorePaths => [.. Files?.Paths ?? [], .. CacheImage is null ? [] : new[] { CacheFolder + "/*" }];

    /// <summary>The folder of the build cache in which a lifecycle has layers and metadata.</summary>
    public static string CacheFolder => $"{ContainerPaths.Cache}/{CacheImageCopy.Folder}";

    /// <summary>Takes SBOM files, report and new layers of the cache. A layer that cannot be taken is not cached.</summary>
    /// <param name="archive">A tar stream.</param>
    /// <param name="folder">The folder of the container in which the entries of the stream are; empty for the root.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="PackException"><c>BuildFilesUnreadable</c>, or a file cannot be written.</exception>
    public async Task TakeMoreAsync(Stream archive, string folder, CancellationToken cancellationToken)
    {
        try
        {
            using var tar = new TarInput(archive);
            while (await tar.NextAsync(cancellationToken).ConfigureAwait(false) is { } entry)
            {
                var path = ContentPath.TryNormalize($"{folder}/{entry.Name}".TrimStart('/'), out var normal) ? normal : "";
                if (CacheImage is { } cache && path.StartsWith(ContainerPaths.AsEntry(CacheFolder) + "/", StringComparison.Ordinal))
                {
                    await cache.TakeAsync(entry, cancellationToken).ConfigureAwait(false);
                }
                else if (Files is { } files)
                {
                    await files.TakeAsync(entry, path, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        catch (Exception failure) when (failure is InvalidDataException or IOException)
        {
            if (Files is not null)
            {
                throw new PackException(PackErrorIds.BuildFilesUnreadable, PackErrorKind.Failed, $"The SBOM files or the report of '{ImageName}' cannot be read from the container: {failure.Message.TrimEnd('.')}.", failure)
                {
                    Target = ImageName,
                    RecommendedAction = "The image was built. Build again for its SBOM files and its report.",
                };
            }

            Logger.LogWarning("The cache could not be read from the container: {Reason}", failure.Message);
        }
    }

    /// <summary>Sees that the phases ended well.</summary>
    /// <exception cref="PackException">They did not.</exception>
    /// <exception cref="PhasesStoppedException">They go on in another container.</exception>
    public void Check(int exitCode, LifecycleOutput output)
    {
        Extensions?.ThrowIfStopped();
        if (exitCode != 0)
        {
            if (Loopback is { WasReached: false } && output.LastLines.Any(line => line.Contains(Loopback.Host, StringComparison.Ordinal)))
            {
                throw RegistryRouteErrors.Unreachable(Engine, ImageName, output.LastLines);
            }

            if (Loopback?.Failure is { } failure)
            {
                throw FileErrors.Unusable(Path.GetTempPath(), "written", failure);
            }

            throw LifecycleFailure.Create(exitCode, output.Phase, output.LastLines, ImageName, output.Buildpacks);
        }
    }

    /// <summary>
    /// The caches that may not be there. After a build of an image that the engine still has, its caches are taken to be there, which saves
    /// the engine a call; the container makes one that is not, and it stays.
    /// </summary>
    public IEnumerable<string> CachesToMake()
    {
        var wasBuilt = Plan.Current is not null && Layouts.Knows(Plan);
        return Plan.Phases.SelectMany(phase => phase.Mounts).Select(mount => mount.Source).Distinct(StringComparer.Ordinal)
            .Where(source => source == VolumeOf(Plan.Caches.Build) ? !wasBuilt || Plan.ClearCache || CacheImage is not null : source == VolumeOf(Plan.Caches.Launch) && !wasBuilt);

        static string? VolumeOf(CachePlace cache) => cache.Kind == ContainerMountKind.Volume ? cache.Source : null;
    }
}
