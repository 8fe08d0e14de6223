using System.Diagnostics;
using Buildpacks.Builds.Apps;
using Buildpacks.Builds.Planning;
using Buildpacks.Builds.Records;
using Buildpacks.Engines;
using Buildpacks.Oci;
using Buildpacks.Reporting;
using Buildpacks.Sessions;
using Buildpacks.Stores.Copies;
using Buildpacks.Stores.Registry;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Builds.Running;

/// <summary>Runs a build from its request to its result.</summary>
internal sealed class BuildRunner
{
    private readonly IEngine _engine;
    private readonly BuildPlaces _places;
    private readonly BuildRecord _record;
    private readonly SecretMask _secrets;
    private readonly IPackSink _sink;
    private readonly ILogger _logger;
    private readonly Stopwatch _duration = Stopwatch.StartNew();

    /// <summary>Prepares a build.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="places">What is kept between builds.</param>
    /// <param name="record">Is told what happens.</param>
    /// <param name="secrets">Hides secrets in the lifecycle's output.</param>
    /// <param name="sink">Gets progress and the lifecycle's output.</param>
    /// <param name="loggers">Get messages.</param>
    public BuildRunner(IEngine engine, BuildPlaces places, BuildRecord record, SecretMask secrets, IPackSink sink, ILoggerFactory loggers)
    {
        (_engine, _places, _record, _secrets, _sink) = (engine, places, record, secrets, sink);
        _logger = loggers.CreateLogger("Buildpacks.Builds");
    }

    /// <summary>Is told of requests to registries; <see langword="null"/> for nobody.</summary>
    public IEngineCallObserver? Calls { get; init; }

    /// <summary>Runs the build.</summary>
    public async Task<BuildResult> RunAsync(BuildRequest request, CancellationToken cancellationToken)
    {
        using var app = await FetchAsync(request, cancellationToken).ConfigureAwait(false);
        request = app.Request;
        var configuration = _places.Configuration();
        var inputs = _record.Inputs = BuildInputs.Read(request, configuration, _logger);
        BuildFiles.Check(request);
        var engineKey = EngineKey.Of(_engine);
        using var turn = await _places.Markers.Turns.TakeAsync(BuildTurn.Name(engineKey, inputs.Image.ToString()), SayThatItWaits, cancellationToken).ConfigureAwait(false);
        var begun = DateTimeOffset.UtcNow;
        await new LeftoverCleaner(_engine, engineKey, _places.Markers, _logger).CleanAsync(cancellationToken).ConfigureAwait(false);

        using var registries = request.Publish
            ? PublishRegistries.Open(
                _places.Registries(), request, inputs.Image, Calls is null ? null : new RegistryCallRecorder(Calls, _engine.Kind), _logger)
            : null;
        using var target = request.Target is { } place ? await FileTarget.OpenAsync(place, inputs.Image, _logger, cancellationToken).ConfigureAwait(false) : null;
        var fetcher = new ImageFetcher(_engine, inputs.PullPolicy, RegistryLocations.OfPack(configuration), _places.Credentials, _record.Clock, _sink, _logger)
        {
            InsecureRegistries = [.. request.InsecureRegistries.Select(PublishRegistries.HostOf)],
            Given = request is { Publish: true, Credential: { } credential } ? (inputs.Image.Registry, credential) : null,
        };
        using var images = BuildModules.OpenImages(_engine, inputs.PullPolicy, request.Publish, () => Connect(request, inputs.Image), _logger);
        var buildpacks = new AddedModules(new BuildModules(_places, _sink, _logger).Open(inputs, images), _logger);
        await using var buildpacksUntilTheEnd = buildpacks.ConfigureAwait(false);
        using var platforms = new PlatformImages(() => Connect(request, inputs.Image), _places.RunImages);
        var plan = _record.Plan = await new BuildPlanner(_engine, fetcher, buildpacks, _places.RunImages, _places.Keys, registries, platforms, _record.Clock, _logger) { Target = target }
            .PlanAsync(request, inputs, cancellationToken).ConfigureAwait(false);
        if (target is not null && request.Sparse)
        {
            using var client = Connect(request, plan.RunImageName);
            target.Described = await SparseRunImage.DescribeAsync(new RegistryImageStore(client), plan, cancellationToken).ConfigureAwait(false);
        }

        var sbomLayer = await new PreviousSbom(_engine, _places.Layers, registries?.Store, _logger).FindAsync(plan, request, cancellationToken).ConfigureAwait(false);
        var route = new RegistryRoute(plan, sbomLayer, _logger);
        await using var routeUntilTheEnd = route.ConfigureAwait(false);
        var caches = new CachePreparation(_engine, engineKey, _places, _logger);
        using var cacheImage = caches.OpenImage(plan, registries?.Store);
        await caches.PrepareAsync(plan, mustBeEmpty: cacheImage is { NeedsEmptyVolume: true }, cancellationToken).ConfigureAwait(false);
        var source = request.Origin?.ToProjectMetadata()
            ?? (await SourceMetadata.FindAsync(inputs.Descriptor, request.Path, request.Tar, configuration, _logger, cancellationToken).ConfigureAwait(false))?.Text;
        var files = BuildFiles.Of(request, plan, _logger);
        var run = new PhaseRun
        {
            Engine = _engine,
            EngineKey = engineKey,
            Places = _places,
            Plan = await new ModuleVolumes(_engine, engineKey, _places, _logger).PrepareAsync(route.Plan, begun, _record.Clock, cancellationToken).ConfigureAwait(false),
            Registry = registries?.Store,
            Loopback = route.Registry,
            App = inputs.App,
            Origin = source,
            SbomLayer = sbomLayer,
            CacheImage = cacheImage,
            Files = files,
            Begun = begun,
            Secrets = _secrets,
            Clock = _record.Clock,
            Sink = _sink,
            Logger = _logger,
            FindImage = async (name, token) =>
            {
                await fetcher.RefreshAsync(name, token).ConfigureAwait(false);
                return (await fetcher.RequireAsync([name], "run image", PackErrorIds.RunImageNotFound, token).ConfigureAwait(false)).Detail;
            },
        };
        try
        {
            _record.Outcome = await new PhaseRunner(run).RunAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (PackException failure) when (PlatformFailure.Explains(failure))
        {
            throw PlatformFailure.Create(_engine, plan, failure);
        }

        if (cacheImage is not null)
        {
            await _record.Clock.MeasureAsync("cache", () => cacheImage.PublishAsync(cancellationToken)).ConfigureAwait(false);
        }

        if (files is not null)
        {
            await files.CompleteAsync(_record.Outcome, cancellationToken).ConfigureAwait(false);
        }

        return new BuildResultMaker(_engine, plan).Make(_record.Outcome, _record.Clock.Phases, _duration.Elapsed);

        void SayThatItWaits() => _logger.LogInformation("Waiting for another build of {Image} to finish.", inputs.Image.ToFamiliarString());
    }

    private async Task<ReadyApp> FetchAsync(BuildRequest request, CancellationToken cancellationToken)
    {
        if (ReadyApp.ActivityOf(request) is not { } text)
        {
            return await ReadyApp.GetAsync(request, _logger, cancellationToken).ConfigureAwait(false);
        }

        var activity = new PackProgress { Id = ProgressIds.Upload, ParentId = ProgressIds.Build, Activity = text, IsTimed = true };
        _sink.Progress(activity);
        try
        {
            return await _record.Clock.MeasureAsync("fetch", () => ReadyApp.GetAsync(request, _logger, cancellationToken)).ConfigureAwait(false);
        }
        finally
        {
            _sink.Progress(activity with { Completed = true });
        }
    }

    private RegistryClient Connect(BuildRequest request, ImageReference image) =>
        PublishRegistries.Connect(_places.Registries(), request, image, Calls is null ? null : new RegistryCallRecorder(Calls, _engine.Kind), _logger);
}
