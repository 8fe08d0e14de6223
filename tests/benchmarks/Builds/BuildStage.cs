using Buildpacks.Benchmarks.Engines;
using Buildpacks.Builds;
using Buildpacks.Caches;
using Buildpacks.Configuration;
using Buildpacks.Engines;
using Buildpacks.Oci;
using Buildpacks.Testing;
using Buildpacks.Testing.Samples;

namespace Buildpacks.Benchmarks.Builds;

/// <summary>An engine that has the sample builder, ready to build.</summary>
internal sealed class BuildStage : IAsyncDisposable
{
    private static readonly SilentSink Sink = new();

    private BuildStage(EngineSession session) => Session = session;

    /// <summary>The engine.</summary>
    public EngineSession Session { get; }

    /// <summary>Starts an engine and makes the builder in it.</summary>
    /// <exception cref="EngineMissingException">The machine lacks the engine.</exception>
    public static async Task<BuildStage> StartAsync(PackEngineKind kind)
    {
        var session = await EngineSession.StartAsync(kind);
        try
        {
            await session.MakeSampleBuilderAsync();
            return new BuildStage(session);
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <summary>What builds a sample app into an image.</summary>
    /// <param name="app">The sample app.</param>
    /// <param name="image">The image's name, without the part that all images of the benchmarks have.</param>
    public static BuildRequest Request(string app, string image) => new()
    {
        ImageName = "localhost/bench/" + image,
        Path = SampleFiles.App(app),
        Builder = SampleBuilder.Name,
        PullPolicy = PullPolicy.Never,
        Network = "none",
    };

    /// <summary>Builds as the cmdlet does: with an adapter of its own.</summary>
    public async Task<BuildResult> BuildAsync(BuildRequest request, CancellationToken cancellationToken)
    {
        var calls = new EngineCallCollector();
        await using var engine = Session.CreateEngine(calls);
        return await PackBuild.RunAsync(request, engine, calls, Sink, cancellationToken);
    }

    /// <summary>Builds, and keeps what the engine was given, so that the container can be made again by hand.</summary>
    public async Task<BareBuild> CaptureAsync(BuildRequest request, CancellationToken cancellationToken)
    {
        var calls = new EngineCallCollector();
        await using var engine = Session.CreateEngine(calls);
        var (proxy, capture) = BuildCapture.Around(engine);
        await PackBuild.RunAsync(request, proxy, calls, Sink, cancellationToken);
        return new BareBuild(Session, capture);
    }

    /// <summary>Removes an image and the cache of its builds.</summary>
    public async Task ForgetAsync(BuildRequest request, CancellationToken cancellationToken)
    {
        var images = await Session.Engine.Images.InspectAsync([request.ImageName], cancellationToken);
        foreach (var image in images.Keys)
        {
            await Session.Engine.Images.RemoveAsync(image, force: false, cancellationToken);
        }

        var caches = CacheNames.For(ImageReference.Parse(request.ImageName), VolumeKeys.OfUser());
        await Session.Engine.Volumes.RemoveAsync(caches.Build, force: true, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Session.DisposeAsync();
}
