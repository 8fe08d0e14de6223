using Buildpacks.Builds.Tests.Support;
using Buildpacks.Caches;
using Buildpacks.Configuration;
using Buildpacks.Diagnosis;
using Buildpacks.Engines;
using Buildpacks.Engines.Location;
using Buildpacks.Sessions;
using Buildpacks.Stores.LayerCaching;
using Buildpacks.Stores.Registry;
using Buildpacks.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Buildpacks.Builds.Tests.Diagnosis;

/// <summary>A doctor on a machine that has nothing but what a test gives it.</summary>
internal sealed class Checkup : IDisposable
{
    private readonly Dictionary<string, string> _variables = new() { ["PATH"] = Environment.GetEnvironmentVariable("PATH")! };

    public TestFolder Folder { get; } = new("checkup");

    /// <summary>The engine to check; whichever answers without it.</summary>
    public EngineChoice Choice { get; set; } = new();

    public TimeSpan Limit { get; set; } = TimeSpan.FromMinutes(1);

    public IReadOnlyList<string> Registries { get; set; } = [];

    /// <summary>The file with the user's logins.</summary>
    public string Logins => Folder["auth.json"];

    private string State => Folder["state"];

    public Checkup With(IReadOnlyDictionary<string, string> variables)
    {
        foreach (var (name, value) in variables)
        {
            _variables[name] = value;
        }

        return this;
    }

    /// <summary>Runs every check.</summary>
    public async Task<IReadOnlyList<PackEngineCheck>> RunAsync(IPackSink? sink = null, CancellationToken cancellationToken = default)
    {
        var checks = new List<PackEngineCheck>();
        await foreach (var check in Doctor(sink ?? new RecordingSink()).RunAsync(
            new CheckupRequest { Engine = new EngineRequest { Parameter = Choice }, Limit = Limit, Registries = Registries }, cancellationToken))
        {
            checks.Add(check);
        }

        return checks;
    }

    /// <summary>The notes on what may be left.</summary>
    public IReadOnlyList<string> Markers() => Directory.Exists(State) ? Directory.GetFiles(State) : [];

    /// <summary>Does what the next build would do about what is left: an engine that is very slow did not remove all in time.</summary>
    public Task CleanAsync(IEngine engine) =>
        new LeftoverCleaner(engine, EngineKey.Of(engine), new BuildMarkers(State), NullLogger.Instance).CleanAsync(CancellationToken.None);

    public void Dispose() => Folder.Dispose();

    private EngineDoctor Doctor(IPackSink sink)
    {
        var environment = new EngineEnvironment
        {
            Variables = _variables,
            Home = Folder["home"],
            ConfigurationFolder = Folder["config"],
            SystemDockerEndpoint = "unix://" + Folder["no-docker.sock"],
        };
        var places = new BuildPlaces(
            new BuildMarkers(State), new VolumeKeys(Folder["volume-keys.toml"]), new Hints(Folder["run"]), new Hints(Folder["layouts"]), new Hints(Folder["stepwise"]), new LayerCache(Folder["layers"]),
            new LoadedManifests(Folder["manifests"]), new RegistryCredentials([Logins]))
        {
            Registries = () => new RegistryOptions { Credentials = new FileCredentials(new RegistryCredentials([Logins])) },
        };
        return new EngineDoctor(new EngineLocator(environment), places, sink);
    }
}
