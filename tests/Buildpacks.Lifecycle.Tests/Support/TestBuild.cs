using System.Text.Json;
using Buildpacks.Lifecycle.Apis;
using Buildpacks.Lifecycle.Building;
using Buildpacks.Lifecycle.CommandLine;
using Buildpacks.Lifecycle.Detecting;
using Buildpacks.Lifecycle.Images;
using Buildpacks.Lifecycle.Images.Layouts;
using Buildpacks.Lifecycle.Os;
using Buildpacks.Lifecycle.Phases;
using Buildpacks.Oci;
using Buildpacks.Testing;

namespace Buildpacks.Lifecycle.Tests.Support;

/// <summary>A builder's file system in a temporary folder: an app, buildpacks that are shell scripts, and a folder of layouts with a sparse run image.</summary>
internal sealed class TestBuild : IDisposable
{
    public const string RunImage = "example.com/run:base";
    public const string AppImage = "example.com/team/app:latest";

    private readonly List<string> order = [];

    public TestBuild()
    {
        Folder.Folder("app");
        Folder.Folder("layouts");
        Folder.Folder("cache");
        Folder.Folder("platform/env");
        Folder.File("launcher", "the launcher");
        Folder.File("app/main.sh", "echo hello");
        ResetLayers();
        WriteSparseImage(RunImage, BaseConfig());
    }

    public TestFolder Folder { get; } = new("lifecycle");

    public string Layers => Folder["layers"];

    public string PlatformApi { get; set; } = "0.15";

    public Dictionary<string, string> Environment { get; } = new() { ["CNB_EXPERIMENTAL_MODE"] = "quiet", ["PATH"] = "/usr/bin:/bin" };

    public static OciImageConfig BaseConfig(char layer = 'b') => new()
    {
        Os = "linux",
        Architecture = "amd64",
        Created = "2024-01-01T00:00:00Z",
        Config = new OciContainerConfig
        {
            User = "1000:1000",
            Env = ["PATH=/usr/local/bin:/usr/bin", "LANG=C.UTF-8"],
            Labels = new Dictionary<string, string>
            {
                ["io.buildpacks.stack.id"] = "samples",
                ["io.buildpacks.base.distro.name"] = "debian",
                ["io.buildpacks.base.distro.version"] = "12",
            },
            Cmd = ["/bin/sh"],
        },
        Rootfs = new OciRootFs { DiffIds = [Digest(layer), Digest('c')] },
        History = [new OciHistory { CreatedBy = "one" }, new OciHistory { CreatedBy = "empty", EmptyLayer = true }, new OciHistory { CreatedBy = "two" }],
    };

    public static string Digest(char digit) => "sha256:" + new string(digit, 64);

    /// <summary>Adds a buildpack whose <c>bin/build</c> is the script; <c>$1</c> is its layers folder.</summary>
    public void AddBuildpack(string id, string build, string detect = "exit 0", string api = "0.10", bool sbom = false)
    {
        var folder = $"buildpacks/{id.Replace('/', '_')}/1.0";
        Folder.File($"{folder}/buildpack.toml", $"api = \"{api}\"\n[buildpack]\nid = \"{id}\"\nversion = \"1.0\"\n{(sbom ? "sbom-formats = [\"application/vnd.cyclonedx+json\"]\n" : "")}[[stacks]]\nid = \"*\"\n");
        Folder.Script($"{folder}/bin/detect", "#!/bin/sh\n" + detect);
        Folder.Script($"{folder}/bin/build", "#!/bin/sh\nset -e\n" + build);
        if (!order.Contains(id))
        {
            order.Add(id);
        }

        Folder.File("order.toml", "[[order]]\n" + string.Concat(order.Select(each => $"[[order.group]]\nid = \"{each}\"\nversion = \"1.0\"\n")));
    }

    /// <summary>Runs the creator with layouts on an empty layers folder, as every build has one.</summary>
    public Task<(int ExitCode, RecordingLog Log)> CreateAsync(params string[] arguments) =>
        CreateAsync(["-layout", "-layout-dir", Folder["layouts"], "-run-image", RunImage, .. arguments], AppImage);

    /// <summary>Runs the creator on an empty layers folder with images wherever the arguments say.</summary>
    public async Task<(int ExitCode, RecordingLog Log)> CreateAsync(IReadOnlyList<string> arguments, string image)
    {
        ResetLayers();
        return await RunAsync("creator", [
            "-app", Folder["app"], "-layers", Layers, "-buildpacks", Folder["buildpacks"], "-order", Folder["order.toml"],
            "-platform", Folder["platform"], "-launcher", Folder["launcher"], "-cache-dir", Folder["cache"], .. arguments, image]);
    }

    /// <summary>Runs any phase.</summary>
    public async Task<(int ExitCode, RecordingLog Log)> RunAsync(string phase, params string[] arguments)
    {
        var log = new RecordingLog();
        var environment = new Dictionary<string, string>(Environment) { ["CNB_PLATFORM_API"] = PlatformApi };
        var exitCode = await new Application(_ => log).RunAsync(new ProcessStart(phase, phase, arguments, environment), CancellationToken.None);
        return (exitCode, log);
    }

    /// <summary>The app image as it lies in its layout.</summary>
    public ExistingImage ReadImage(string name = AppImage) => Layout(name).Read(name);

    public LayoutFolder Layout(string name = AppImage) => new(Folder["layouts/" + LayoutPath.For(ImageReference.Parse(name))]);

    /// <summary>The layers of an image whose content is in its layout.</summary>
    public IReadOnlyList<string> LayersWithData(string name = AppImage) =>
        [.. ReadImage(name).Layers.Select(layer => layer.Digest).Where(Layout(name).HasBlob)];

    /// <summary>Leaves of an image what an engine's <c>inspect</c> knows: config and layers' names, no data but of the layers given.</summary>
    public void MakeSparse(string name = AppImage, params IEnumerable<string> kept)
    {
        var image = ReadImage(name);
        var blobs = kept.ToDictionary(digest => digest, digest => File.ReadAllBytes(Layout(name).BlobPath(digest)));
        Directory.Delete(Layout(name).Path, recursive: true);
        WriteSparseImage(name, image.Config);
        foreach (var (digest, content) in blobs)
        {
            File.WriteAllBytes(Layout(name).BlobPath(digest), content);
        }
    }

    public void WriteSparseImage(string name, OciImageConfig config)
    {
        var layout = Layout(name);
        Directory.CreateDirectory(layout.BlobFolder);
        var layers = config.Rootfs.DiffIds.Select(id => new OciDescriptor { MediaType = MediaTypes.LayerTar, Digest = id, Size = 0 }).ToList();
        var configBlob = layout.WriteDocument(ImageConfigText.Of(config), MediaTypes.Config);
        var manifest = layout.WriteDocument(new OciManifest { Config = configBlob, Layers = layers }, OciJson.Default.OciManifest, MediaTypes.Manifest);
        layout.Commit(manifest);
    }

    public JsonElement Label(string label, string name = AppImage) => JsonDocument.Parse(ReadImage(name).Label(label)!).RootElement;

    /// <summary>Detects in this process, as the creator does: the phase's command refuses root.</summary>
    public Task DetectAsync() => new Detector(DetectInputs.From(Parse(DetectInputs.Options)), Context()).DetectAsync(CancellationToken.None);

    /// <summary>Builds in this process, as the creator does.</summary>
    public Task BuildAsync() => new Builder(BuildInputs.From(Parse(BuildInputs.Options)), Context()).BuildAsync(CancellationToken.None);

    /// <summary>Begins with empty layers folder, as a build does.</summary>
    public void ResetLayers()
    {
        if (Directory.Exists(Layers))
        {
            Directory.Delete(Layers, recursive: true);
        }

        Directory.CreateDirectory(Layers);
    }

    public void Dispose() => Folder.Dispose();

    private PhaseContext Context() => new(new RecordingLog(), ApiVersion.Parse(PlatformApi), Environment);

    private Arguments Parse(IReadOnlyList<Option> options) => ArgumentParser.Parse(
        "creator",
        options,
        ["-app", Folder["app"], "-layers", Layers, "-buildpacks", Folder["buildpacks"], "-platform", Folder["platform"], .. options.Contains(Options.Order) ? ["-order", Folder["order.toml"]] : Array.Empty<string>()],
        Environment,
        ApiVersion.Parse(PlatformApi));
}
