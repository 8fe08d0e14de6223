using System.Text.Json;
using Buildpacks.Engines;
using Buildpacks.IO;
using Buildpacks.Lifecycle.Tests.Support;
using Buildpacks.Testing.Engines;
using Buildpacks.Testing.Images;

namespace Buildpacks.Lifecycle.Tests.Images;

public sealed class DaemonTests(DockerdFixture dockerd) : IClassFixture<DockerdFixture>, IDisposable
{
    // The layer says where it lies; without content it is used again.
    private const string Lower = """
        mkdir -p $1/lower
        cp "$CNB_PLATFORM_DIR/env/LOWER" $1/lower/value
        printf '[types]\nlaunch = true\n' > $1/lower.toml
        """;

    private const string Upper = """
        if [ ! -f $1/upper.toml ]; then mkdir -p $1/upper; echo upper > $1/upper/value; fi
        printf '[types]\nlaunch = true\n' > $1/upper.toml
        if [ ! -f $1/upper.sbom.cdx.json ]; then echo '{"made":true}' > $1/upper.sbom.cdx.json; fi
        printf '[[processes]]\ntype = "web"\ncommand = ["upper"]\ndefault = true\n' > $1/launch.toml
        """;

    private readonly TestBuild build = new();
    private readonly string name = $"app-{Guid.NewGuid():N}";

    public void Dispose() => build.Dispose();

    [SkippableFact]
    public async Task An_image_lands_in_the_daemon_with_base_and_new_layers()
    {
        await PrepareAsync();

        var (exitCode, log) = await CreateAsync();

        Assert.True(exitCode == 0, log.Text);
        Assert.Equal("one", await ReadAsync("layers/samples_lower/lower/value"));
        Assert.Equal("echo hello", await ReadAsync("app/main.sh"));
        Assert.DoesNotContain("sending all of them", log.Text, StringComparison.Ordinal);
        var image = await InspectAsync();
        Assert.Equal(["/cnb/process/web"], image.Config.Config!.Entrypoint!);
        Assert.Contains($"image-id = \"{image.Id["sha256:".Length..]}\"", File.ReadAllText(Path.Combine(build.Layers, "report.toml")), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task An_unchanged_rebuild_gives_the_same_image()
    {
        await PrepareAsync();
        await CreateAsync();
        var first = await InspectAsync();

        var (_, log) = await CreateAsync();

        Assert.Equal(first.Id, (await InspectAsync()).Id);
        Assert.DoesNotContain(log.Lines, line => line.StartsWith("Adding layer", StringComparison.Ordinal) || line.StartsWith("Reading ", StringComparison.Ordinal));
        Assert.Contains("Restoring data for SBOM from previous image", log.Lines);
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_layer_that_is_used_again_above_a_changed_one_keeps_its_content(bool launchCache)
    {
        await PrepareAsync();
        var cache = launchCache ? new[] { "-launch-cache", build.Folder.Folder("launch-cache") } : [];
        await CreateAsync(cache);
        build.Folder.File("platform/env/LOWER", "two");

        var (exitCode, log) = await CreateAsync(cache);

        Assert.True(exitCode == 0, log.Text);
        Assert.Contains("Reusing layer 'samples/upper:upper'", log.Lines);
        Assert.Equal(!launchCache, log.Lines.Any(line => line.StartsWith("Reading ", StringComparison.Ordinal)));
        Assert.Equal("two", await ReadAsync("layers/samples_lower/lower/value"));
        Assert.Equal("upper", await ReadAsync("layers/samples_upper/upper/value"));
    }

    [SkippableFact]
    public async Task A_new_run_image_gets_the_layers_of_the_previous_image()
    {
        await PrepareAsync();
        await CreateAsync();
        await LoadRunImageAsync("patched");

        var (exitCode, log) = await CreateAsync();

        Assert.True(exitCode == 0, log.Text);
        Assert.Equal("upper", await ReadAsync("layers/samples_upper/upper/value"));
        Assert.Equal("patched", await ReadRootAsync("/release"));
    }

    [SkippableFact]
    public async Task Bills_of_materials_of_layers_that_are_used_again_survive()
    {
        await PrepareAsync();
        await CreateAsync();
        build.AddBuildpack("samples/upper", Upper.Replace("'{\"made\":true}'", "'{\"made\":\"anew\"}'", StringComparison.Ordinal), sbom: true);

        await CreateAsync();

        Assert.Equal("{\"made\":true}", await ReadAsync("layers/sbom/launch/samples_upper/upper/sbom.cdx.json"));
    }

    [SkippableTheory]
    [InlineData("0.7")]
    [InlineData("0.8")]
    [InlineData("0.9")]
    [InlineData("0.10")]
    [InlineData("0.11")]
    [InlineData("0.12")]
    public async Task Old_platforms_get_what_they_know(string platformApi)
    {
        await PrepareAsync();
        build.PlatformApi = platformApi;
        build.Folder.File("stack.toml", "[run-image]\nimage = \"example.com/run\"\nmirrors = [\"mirror.com/run\"]\n");
        var stack = platformApi == "0.12" ? Array.Empty<string>() : ["-stack", build.Folder["stack.toml"]];
        await CreateAsync(stack);

        var (exitCode, log) = await CreateAsync(stack);

        Assert.True(exitCode == 0, log.Text);
        var image = await InspectAsync();
        var metadata = JsonDocument.Parse(image.Label("io.buildpacks.lifecycle.metadata")!).RootElement;
        Assert.Equal(platformApi != "0.7", metadata.TryGetProperty("sbom", out _));
        Assert.Equal(
            platformApi == "0.12" ? null : "example.com/run",
            metadata.GetProperty("stack").GetProperty("runImage").TryGetProperty("image", out var name) ? name.GetString() : null);
        Assert.Contains($"CNB_PLATFORM_API={platformApi}", image.Config.Config!.Env!);
        Assert.DoesNotContain(log.Lines, line => line.StartsWith("Adding layer", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task A_run_image_that_the_daemon_does_not_have_is_named()
    {
        dockerd.Require();
        build.AddBuildpack("samples/upper", Upper, sbom: true);
        build.Environment["DOCKER_HOST"] = dockerd.Endpoint.OriginalString;

        var (exitCode, log) = await build.CreateAsync(["-daemon", "-run-image", "example.com/none:1"], name);

        Assert.Equal(62, exitCode);
        Assert.Contains("Image with name \"example.com/none:1\" not found", log.Lines);
        Assert.Equal("ERROR: failed to export: get run image top layer SHA: image has no layers", log.Lines[^1]);
    }

    [Theory]
    [InlineData("unix:///no/such.sock", 1, "/no/such.sock")]
    [InlineData("tcp://10.0.0.1:2375", 3, "tcp://10.0.0.1:2375")]
    public async Task A_daemon_that_cannot_be_reached_is_named(string host, int expected, string named)
    {
        build.AddBuildpack("samples/upper", Upper);
        build.Environment["DOCKER_HOST"] = host;

        var (exitCode, log) = await build.CreateAsync(["-daemon", "-run-image", "run"], name);

        Assert.Equal(expected, exitCode);
        Assert.Contains(named, log.Lines[^1], StringComparison.Ordinal);
    }

    private async Task PrepareAsync()
    {
        dockerd.Require();
        Testing.Requirement.Meet(TestImage.Unavailable);
        build.Environment["DOCKER_HOST"] = dockerd.Endpoint.OriginalString;
        build.Folder.File("platform/env/LOWER", "one");
        build.AddBuildpack("samples/lower", Lower);
        build.AddBuildpack("samples/upper", Upper, sbom: true);
        await LoadRunImageAsync("first");
    }

    private async Task LoadRunImageAsync(string release)
    {
        await using var engine = dockerd.CreateEngine();
        await new TestImage { Name = $"run-{name}:1", Files = new Dictionary<string, string> { ["/release"] = release } }.LoadAsync(engine);
    }

    private Task<(int ExitCode, RecordingLog Log)> CreateAsync(params string[] arguments) =>
        build.CreateAsync(["-daemon", "-run-image", $"run-{name}:1", .. arguments], name);

    private Task<string> ReadAsync(string file) => ReadRootAsync(build.Folder[file]);

    private async Task<string> ReadRootAsync(string path)
    {
        var result = await dockerd.RunAsync("run", "--rm", "--network", "none", "--entrypoint", "/bin/cat", name, path);
        return result.Output.TrimEnd('\n');
    }

    private async Task<ImageDetail> InspectAsync()
    {
        await using var engine = dockerd.CreateEngine();
        return (await engine.Images.InspectAsync([name], CancellationToken.None))[name];
    }
}
