using System.Diagnostics;
using Buildpacks.Builds.Apps;
using Buildpacks.Builds.Caches;
using Buildpacks.Builds.Fetching;
using Buildpacks.Builds.Leftovers;
using Buildpacks.Builds.Output;
using Buildpacks.Builds.Phases;
using Buildpacks.Builds.Progress;
using Buildpacks.Builds.Sbom;
using Buildpacks.Builds.Secrets;
using Buildpacks.Engines;
using Buildpacks.Images;
using Buildpacks.Images.Caching;
using Buildpacks.Logging;
using Buildpacks.Oci;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Builds;

/// <summary>Runs a build from its request to its result.</summary>
internal sealed class BuildRunner
{
    private readonly IContainerEngine _engine;
    private readonly BuildPlaces _places;
    private readonly SecretMask _secrets;
    private readonly IPackSink _sink;
    private readonly ILogger _logger;
    private readonly PhaseClock _clock = new();
    private readonly Stopwatch _duration = Stopwatch.StartNew();

    /// <summary>Prepares a build.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="places">What is kept between builds.</param>
    /// <param name="secrets">Hides secrets in the lifecycle's output.</param>
    /// <param name="sink">Gets progress and the lifecycle's output.</param>
    /// <param name="loggers">Get messages.</param>
    public BuildRunner(IContainerEngine engine, BuildPlaces places, SecretMask secrets, IPackSink sink, ILoggerFactory loggers)
    {
        (_engine, _places, _secrets, _sink) = (engine, places, secrets, sink);
        _logger = loggers.CreateLogger("Buildpacks.Builds");
    }

    /// <summary>The build's environment; empty until it was read.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; private set; } = new Dictionary<string, string>();

    /// <summary>The build's plan; <see langword="null"/> as long as there is none.</summary>
    public BuildPlan? Plan { get; private set; }

    /// <summary>The config of the image that was built; <see langword="null"/> as long as there is none.</summary>
    public OciImageConfig? Config { get; private set; }

    /// <summary>The steps so far.</summary>
    public IReadOnlyList<PackPhase> Phases => _clock.Phases;

    /// <summary>Runs the build.</summary>
    public async Task<BuildResult> RunAsync(BuildRequest request, CancellationToken cancellationToken)
    {
        var inputs = BuildInputs.Read(request, _logger);
        Environment = inputs.Environment;
        var engineKey = EngineKey.Of(_engine);
        using var turn = await _places.Markers.Turns.TakeAsync($"{engineKey} {inputs.Image}", SayThatItWaits, cancellationToken).ConfigureAwait(false);
        var begun = DateTimeOffset.UtcNow;
        await new LeftoverCleaner(_engine, engineKey, _places.Markers, _logger).CleanAsync(cancellationToken).ConfigureAwait(false);

        var fetcher = new ImageFetcher(_engine, request.PullPolicy, _places.Credentials, _clock, _sink, _logger);
        var plan = await new BuildPlanner(_engine, fetcher, _places.RunImages, _places.Keys, _logger)
            .PlanAsync(request, inputs, cancellationToken).ConfigureAwait(false);
        Plan = plan;
        var sbomLayer = plan is { Route: ExportRoute.Layout, Previous: { } previous }
            ? await new SbomLayerSource(_engine, _places.Layers, _logger).FindAsync(previous, cancellationToken).ConfigureAwait(false)
            : null;
        if (plan.ClearCache)
        {
            await ClearCacheAsync(plan.Caches.Build, cancellationToken).ConfigureAwait(false);
        }

        var volumes = plan.Creator.Mounts.Where(mount => mount.Source == plan.Caches.Build || mount.Source == plan.Caches.Launch).Select(mount => mount.Source);
        var container = new BuildContainer(_engine, engineKey, _places.Markers, [.. volumes], begun, _logger);
        var layouts = new ExportedLayouts(engineKey, _places.Layouts);
        BuildOutcome outcome;
        try
        {
            await _clock.MeasureAsync("create", () => container.CreateAsync(plan.Creator, cancellationToken)).ConfigureAwait(false);
            await UploadAsync(container, plan, inputs.App, sbomLayer, cancellationToken).ConfigureAwait(false);
            var layout = await RunCreatorAsync(container, plan, cancellationToken).ConfigureAwait(false);
            outcome = plan.Route == ExportRoute.Daemon ? await InspectExportedAsync(plan, cancellationToken).ConfigureAwait(false)
                : layouts.IsOf(plan.Image, plan.Previous, layout) ? await KeepPreviousAsync(plan, cancellationToken).ConfigureAwait(false)
                : await ImportAsync(plan, container, layouts, cancellationToken).ConfigureAwait(false);
            Config = outcome.Config;
            container.Succeeded = true;
        }
        catch (PackException exception)
        {
            if (await container.IsMissingAsync(exception).ConfigureAwait(false))
            {
                throw BuildContainer.Gone(plan.Image.ToFamiliarString(), exception);
            }

            throw;
        }
        finally
        {
            await _clock.MeasureAsync("cleanup", () => container.DisposeAsync().AsTask()).ConfigureAwait(false);
        }

        return new BuildResultMaker(_engine, plan).Make(outcome, _clock.Phases, _duration.Elapsed);

        void SayThatItWaits() => _logger.LogInformation("Another build of {Image} is running; this one begins when it has ended.", inputs.Image.ToFamiliarString());
    }

    private async Task ClearCacheAsync(string volume, CancellationToken cancellationToken)
    {
        try
        {
            await _engine.RemoveVolumeAsync(volume, force: true, cancellationToken).ConfigureAwait(false);
        }
        catch (PackException exception) when (exception.Kind == PackErrorKind.NotFound)
        {
            // Nothing was cached yet.
        }
    }

    private async Task UploadAsync(
        BuildContainer container, BuildPlan plan, IAppSource app, CachedLayer? sbomLayer, CancellationToken cancellationToken)
    {
        using var progress = new ByteProgress(_sink, ProgressIds.Upload, ProgressIds.Build, "Sending the app");
        var input = new ContainerInput(plan, app, sbomLayer, progress);
        await _clock.MeasureAsync(
            "upload", () => _engine.CopyToContainerAsync(container.Name, "/", input.WriteAsync, cancellationToken)).ConfigureAwait(false);
    }

    /// <summary>Runs the lifecycle.</summary>
    /// <returns>The digest of the layout it says it wrote; <see langword="null"/> when it names none.</returns>
    private async Task<string?> RunCreatorAsync(BuildContainer container, BuildPlan plan, CancellationToken cancellationToken)
    {
        var output = new LifecycleOutput(_sink, _clock, _secrets);
        int exitCode;
        _clock.ContainerStarts();
        try
        {
            exitCode = await _engine.AttachContainerAsync(container.Name, start: true, output, cancellationToken).ConfigureAwait(false);
        }
        catch (PackException exception) when (LifecycleFailure.IsMissing(exception))
        {
            throw LifecycleFailure.Missing(plan.Builder.Name, exception);
        }
        finally
        {
            output.Complete();
            _clock.ContainerEnds();
        }

        return exitCode == 0
            ? output.ExportedDigest
            : throw LifecycleFailure.Create(exitCode, output.Phase, output.LastLines, plan.Image.ToFamiliarString());
    }

    private async Task<BuildOutcome> ImportAsync(
        BuildPlan plan, BuildContainer container, ExportedLayouts layouts, CancellationToken cancellationToken)
    {
        using var progress = new ByteProgress(_sink, ProgressIds.Import, ProgressIds.Build, "Importing the image");
        var import = new LayoutImport
        {
            Open = token => _engine.CopyFromContainerAsync(container.Name, $"{ContainerPaths.Layouts}/{LayoutPath.For(plan.Image)}", token),
            Names = plan.Names,
            Holders = plan.Holders,
            HeldIn = plan.Previous is { } previous ? [plan.RunImage, previous] : [plan.RunImage],
            Layers = _places.Layers,
            HeldBlobs = HeldBlobs(plan),
            Progress = progress,
        };
        var image = await _clock.MeasureAsync(
            "import", () => new LayoutImporter(_engine, _logger).ImportAsync(import, cancellationToken)).ConfigureAwait(false);
        layouts.Store(plan.Image, image.Id, image.LayoutDigest);

        // Only an image that the engine knows by its manifest is asked for by it again.
        if (image.Id == image.Digest)
        {
            _places.Manifests.Store(image.Image);
        }

        return image.Unchanged
            ? await KeepPreviousAsync(plan, cancellationToken).ConfigureAwait(false)
            : new BuildOutcome(image.Id, image.Digest, image.Config, Unchanged: false);
    }

    private Dictionary<string, OciDescriptor> HeldBlobs(BuildPlan plan) =>
        new[] { plan.RunImage, plan.Previous }.SelectMany(_places.Manifests.LayersOf).DistinctBy(layer => layer.Key).ToDictionary(StringComparer.Ordinal);

    /// <summary>The build made the image that the engine has. It was not loaded again, so it may lack the further names.</summary>
    private async Task<BuildOutcome> KeepPreviousAsync(BuildPlan plan, CancellationToken cancellationToken)
    {
        var previous = plan.Previous!;
        var present = previous.Tags.SelectMany(ImageSpellings.Of).ToHashSet(StringComparer.Ordinal);
        foreach (var name in plan.Names.Skip(1).Where(name => !present.Contains(name)))
        {
            await _engine.TagImageAsync(plan.Names[0], name, cancellationToken).ConfigureAwait(false);
        }

        return new BuildOutcome(previous.Id, previous.Digest, previous.Config, Unchanged: true);
    }

    private async Task<BuildOutcome> InspectExportedAsync(BuildPlan plan, CancellationToken cancellationToken)
    {
        var name = plan.Image.ToString();
        var found = await _clock.MeasureAsync("inspect", () => _engine.InspectImagesAsync([name], cancellationToken)).ConfigureAwait(false);
        return found.TryGetValue(name, out var image)
            ? new BuildOutcome(image.Id, image.Digest, image.Config, image.Id == plan.Previous?.Id)
            : throw LayoutErrors.Invalid($"docker does not have '{name}' although the lifecycle exported it");
    }
}
