using System.Formats.Tar;
using System.Text.Json;
using Buildpacks.Builds.Caches;
using Buildpacks.Builds.Fetching;
using Buildpacks.Builds.Leftovers;
using Buildpacks.Builds.Others;
using Buildpacks.Engines;
using Buildpacks.Images.Caching;
using Buildpacks.Images.Registry;
using Buildpacks.Testing.Builders;

namespace Buildpacks.Builds.Tests.Support;

/// <summary>All that one test needs to build: an app, an image name of its own, and places on this machine of its own.</summary>
internal sealed class BuildBench : IAsyncDisposable
{
    private readonly IBuildFixture _fixture;
    private readonly TestFolder _folder = new("bench");

    public BuildBench(IBuildFixture fixture)
    {
        fixture.Require();
        _fixture = fixture;
        Calls = new EngineCallCollector();
        Engine = fixture.Engine.CreateEngine(Calls);
        Name = "test/app-" + Guid.NewGuid().ToString("N")[..8];
        App = _folder.Folder("app");
        Write("app.txt", "hello\n");
    }

    public IContainerEngine Engine { get; }

    public EngineCallCollector Calls { get; private set; }

    public string Name { get; }

    public string App { get; }

    public string State => _folder["state"];

    public string Home => _folder["home"];

    public string Cache => _folder["cache"];

    public BuildPlaces Places => new(
        new BuildMarkers(State), new VolumeKeys(Path.Combine(Home, "volume-keys.toml")), new Hints(Path.Combine(Cache, "run")),
        new Hints(Path.Combine(Cache, "layouts")),
        new LayerCache(Path.Combine(Cache, "layers")), new LoadedManifests(Path.Combine(Cache, "manifests")), new RegistryCredentials([_fixture.Engine.LoginFile]));

    public BuildRequest Request => new()
    {
        ImageName = Name,
        Path = App,
        Builder = _fixture.Builder,

        // The tests' docker has no bridge.
        Network = "none",
    };

    public void Write(string file, string text)
    {
        var path = Path.Combine(App, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    public async Task<BuildResult> BuildAsync(BuildRequest? request = null, RecordingSink? sink = null, OtherEngine? other = null, CancellationToken cancellationToken = default)
    {
        Calls = new EngineCallCollector();
        await using var engine = _fixture.Engine.CreateEngine(Calls);
        return await PackBuild.RunAsync(request ?? Request, engine, Calls, Places with { Other = other }, sink ?? new RecordingSink(), cancellationToken);
    }

    /// <summary>Builds, and expects a failure.</summary>
    public async Task<PackException> FailAsync(BuildRequest? request = null, RecordingSink? sink = null) =>
        await Assert.ThrowsAsync<PackException>(() => BuildAsync(request, sink));

    /// <summary>Runs the engine's own command line.</summary>
    public async Task<string> ToolAsync(params string[] arguments) => (await _fixture.Engine.RunAsync(arguments)).Checked();

    /// <summary>Runs the image to its end.</summary>
    public Task<string> RunImageAsync(params string[] arguments) =>
        ToolAsync(["run", "--rm", "--network=none", .. arguments]);

    /// <summary>What of a build is in the engine: containers of any build, and this image's volumes and names.</summary>
    public async Task<IReadOnlyList<string>> LeftoversAsync()
    {
        var containers = await Engine.ListContainersAsync(BuildContainer.SessionLabel, CancellationToken.None);
        var volumes = await Engine.ListVolumesAsync(CancellationToken.None);
        var markers = Directory.Exists(State) ? Directory.GetFiles(State) : [];
        return
        [
            .. containers.Select(container => "container " + container.Name),
            .. volumes.Where(volume => volume.Name.Contains(Name.Replace('/', '_'), StringComparison.Ordinal)).Select(volume => "volume " + volume.Name),
            .. markers.Select(marker => "marker " + marker),
        ];
    }

    /// <summary>The layers that the engine leaves out when it saves the image: those that it has under another name than the image does.</summary>
    public async Task<IReadOnlyList<string>> LayersNotSavedAsync()
    {
        var entries = new HashSet<string>(StringComparer.Ordinal);
        JsonElement manifest = default;
        await using var saved = await Engine.SaveImagesAsync([Name], CancellationToken.None);
        await using var tar = new TarReader(saved, leaveOpen: true);
        while (await tar.GetNextEntryAsync() is { } entry)
        {
            entries.Add(entry.Name);
            if (entry.Name == "manifest.json")
            {
                manifest = (await JsonDocument.ParseAsync(entry.DataStream!)).RootElement;
            }
        }

        return [.. manifest[0].GetProperty("Layers").EnumerateArray().Select(layer => layer.GetString()!).Where(layer => !entries.Contains(layer))];
    }

    public async Task<bool> ImageExistsAsync() =>
        (await Engine.InspectImagesAsync([Name], CancellationToken.None)).Count > 0;

    public async ValueTask DisposeAsync()
    {
        await Engine.DisposeAsync();
        _folder.Dispose();
    }
}
