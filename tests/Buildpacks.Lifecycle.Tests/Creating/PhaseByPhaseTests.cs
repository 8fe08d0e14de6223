using Buildpacks.Lifecycle.Tests.Support;

namespace Buildpacks.Lifecycle.Tests.Creating;

/// <summary>The phases as processes of their own, which talk through files.</summary>
public sealed class PhaseByPhaseTests : IDisposable
{
    private const string Server = """
        mkdir -p $1/dist $1/modules
        echo dist > $1/dist/content
        echo modules > $1/modules/content
        printf '[types]\nlaunch = true\n' > $1/dist.toml
        printf '[types]\ncache = true\n' > $1/modules.toml
        printf '[[processes]]\ntype = "web"\ncommand = ["server"]\ndefault = true\n[[processes]]\ntype = "worker"\ncommand = ["work"]\n' > $1/launch.toml
        """;

    private readonly TestBuild build = new();

    public PhaseByPhaseTests() => build.AddBuildpack("samples/server", Server);

    public void Dispose() => build.Dispose();

    [Theory]
    [InlineData("0.12")]
    [InlineData("0.13")]
    [InlineData("0.14")]
    [InlineData("0.15")]
    public async Task Five_phases_make_the_image_that_the_creator_makes(string platformApi)
    {
        build.PlatformApi = platformApi;
        await build.CreateAsync();
        var created = build.ReadImage().Identifier;
        Directory.Delete(build.Layout().Path, recursive: true);
        Directory.Delete(build.Folder["cache"], recursive: true);
        build.Folder.Folder("cache");

        await RunPhasesAsync();

        Assert.Equal(created, build.ReadImage().Identifier);
        Assert.Single(Directory.GetFiles(build.Folder["cache/committed"], "*.tar"));
    }

    [Fact]
    public async Task The_analyzer_says_what_the_images_are()
    {
        await build.CreateAsync();
        var image = build.ReadImage();
        build.ResetLayers();

        await AnalyzeAsync();

        var analyzed = File.ReadAllText(Path.Combine(build.Layers, "analyzed.toml"));
        Assert.Contains($"[image]\n  reference = \"{image.Identifier}\"\n", analyzed, StringComparison.Ordinal);
        Assert.Contains($"[run-image]\n  reference = \"{build.ReadImage(TestBuild.RunImage).Identifier}\"\n  image = \"{build.Layout(TestBuild.RunImage).Path}\"\n", analyzed, StringComparison.Ordinal);
        Assert.Contains("  [run-image.target]\n    os = \"linux\"\n    arch = \"amd64\"\n", analyzed, StringComparison.Ordinal);
        Assert.Contains("    [run-image.target.distro]\n      name = \"debian\"\n      version = \"12\"\n", analyzed, StringComparison.Ordinal);
        Assert.Contains("key = \"samples/server\"", analyzed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_first_build_has_no_previous_image()
    {
        var log = await AnalyzeAsync();

        Assert.Contains($"Image with name \"{build.Layout().Path}\" not found", log.Lines);
        Assert.DoesNotContain("sha256:", File.ReadAllText(Path.Combine(build.Layers, "analyzed.toml")).Split("[run-image]")[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("worker", "/cnb/process/worker")]
    [InlineData("web", "/cnb/process/web")]
    public async Task The_user_chooses_the_default_process(string type, string entrypoint)
    {
        await build.CreateAsync("-process-type", type);

        Assert.Equal([entrypoint], build.ReadImage().Config.Config!.Entrypoint!);
    }

    [Fact]
    public async Task Without_a_default_the_launcher_starts_what_it_is_told()
    {
        build.AddBuildpack("samples/server", Server.Replace("\\ndefault = true", "", StringComparison.Ordinal));

        await build.CreateAsync();

        Assert.Equal(["/cnb/lifecycle/launcher"], build.ReadImage().Config.Config!.Entrypoint!);
    }

    [Fact]
    public async Task The_projects_metadata_becomes_a_label()
    {
        var project = build.Folder.File("project-metadata.toml", "[source]\ntype = \"git\"\n[source.version]\ncommit = \"abc\"\n[source.metadata]\nbranches = [\"main\"]\n");

        await build.CreateAsync("-project-metadata", project);

        Assert.Equal(
            """{"source":{"type":"git","version":{"commit":"abc"},"metadata":{"branches":["main"]}}}""",
            build.ReadImage().Label("io.buildpacks.project.metadata"));
    }

    [Fact]
    public async Task Slices_are_layers_of_their_own_and_are_used_again_one_by_one()
    {
        build.Folder.File("app/static/a.css", "a");
        build.AddBuildpack("samples/slices", "printf '[[slices]]\\npaths = [\"static\"]\\n' > $1/launch.toml");
        await build.CreateAsync();
        build.MakeSparse();
        build.Folder.File("app/main.sh", "changed");

        var (_, log) = await build.CreateAsync();

        Assert.Contains("Reused 1/2 app layer(s)", log.Lines);
        Assert.Contains("Added 1/2 app layer(s)", log.Lines);
        Assert.Single(build.LayersWithData());
        Assert.Equal(2, build.Label("io.buildpacks.lifecycle.metadata").GetProperty("app").GetArrayLength());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task After_image_extensions_a_run_image_that_the_builder_does_not_offer_keeps_its_name(bool hasExtensions)
    {
        var run = build.Folder.File("run.toml", "[[images]]\nimage = \"example.com/preferred\"\n");
        await RunPhasesAsync();
        if (hasExtensions)
        {
            File.AppendAllText(Path.Combine(build.Layers, "config", "metadata.toml"), "\n[[extensions]]\nid = \"some/extension\"\nversion = \"1\"\napi = \"0.10\"\n");
        }

        await ExportAsync("-run", run);

        var label = build.Label("io.buildpacks.lifecycle.metadata");
        var expected = hasExtensions ? build.Layout(TestBuild.RunImage).Path : "example.com/preferred";
        Assert.Equal((expected, expected), (label.GetProperty("runImage").GetProperty("image").GetString(), label.GetProperty("stack").GetProperty("runImage").GetProperty("image").GetString()));
    }

    private async Task RunPhasesAsync()
    {
        build.ResetLayers();
        await AnalyzeAsync();
        if (Environment.IsPrivilegedProcess)
        {
            // Detector and builder refuse root, whose work is all around them here.
            await DetectAndBuildInProcessAsync();
        }
        else
        {
            await SucceedAsync("detector", [.. Common, "-buildpacks", build.Folder["buildpacks"], "-order", build.Folder["order.toml"], "-platform", build.Folder["platform"]]);
            await RestoreAsync();
            await SucceedAsync("builder", [.. Common, "-buildpacks", build.Folder["buildpacks"], "-platform", build.Folder["platform"]]);
        }

        await ExportAsync();
    }

    private Task<RecordingLog> ExportAsync(params string[] more) => SucceedAsync("exporter", [
        .. Common, "-launcher", build.Folder["launcher"], "-cache-dir", build.Folder["cache"], .. more, .. Layouts, TestBuild.AppImage]);

    private async Task DetectAndBuildInProcessAsync()
    {
        await build.DetectAsync();
        await RestoreAsync();
        await build.BuildAsync();
    }

    private Task<RecordingLog> RestoreAsync() => SucceedAsync("restorer", ["-layers", build.Layers, "-cache-dir", build.Folder["cache"], .. Layouts]);

    private Task<RecordingLog> AnalyzeAsync() =>
        SucceedAsync("analyzer", ["-layers", build.Layers, "-run-image", TestBuild.RunImage, .. Layouts, TestBuild.AppImage]);

    private string[] Common => ["-layers", build.Layers, "-app", build.Folder["app"]];

    private string[] Layouts => ["-layout", "-layout-dir", build.Folder["layouts"]];

    private async Task<RecordingLog> SucceedAsync(string phase, string[] arguments)
    {
        var (exitCode, log) = await build.RunAsync(phase, arguments);
        Assert.True(exitCode == 0, log.Text);
        return log;
    }
}
