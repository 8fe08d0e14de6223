using System.Diagnostics;
using Buildpacks.Builds.Apps;
using Buildpacks.Builds.Planning;
using Buildpacks.Builds.Records;
using Buildpacks.Caches;
using Buildpacks.Caches.Images;
using Buildpacks.Configuration;
using Buildpacks.Engines;
using Buildpacks.Modules;
using Buildpacks.Oci;
using Buildpacks.Reporting;
using Buildpacks.Sboms;
using Buildpacks.Sessions;
using Buildpacks.Stores;
using Buildpacks.Stores.Copies;
using Buildpacks.Stores.Registry;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Builds.Running;

/// <summary>Runs a build from its request to its result.</summary>
internal sealed class BuildRunner
{
    /// <summary>What a kernel says of a program for another processor.</summary>
    private const string WrongFormat = "exec format error";

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
        using var checkout = GitAddress.IsMeant(request.Path) ? await FetchAsync(GitAddress.Parse(request.Path), cancellationToken).ConfigureAwait(false) : null;
        if (checkout is not null)
        {
            request = request with { Path = checkout.Folder };
        }

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
        var fetcher = new ImageFetcher(_engine, inputs.PullPolicy, RegistryLocations.OfPack(configuration), _places.Credentials, _record.Clock, _sink, _logger);
        using var images = new PackageImages(_engine, SearchOf(inputs.PullPolicy, request.Publish), () => Connect(request, inputs.Image), _logger);
        var buildpacks = new AddedBuildpacks(
            new ModuleSources(_logger)
            {
                Downloader = new Downloader(_places.Downloads, EngineEnvironment.Current(), _logger) { Sink = _sink }, Images = images,
                Index = () => IndexFor(inputs), Layers = _places.Packages,
            },
            _logger);
        await using var buildpacksUntilTheEnd = buildpacks.ConfigureAwait(false);
        using var platforms = new PlatformImages(() => Connect(request, inputs.Image), _places.RunImages);
        var plan = _record.Plan = await new BuildPlanner(_engine, fetcher, buildpacks, _places.RunImages, _places.Keys, registries, platforms, _record.Clock, _logger) { Target = target }
            .PlanAsync(request, inputs, cancellationToken).ConfigureAwait(false);
        if (target is not null && request.Sparse)
        {
            target.Described = await DescribeRunImageAsync(plan, request, cancellationToken).ConfigureAwait(false);
        }

        var sbomLayer = plan switch
        {
            { Published.Previous: { } published } =>
                await new PublishedSbomLayer(registries!.Store, _places.Layers, _logger).FindAsync(published, cancellationToken).ConfigureAwait(false),
            { Target.Current: { } current } when request.PreviousImage is null => SbomLayer.Of(current.Config) is { } diffId
                ? await SbomLayer.GetOrWarnAsync(() => new CopiedSbomLayer(current, _places.Layers).GetAsync(request.ImageName, diffId, cancellationToken), _logger).ConfigureAwait(false)
                : null,
            { Route: not ExportRoute.Daemon, Previous: { } previous } =>
                await new SbomLayerSource(_engine, _places.Layers, _logger).FindAsync(previous, cancellationToken).ConfigureAwait(false),
            _ => null,
        };
        var route = new RegistryRoute(plan, sbomLayer, _logger);
        await using var routeUntilTheEnd = route.ConfigureAwait(false);
        using var cacheImage = OpenCacheImage(plan, registries, engineKey);
        if (plan is { Route: ExportRoute.Daemon, Caches.Launch.Kind: ContainerMountKind.Bind })
        {
            MakeFolder(plan.Caches.Launch.Source);
        }

        if (plan.Caches.Build.Kind == ContainerMountKind.Bind)
        {
            MakeFolder(plan.Caches.Build.Source);
        }
        else if (plan.ClearCache || cacheImage is { NeedsEmptyVolume: true })
        {
            await ClearCacheAsync(plan.Caches.Build.Source, cancellationToken).ConfigureAwait(false);
        }

        _places.CacheUses.Store(UseOf(plan, engineKey));
        var source = (checkout?.Origin ?? request.Origin)?.ToProjectMetadata()
            ?? (await SourceMetadata.FindAsync(inputs.Descriptor, request.Path, configuration, _logger, cancellationToken).ConfigureAwait(false))?.Text;
        var files = BuildFiles.Of(request, plan, _logger);
        var run = new PhaseRun
        {
            Engine = _engine,
            EngineKey = engineKey,
            Places = _places,
            Plan = route.Plan,
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
        };
        try
        {
            _record.Outcome = await new PhaseRunner(run).RunAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (PackException failure) when (IsWrongFormat(failure))
        {
            throw new PackException(
                PackErrorIds.PlatformNotRunnable, PackErrorKind.Unsupported, $"{_engine.Kind} cannot run the builder '{plan.Builder.Name}', which is for {plan.Platform}: {WrongFormat}.", failure)
            {
                Target = plan.Builder.Name,
                ExitCode = failure.ExitCode,
                Output = failure.Output,
                RecommendedAction = "Use an engine on a machine of this platform (-Engine, -EngineEndpoint, -PlatformEngine), or install QEMU user emulation on the engine's machine.",
            };
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

    /// <summary>The layers of the run image as its registry has them.</summary>
    private async Task<IReadOnlyDictionary<string, OciDescriptor>> DescribeRunImageAsync(BuildPlan plan, BuildRequest request, CancellationToken cancellationToken)
    {
        var name = ImageReference.Parse(plan.RunImageName);
        var config = plan.RunImage.Config;
        using var client = Connect(request, name);
        var image = await new RegistryImageStore(client).TryResolveAsync(name, new OciPlatform(config.Architecture, config.Os, config.Variant), cancellationToken).ConfigureAwait(false);
        return image is not null && image.Config.Rootfs.DiffIds.SequenceEqual(config.Rootfs.DiffIds) && image.Manifest.Layers.Count == config.Rootfs.DiffIds.Count
            ? config.Rootfs.DiffIds.Zip(image.Manifest.Layers).DistinctBy(layer => layer.First)
                .ToDictionary(layer => layer.First, layer => layer.Second with { MediaType = MediaTypes.ToOci(layer.Second.MediaType) }, StringComparer.Ordinal)
            : throw new PackException(
                PackErrorIds.RunImageNotFound, PackErrorKind.NotFound,
                image is null ? $"The run image '{plan.RunImageName}' is not in the registry {name.Registry}, and a sparse layout refers to its layers there."
                    : $"The registry {name.Registry} has another run image '{plan.RunImageName}' than the engine, and a sparse layout refers to its layers there.")
            {
                Target = plan.RunImageName,
                RecommendedAction = image is null ? "Omit -Sparse, or use a run image of a registry." : "Pull the run image: use -PullPolicy Always.",
            };
    }

    private static CacheUse UseOf(BuildPlan plan, string engineKey)
    {
        var (build, launch) = (plan.Caches.Build, plan.Route == ExportRoute.Daemon ? plan.Caches.Launch : null);
        return new CacheUse
        {
            Engine = engineKey,
            Image = plan.Image.ToString(),
            Target = plan.Target is not null ? CacheUseTarget.File : plan.Published is null ? CacheUseTarget.Engine : CacheUseTarget.Registry,
            TargetPath = plan.Target?.Place.Path,
            BuildVolume = build.Kind == ContainerMountKind.Volume ? build.Source : null,
            BuildFolder = build.Kind == ContainerMountKind.Bind ? build.Source : null,
            LaunchVolume = launch?.Kind == ContainerMountKind.Volume ? launch.Source : null,
            LaunchFolder = launch?.Kind == ContainerMountKind.Bind ? launch.Source : null,
            IsImageCopy = plan.Caches.Image is not null,
            LastUsed = DateTimeOffset.UtcNow,
        };
    }

    /// <summary>Whether the first program could not run: engines say so themselves, or in the output of the container.</summary>
    private static bool IsWrongFormat(PackException failure) =>
        failure.Message.Contains(WrongFormat, StringComparison.OrdinalIgnoreCase)
        || (failure.Phase is null && failure.Output.Any(line => line.Contains(WrongFormat, StringComparison.OrdinalIgnoreCase)));

    private CacheImageCopy? OpenCacheImage(BuildPlan plan, PublishRegistries? registries, string engineKey)
    {
        if (plan.Caches.Image is not { } name)
        {
            return null;
        }

        var image = plan is { ClearCache: false, Published.Cache: { } stored } ? CacheImage.Of(stored) : null;
        if (image is null && plan is { ClearCache: false, Published.Cache: not null })
        {
            _logger.LogWarning("The image {Image} is not a cache image: the build begins with an empty cache, and replaces it.", name.ToFamiliarString());
        }

        return new CacheImageCopy(registries!.Store, name, image, _places.CacheImages, $"{engineKey} {plan.Caches.Build.Source}", _logger);
    }

    /// <summary>
    /// Makes the folder of a cache, which some engines do not do. The engine may be on another machine: whether it has the folder is for it to say.
    /// </summary>
    private void MakeFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _logger.LogDebug("The folder {Folder} of the cache could not be created: {Reason}", folder, exception.Message);
        }
    }

    private async Task<GitCheckout> FetchAsync(GitAddress address, CancellationToken cancellationToken)
    {
        var activity = new PackProgress { Id = ProgressIds.Upload, ParentId = ProgressIds.Build, Activity = $"Fetching {address.Repository}", IsTimed = true };
        _sink.Progress(activity);
        try
        {
            return await _record.Clock.MeasureAsync("fetch", () => GitCheckout.FetchAsync(address, _logger, cancellationToken)).ConfigureAwait(false);
        }
        finally
        {
            _sink.Progress(activity with { Completed = true });
        }
    }

    private RegistryIndex IndexFor(BuildInputs inputs)
    {
        // A default registry that the configuration lacks is no matter for a build that names another one.
        var index = inputs.BuildpackRegistry is { } address ? _places.IndexAt(address, _logger) : _places.Index(_logger);
        return inputs.PullPolicy == PullPolicy.Never ? index.WithoutFetch() : index;
    }

    private static PackageSearch SearchOf(PullPolicy policy, bool publish) =>
        policy == PullPolicy.Never ? PackageSearch.EngineOnly
        : publish || policy == PullPolicy.Always ? PackageSearch.RegistryFirst
        : PackageSearch.EngineFirst;

    private RegistryClient Connect(BuildRequest request, ImageReference image) =>
        PublishRegistries.Connect(_places.Registries(), request, image, Calls is null ? null : new RegistryCallRecorder(Calls, _engine.Kind), _logger);

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
}
