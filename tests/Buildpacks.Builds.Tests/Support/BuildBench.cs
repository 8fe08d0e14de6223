using System.Formats.Tar;
using System.Text.Json;
using Buildpacks.Builds.Running;
using Buildpacks.Caches;
using Buildpacks.Configuration;
using Buildpacks.Engines;
using Buildpacks.IO;
using Buildpacks.Modules;
using Buildpacks.Sessions;
using Buildpacks.Stores.LayerCaching;
using Buildpacks.Stores.Registry;
using Buildpacks.Testing;
using Buildpacks.Testing.Builders;
using Buildpacks.Testing.Registries;

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

    public IEngine Engine { get; }

    public EngineCallCollector Calls { get; private set; }

    /// <summary>Called with each call to the engine, when it has ended.</summary>
    public Action<EngineCall>? OnCall { get; set; }

    public string Name { get; }

    public string App { get; }

    /// <summary>Where the markers are, as <see cref="BuildMarkers.OfUser"/> has it for a process with <see cref="Variables"/>.</summary>
    public string State => _folder["state/buildpacks/builds"];

    public string Home => _folder["home"];

    public string Cache => _folder["cache/buildpacks"];

    /// <summary>The variables that lead a process of its own to this bench's places.</summary>
    public IReadOnlyDictionary<string, string> Variables => new Dictionary<string, string>
    {
        ["XDG_STATE_HOME"] = _folder["state"],
        ["XDG_CACHE_HOME"] = _folder["cache"],
        ["PACK_HOME"] = Home,
    };

    public BuildPlaces Places => new(
        new BuildMarkers(State), new VolumeKeys(Path.Combine(Home, "volume-keys.toml")), new Hints(Path.Combine(Cache, "run-images")),
        new Hints(Path.Combine(Cache, "layouts")), new Hints(Path.Combine(Cache, "stepwise")),
        new LayerCache(Path.Combine(Cache, "layers")), new LoadedManifests(Path.Combine(Cache, "manifests")), new RegistryCredentials([_fixture.Engine.LoginFile]))
    {
        Index = logger => new RegistryIndex(_folder["index"], Path.Combine(Cache, "registries"), logger),
        Packages = new LayerCache(Path.Combine(Cache, "packages")),
        Downloads = Path.Combine(Home, "downloads"),
        CacheImages = new Hints(Path.Combine(Cache, "cache-images"), 1024 * 1024),
        Extended = new Hints(Path.Combine(Cache, "extended")),
        Modules = new Hints(Path.Combine(Cache, "modules")),
        CacheUses = new CacheUses(Path.Combine(Path.GetDirectoryName(State)!, "caches")),
        Configuration = Configuration.Read,
    };

    /// <summary>The configuration of the bench's user.</summary>
    public PackConfigFile Configuration => new(Path.Combine(Home, "config.toml"));

    public BuildRequest Request => new()
    {
        ImageName = Name,
        Path = App,
        Builder = _fixture.Builder,

        // The tests' docker has no bridge.
        Network = "none",
    };

    /// <summary>Has the builds run step by step, as on an engine or with a builder that leaves no other way.</summary>
    public async Task RunStepwiseAsync()
    {
        var builder = (await Engine.Images.InspectAsync([_fixture.Builder], CancellationToken.None))[_fixture.Builder];
        Places.Unpiped.Store(builder.Id, "stepwise");
    }

    public void Write(string file, string text)
    {
        var path = Path.Combine(App, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    public async Task<BuildResult> BuildAsync(BuildRequest? request = null, RecordingSink? sink = null, OtherEngine? other = null, CancellationToken cancellationToken = default)
    {
        Calls = new EngineCallCollector();
        await using var engine = _fixture.Engine.CreateEngine(new CallHook(Calls, OnCall));
        return await PackBuild.RunAsync(request ?? Request, engine, Calls, Places with { Other = other }, sink ?? new RecordingSink(), cancellationToken);
    }

    /// <summary>Starts a build in a process of its own, as a user of the engine would.</summary>
    /// <param name="image">The image's name; the bench's own by default.</param>
    /// <param name="app">The app; the bench's own by default.</param>
    /// <param name="volumes">Folders for the buildpacks to see.</param>
    public SeparateBuild Start(string? image = null, string? app = null, params string[] volumes) =>
        Start(Variables, image, app, volumes);

    /// <summary>Starts a build in a process of its own.</summary>
    /// <param name="variables">Variables that go before those of the bench.</param>
    /// <param name="image">The image's name; the bench's own by default.</param>
    /// <param name="app">The app; the bench's own by default.</param>
    /// <param name="volumes">Folders for the buildpacks to see.</param>
    public SeparateBuild Start(IReadOnlyDictionary<string, string> variables, string? image = null, string? app = null, params string[] volumes)
    {
        _fixture.Engine.GiveToUser(_folder.Path);
        return SeparateBuild.Start(
            _fixture.Engine, variables.UnionBy(Variables, variable => variable.Key).ToDictionary(), [image ?? Name, app ?? App, _fixture.Builder, .. volumes]);
    }

    /// <summary>A folder of the bench beside the app.</summary>
    public string Folder(string name) => _folder.Folder(name);

    /// <summary>What builds have left on this machine: markers, drafts, files on their way into the cache.</summary>
    public IReadOnlyList<string> LeftFiles() =>
    [
        .. new[] { State, Cache, Home }.Where(Directory.Exists).SelectMany(folder => Directory.GetFiles(folder, "*", SearchOption.AllDirectories))
            .Where(file => file.StartsWith(State, StringComparison.Ordinal) || Path.GetFileName(file).StartsWith("buildpacks-", StringComparison.Ordinal)),
    ];

    /// <summary>Puts an image into a registry that the engine is logged in to, and only there.</summary>
    /// <param name="registry">The registry.</param>
    /// <param name="image">The image in the engine.</param>
    /// <param name="repository">What it is there: <c>builder</c>, <c>run</c>.</param>
    /// <returns>Its name, which the engine has no more.</returns>
    public async Task<string> PushAsync(RegistryFixture registry, string image, string repository)
    {
        registry.Require();
        _fixture.Engine.LogIn(registry.Host, registry.Credential);
        var name = registry.Image($"team/{repository}:{Guid.NewGuid():N}");
        await Engine.Images.TagAsync(image, name, CancellationToken.None);
        await Engine.Images.PushAsync(new ImageTransfer(name) { Credential = registry.Credential, Insecure = true }, null, CancellationToken.None);
        await Engine.Images.RemoveAsync(name, force: false, CancellationToken.None);
        return name;
    }

    /// <summary>As if some minutes had gone by since builds left their markers.</summary>
    public void AgeMarkers(int minutes = 5)
    {
        foreach (var marker in LeftFiles())
        {
            File.SetLastWriteTimeUtc(marker, DateTime.UtcNow.AddMinutes(-minutes));
        }
    }

    /// <summary>Builds, and expects a failure.</summary>
    public async Task<PackException> FailAsync(BuildRequest? request = null, RecordingSink? sink = null) =>
        await Assert.ThrowsAsync<PackException>(() => BuildAsync(request, sink));

    /// <summary>What a build looks like from outside that was killed while its container ran.</summary>
    /// <param name="process">The process that the build ran in.</param>
    public async Task<BuildMarker> LeaveContainerAsync(ProcessIdentity process)
    {
        var session = Guid.NewGuid().ToString("N")[..16];
        var marker = new BuildMarker
        {
            Session = session,
            Engine = EngineKey.Of(Engine),
            Container = "buildpacks-" + session,
            Started = DateTimeOffset.UtcNow,
            Process = process,
        };
        new BuildMarkers(State).Write(marker);
        await ToolAsync(
            "run", "--detach", "--network=none", "--name", marker.Container, "--label", $"{BuildContainer.SessionLabel}={session}", _fixture.RunImage, "/bin/sleep", "600");
        return marker;
    }

    /// <summary>Runs the engine's own command line.</summary>
    public async Task<string> ToolAsync(params string[] arguments) => (await _fixture.Engine.RunAsync(arguments)).Checked();

    /// <summary>Runs the image to its end.</summary>
    public Task<string> RunImageAsync(params string[] arguments) =>
        ToolAsync(["run", "--rm", "--network=none", .. arguments]);

    /// <summary>What of a build is in the engine: containers of any build, and this image's volumes and names.</summary>
    public async Task<IReadOnlyList<string>> LeftoversAsync()
    {
        var containers = await Engine.Containers.ListAsync(BuildContainer.SessionLabel, CancellationToken.None);
        var volumes = await Engine.Volumes.ListAsync(CancellationToken.None);
        var markers = Directory.Exists(State) ? Directory.GetFiles(State) : [];
        return
        [
            .. containers.Select(container => "container " + container.Name),
            .. volumes.Where(volume => volume.Name.Contains(Name.Replace('/', '_'), StringComparison.Ordinal) || volume.Name.StartsWith("buildpacks-", StringComparison.Ordinal)).Select(volume => "volume " + volume.Name),
            .. markers.Select(marker => "marker " + marker),
        ];
    }

    /// <summary>The layers that the engine leaves out when it saves the image: those that it has under another name than the image does.</summary>
    public async Task<IReadOnlyList<string>> LayersNotSavedAsync()
    {
        var entries = new HashSet<string>(StringComparer.Ordinal);
        JsonElement manifest = default;
        await using var saved = await Engine.Images.SaveAsync([Name], CancellationToken.None);
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
        (await Engine.Images.InspectAsync([Name], CancellationToken.None)).Count > 0;

    public async ValueTask DisposeAsync()
    {
        await Engine.DisposeAsync();
        _folder.Dispose();
    }

    private sealed class CallHook(IEngineCallObserver calls, Action<EngineCall>? onCall) : IEngineCallObserver
    {
        public void Ended(EngineCall call)
        {
            calls.Ended(call);
            onCall?.Invoke(call);
        }
    }
}
