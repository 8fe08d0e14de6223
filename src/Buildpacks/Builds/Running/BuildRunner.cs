using System.Diagnostics;
using Buildpacks.Builds.Phases;
using Buildpacks.Builds.Planning;
using Buildpacks.Caches;
using Buildpacks.Engines;
using Buildpacks.Oci;
using Buildpacks.Reporting;
using Buildpacks.Sessions;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Builds.Running;

/// <summary>Runs a build from its request to its result.</summary>
internal sealed class BuildRunner
{
    private readonly IEngine _engine;
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
    public BuildRunner(IEngine engine, BuildPlaces places, SecretMask secrets, IPackSink sink, ILoggerFactory loggers)
    {
        (_engine, _places, _secrets, _sink) = (engine, places, secrets, sink);
        _logger = loggers.CreateLogger("Buildpacks.Builds");
    }

    /// <summary>Is told of requests to registries; <see langword="null"/> for nobody.</summary>
    public IEngineCallObserver? Calls { get; init; }

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

        using var registries = request.Publish
            ? PublishRegistries.Open(
                _places.Registries(), request, inputs.Image, Calls is null ? null : new RegistryCallRecorder(Calls, _engine.Kind), _logger)
            : null;
        var fetcher = new ImageFetcher(_engine, request.PullPolicy, _places.Credentials, _clock, _sink, _logger);
        var plan = await new BuildPlanner(_engine, fetcher, _places.RunImages, _places.Keys, registries, _clock, _logger)
            .PlanAsync(request, inputs, cancellationToken).ConfigureAwait(false);
        Plan = plan;
        var sbomLayer = plan switch
        {
            { Published.Previous: { } published } =>
                await new PublishedSbomLayer(registries!.Store, _places.Layers, _logger).FindAsync(published, cancellationToken).ConfigureAwait(false),
            { Route: ExportRoute.Layout, Previous: { } previous } =>
                await new SbomLayerSource(_engine, _places.Layers, _logger).FindAsync(previous, cancellationToken).ConfigureAwait(false),
            _ => null,
        };
        if (plan.ClearCache)
        {
            await ClearCacheAsync(plan.Caches.Build, cancellationToken).ConfigureAwait(false);
        }

        var run = new CreatorRun
        {
            Engine = _engine,
            EngineKey = engineKey,
            Places = _places,
            Plan = plan,
            Registry = registries?.Store,
            App = inputs.App,
            SbomLayer = sbomLayer,
            Begun = begun,
            Secrets = _secrets,
            Clock = _clock,
            Sink = _sink,
            Logger = _logger,
        };
        var outcome = await RunAsync(run, cancellationToken).ConfigureAwait(false);
        Config = outcome.Config;
        return new BuildResultMaker(_engine, plan).Make(outcome, _clock.Phases, _duration.Elapsed);

        void SayThatItWaits() => _logger.LogInformation("Waiting for another build of {Image} to finish.", inputs.Image.ToFamiliarString());
    }

    private async Task ClearCacheAsync(string volume, CancellationToken cancellationToken)
    {
        try
        {
            await _engine.Volumes.RemoveAsync(volume, force: true, cancellationToken).ConfigureAwait(false);
        }
        catch (PackException exception) when (exception.Kind == PackErrorKind.NotFound)
        {
            // Nothing was cached yet.
        }
    }

    /// <summary>Runs a build, and once more when its container was taken from it: whoever tidied up is done by then.</summary>
    private async Task<BuildOutcome> RunAsync(CreatorRun run, CancellationToken cancellationToken)
    {
        try
        {
            return await RunOnceAsync(run, cancellationToken).ConfigureAwait(false);
        }
        catch (PackException failure) when (failure.ErrorId == PackErrorIds.BuildContainerGone)
        {
            _logger.LogInformation("The build container was removed by another process; retrying.");
            return await RunOnceAsync(run, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Runs a build in one call of the engine where it has one for that, and step by step elsewhere.</summary>
    private async Task<BuildOutcome> RunOnceAsync(CreatorRun run, CancellationToken cancellationToken)
    {
        var outcome = run.Plan.Route == ExportRoute.Layout && _engine.Pipe is { } pipe
            ? await new PipeRun(run, pipe).TryRunAsync(cancellationToken).ConfigureAwait(false)
            : null;
        return outcome ?? await new StepwiseRun(run).RunAsync(cancellationToken).ConfigureAwait(false);
    }
}
