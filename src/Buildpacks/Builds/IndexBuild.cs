using System.Diagnostics;
using Buildpacks.Builds.Apps;
using Buildpacks.Builds.Planning;
using Buildpacks.Engines;
using Buildpacks.Oci;
using Buildpacks.Reporting;
using Buildpacks.Stores;
using Buildpacks.Stores.Indexes;

namespace Buildpacks.Builds;

/// <summary>One platform of a build for several.</summary>
/// <param name="Platform">Such as <c>linux/arm64</c>.</param>
/// <param name="Engine">The engine that builds. Its observer is <paramref name="Calls"/>.</param>
/// <param name="Calls">The calls to that engine.</param>
public sealed record PlatformBuild(string Platform, IEngine Engine, EngineCallCollector Calls);

/// <summary>Builds an app for several platforms, and publishes an index of the images.</summary>
public static class IndexBuild
{
    /// <summary>Checks what needs no engine, as <see cref="PackBuild.Check"/> does.</summary>
    /// <param name="request">What to build.</param>
    /// <param name="platforms">The platforms.</param>
    /// <exception cref="PackException"><c>PlatformInvalid</c>, <c>CacheInvalid</c>.</exception>
    public static void Check(BuildRequest request, IReadOnlyList<string> platforms)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(platforms);
        var read = platforms.Select(PlatformName.Read).ToList();
        if (read.GroupBy(platform => platform).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw Invalid(PackErrorIds.PlatformInvalid, $"The platform {twice.Key} is specified twice.", twice.Key.ToString(), "Specify each platform once.");
        }

        if (read.Count > 1 && !request.Publish)
        {
            throw Invalid(
                PackErrorIds.PlatformInvalid, "Several platforms need -Publish: only a registry can hold an image for several platforms under one name.", string.Join(", ", platforms),
                "Add -Publish, or build each platform with a command and an image name of its own.");
        }

        if (read.Count > 1 && (request.CacheImage ?? (request.Caches is [var first, ..] ? first : null)) is { } cache)
        {
            throw Invalid(
                PackErrorIds.CacheInvalid, "A build for several platforms has a cache for each platform, and a chosen cache can only be one of them.", cache,
                "Omit -Cache and -CacheImage: the caches are then volumes of the engines.");
        }
    }

    /// <summary>Builds and publishes. Engines work side by side; the builds of one engine run one after the other.</summary>
    /// <param name="request">What to build.</param>
    /// <param name="platforms">The platforms, in the order of the index.</param>
    /// <param name="sink">Gets messages, progress, and the output of the lifecycles.</param>
    /// <param name="cancellationToken">Ends all builds. No index is published then.</param>
    /// <exception cref="PackException">A build failed, as <see cref="PackBuild.RunAsync(BuildRequest, IEngine, EngineCallCollector, IPackSink, CancellationToken)"/> does, or a registry.</exception>
    public static Task<BuildIndexResult> RunAsync(
        BuildRequest request, IReadOnlyList<PlatformBuild> platforms, IPackSink sink, CancellationToken cancellationToken) =>
        RunAsync(request, platforms, BuildPlaces.OfUser(), sink, cancellationToken);

    /// <summary>Builds and publishes, with places of the caller's choice for what is kept between builds.</summary>
    internal static async Task<BuildIndexResult> RunAsync(
        BuildRequest request, IReadOnlyList<PlatformBuild> platforms, BuildPlaces places, IPackSink sink, CancellationToken cancellationToken)
    {
        var duration = Stopwatch.StartNew();
        Check(request, [.. platforms.Select(platform => platform.Platform)]);
        using var loggers = new SinkLoggerFactory(sink);
        var logger = loggers.CreateLogger("Buildpacks.Builds");
        BuildInputs.Check(request, places.Configuration());
        var image = ImageNames.Parse(request.ImageName);
        ImageReference[] targets = [.. TagNames.Parse(image, request.Tags, logger).Prepend(image).Distinct()];

        // One app for all: a branch may move between two fetches, and a stream can be read once.
        using var app = await ReadyApp.GetAsync(request, logger, cancellationToken).ConfigureAwait(false);
        request = app.Request;
        var results = await BuildAsync(request, platforms, places, sink, cancellationToken).ConfigureAwait(false);
        foreach (var (target, result) in targets.SelectMany(_ => results, (target, result) => (target, result)))
        {
            ImageNames.Refuse(target, ImageReference.Find(result.RunImage), "run image");
        }

        var calls = new EngineCallCollector();
        using var registries = PublishRegistries.Open(places.Registries(), request, image, new RegistryCallRecorder(calls, platforms[0].Engine.Kind), logger);
        var (document, unchanged) = await PublishAsync(registries.Store, image, targets, results, cancellationToken).ConfigureAwait(false);
        return new BuildIndexResult
        {
            ImageName = image.ToString(),
            Tags = [.. targets.Select(target => target.ToString())],
            Digest = document.Descriptor.Digest,
            MediaType = document.Descriptor.MediaType,
            Registry = image.Registry,
            Builds = [.. results],
            Unchanged = unchanged,
            Duration = duration.Elapsed,
            EngineCalls = [.. results.SelectMany(result => result.EngineCalls), .. calls.Calls],
        };
    }

    private static async Task<BuildResult[]> BuildAsync(
        BuildRequest request, IReadOnlyList<PlatformBuild> platforms, BuildPlaces places, IPackSink sink, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var results = new BuildResult[platforms.Count];
        var lanes = platforms.Select((platform, index) => (platform, index)).GroupBy(build => EngineKey.Of(build.platform.Engine))
            .Select(lane => Task.Run(() => BuildAsync(lane.ToList()), CancellationToken.None)).ToList();
        try
        {
            for (var running = lanes.ToList(); running.Count > 0;)
            {
                var done = await Task.WhenAny(running).ConfigureAwait(false);
                running.Remove(done);
                await done.ConfigureAwait(false);
            }

            return results;
        }
        catch
        {
            // Nothing is published without all images.
            await end.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(lanes).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }

        async Task BuildAsync(List<(PlatformBuild Platform, int Index)> lane)
        {
            foreach (var (platform, index) in lane)
            {
                try
                {
                    results[index] = await PackBuild.RunAsync(
                        RequestFor(request, platform.Platform), platform.Engine, platform.Calls, places, new PlatformSink(sink, platform.Platform), end.Token).ConfigureAwait(false);
                }
                catch (PackException failure)
                {
                    throw Failed(platform.Platform, failure);
                }
            }
        }
    }

    /// <summary>The build of one platform: its image gets no name, and its files go into folders of their own.</summary>
    private static BuildRequest RequestFor(BuildRequest request, string platform)
    {
        var folder = PlatformName.ForNames(PlatformName.Read(platform));
        return request with
        {
            Platform = platform,
            IsOfIndex = true,
            Tags = [],
            SbomFolder = request.SbomFolder is { } sboms ? Path.Combine(sboms, folder) : null,
            ReportFolder = request.ReportFolder is { } reports ? Path.Combine(reports, folder) : null,
        };
    }

    private static async Task<(StoredManifest Document, bool Unchanged)> PublishAsync(
        IImageStore store, ImageReference image, IReadOnlyList<ImageReference> targets, IReadOnlyList<BuildResult> results, CancellationToken cancellationToken)
    {
        var entries = new List<IndexEntry>();
        foreach (var result in results)
        {
            var name = image.WithDigest(result.Digest!);
            entries.Add(IndexEntry.Of(await store.DescribeAsync(name, await store.GetAsync(name, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false), listed: null));
        }

        var index = new IndexDocument().With(entries);
        var document = index.ToManifest();
        var lacking = new List<ImageReference>();
        foreach (var target in targets)
        {
            if ((await store.FindAsync(target, cancellationToken).ConfigureAwait(false))?.Descriptor.Digest != document.Descriptor.Digest)
            {
                // The main name is given last.
                lacking.Insert(0, target);
            }
        }

        if (lacking.Count > 0)
        {
            var sources = entries.DistinctBy(entry => entry.Digest).ToDictionary(entry => entry.Digest, _ => image, StringComparer.Ordinal);
            await new IndexPublisher(store).PublishAsync(new IndexPublication(index, sources, lacking) { Home = image }, progress: null, cancellationToken).ConfigureAwait(false);
        }

        return (document, lacking.Count == 0);
    }

    private static PackException Failed(string platform, PackException failure) => new(failure.ErrorId, failure.Kind, $"The image for {platform} was not built, so no index is published. {failure.Message}", failure)
    {
        RecommendedAction = failure.RecommendedAction,
        Phase = failure.Phase,
        ExitCode = failure.ExitCode,
        Status = failure.Status,
        Output = failure.Output,
        BuildpackId = failure.BuildpackId,
        BuildpackVersion = failure.BuildpackVersion,
        BuildpackExitCode = failure.BuildpackExitCode,
        BuildpackOutput = failure.BuildpackOutput,
        Target = failure.Target,
        Log = failure.Log,
    };

    private static PackException Invalid(string id, string message, string target, string action) =>
        new(id, PackErrorKind.InvalidInput, message) { Target = target, RecommendedAction = action };

    /// <summary>Tells the builds of several platforms apart that go on side by side.</summary>
    private sealed class PlatformSink(IPackSink sink, string platform) : IPackSink
    {
        public void Log(PackLogLevel level, string category, string message) => sink.Log(level, category, $"[{platform}] {message}");

        public void Progress(PackProgress progress) => sink.Progress(progress with
        {
            Id = $"{platform}/{progress.Id}",
            ParentId = progress.ParentId is null ? null : $"{platform}/{progress.ParentId}",
            Activity = progress.ParentId is null ? $"{progress.Activity} for {platform}" : progress.Activity,
        });

        public void Output(PackOutputLine line) => sink.Output(line with { Text = $"[{platform}] {line.Text}" });
    }
}
