using Buildpacks.Engines;
using Buildpacks.Stores;
using Buildpacks.Testing.Engines;
using Buildpacks.Testing.Samples;

namespace Buildpacks.Benchmarks.Engines;

/// <summary>An engine with an empty store of its own, reached through this project's adapter and by hand.</summary>
internal sealed class EngineSession : IAsyncDisposable
{
    private readonly EngineFixture fixture;

    private EngineSession(EngineFixture fixture)
    {
        this.fixture = fixture;
        Bare = BareEngine.For(fixture);
        Engine = fixture.CreateEngine();
    }

    /// <summary>The engine's name.</summary>
    public string Name => fixture.Kind == PackEngineKind.Podman ? "podman" : "docker";

    /// <summary>The engine by hand.</summary>
    public BareEngine Bare { get; }

    /// <summary>The engine through the adapter.</summary>
    public IEngine Engine { get; }

    /// <summary>Starts an engine.</summary>
    /// <exception cref="EngineMissingException">The machine lacks it.</exception>
    public static async Task<EngineSession> StartAsync(PackEngineKind kind)
    {
        EngineFixture fixture = kind == PackEngineKind.Podman ? new PodmanFixture() : new DockerdFixture();
        await fixture.InitializeAsync();
        if (fixture.Unavailable is not { } missing)
        {
            return new EngineSession(fixture);
        }

        await fixture.DisposeAsync();
        throw new EngineMissingException(missing);
    }

    /// <summary>The environment that leads another process to the engine.</summary>
    public IReadOnlyDictionary<string, string> Variables => fixture switch
    {
        PodmanFixture podman => podman.Environment,
        DockerdFixture docker => new Dictionary<string, string> { ["DOCKER_HOST"] = docker.Endpoint.OriginalString },
        _ => new Dictionary<string, string>(),
    };

    /// <summary>The engine through another adapter, whose calls are kept.</summary>
    public IEngine CreateEngine(EngineCallCollector calls) => fixture.CreateEngine(calls);

    /// <summary>Makes the sample builder in the engine's store.</summary>
    public Task MakeSampleBuilderAsync() => SampleBuilder.GetAsync(fixture);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Bare.Dispose();
        await Engine.DisposeAsync();
        await fixture.DisposeAsync();
    }
}
