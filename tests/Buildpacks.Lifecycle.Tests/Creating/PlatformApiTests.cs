using System.Text.Json;
using Buildpacks.Lifecycle.Tests.Support;

namespace Buildpacks.Lifecycle.Tests.Creating;

/// <summary>One build with each platform API, and what differs between them. The expectations are what the reference lifecycle does.</summary>
public sealed class PlatformApiTests : IDisposable
{
    private readonly TestBuild build = new();

    public PlatformApiTests()
    {
        build.AddBuildpack("samples/server", """
            mkdir -p $1/dist; echo dist > $1/dist/content
            printf '[types]\nlaunch = true\n' > $1/dist.toml
            printf '[[bom]]\nname = "b"\n[[processes]]\ntype = "web"\ncommand = ["server", "run"]\ndefault = true\n' > $1/launch.toml
            """);
        build.Folder.File("run.toml", $"[[images]]\nimage = \"{TestBuild.RunImage}\"\n");
        build.Folder.File("stack.toml", $"[run-image]\nimage = \"{TestBuild.RunImage}\"\n");
        build.Environment["CNB_USE_LAYOUT"] = "true";
        build.Environment["CNB_LAYOUT_DIR"] = build.Folder["layouts"];
    }

    public void Dispose() => build.Dispose();

    [Theory]
    [InlineData("0.7", false, true, false, true, false)]
    [InlineData("0.8", false, true, false, true, false)]
    [InlineData("0.9", true, false, false, true, false)]
    [InlineData("0.10", true, false, false, false, false)]
    [InlineData("0.11", true, false, false, false, false)]
    [InlineData("0.12", true, false, true, false, false)]
    [InlineData("0.13", true, false, true, false, false)]
    [InlineData("0.14", true, false, true, false, false)]
    [InlineData("0.15", true, false, true, false, true)]
    public async Task A_build_has_the_form_of_its_platform_api(
        string platformApi, bool sbomLayer, bool bomInLabel, bool runImageAndHistory, bool commandIsText, bool executionEnvironment)
    {
        build.PlatformApi = platformApi;

        var (exitCode, log) = await build.CreateAsync([.. Metadata, "-run-image", TestBuild.RunImage], TestBuild.AppImage);

        Assert.True(exitCode == 0, log.Text);
        var image = build.ReadImage();
        var lifecycle = build.Label("io.buildpacks.lifecycle.metadata");
        var label = build.Label("io.buildpacks.build.metadata");
        var process = label.GetProperty("processes")[0];
        Assert.Equal(sbomLayer, lifecycle.TryGetProperty("sbom", out _));
        Assert.Equal(bomInLabel, label.TryGetProperty("bom", out var bom) && bom.GetArrayLength() == 1);
        Assert.Equal(runImageAndHistory, lifecycle.GetProperty("runImage").TryGetProperty("image", out _));
        Assert.Equal(runImageAndHistory, image.Config.History![0].CreatedBy == "one");
        Assert.Equal(TestBuild.RunImage, lifecycle.GetProperty("stack").GetProperty("runImage").GetProperty("image").GetString());
        Assert.Equal(commandIsText ? JsonValueKind.String : JsonValueKind.Array, process.GetProperty("command").ValueKind);
        Assert.Equal(commandIsText ? """["run"]""" : "null", process.GetProperty("args").GetRawText());
        Assert.Equal(executionEnvironment ? "production" : null, image.Label("io.buildpacks.exec-env"));
        Assert.Contains($"CNB_PLATFORM_API={platformApi}", image.Config.Config!.Env!);
        Assert.False(label.GetProperty("buildpacks")[0].TryGetProperty("api", out _));
        Assert.False(process.TryGetProperty("exec-env", out _));
    }

    [Theory]
    [InlineData("0.7", "stack.toml", "missing run image metadata (-run-image)")]
    [InlineData("0.11", "stack.toml", "missing run image metadata (-run-image)")]
    [InlineData("0.12", "run.toml", "-run-image is required when there is no run metadata available")]
    [InlineData("0.15", "run.toml", "-run-image is required when there is no run metadata available")]
    public async Task The_run_image_comes_from_the_file_of_the_platform_api(string platformApi, string file, string missing)
    {
        build.PlatformApi = platformApi;

        var found = await build.CreateAsync(Metadata, TestBuild.AppImage);
        File.Delete(build.Folder[file]);
        var (exitCode, log) = await build.CreateAsync(Metadata, TestBuild.AppImage);

        Assert.True(found.ExitCode == 0, found.Log.Text);
        Assert.Equal(3, exitCode);
        Assert.Equal("ERROR: failed to resolve inputs: " + missing, log.Lines[^1]);
    }

    [Theory]
    [InlineData("creator", "0.11", "-run")]
    [InlineData("creator", "0.12", "-insecure-registry")]
    [InlineData("creator", "0.15", "-analyzed")]
    [InlineData("analyzer", "0.8", "-skip-layers")]
    [InlineData("analyzer", "0.12", "-stack")]
    [InlineData("restorer", "0.13", "-run")]
    [InlineData("exporter", "0.10", "-launcher-sbom")]
    public async Task A_flag_that_the_phase_does_not_take_ends_it_with_code_2(string phase, string platformApi, string flag)
    {
        build.PlatformApi = platformApi;

        var (exitCode, log) = await build.RunAsync(phase, flag, "x");

        Assert.Equal(2, exitCode);
        Assert.StartsWith($"ERROR: flag provided but not defined: {flag};", log.Lines[^1], StringComparison.Ordinal);
    }

    private string[] Metadata => build.PlatformApi is "0.7" or "0.8" or "0.9" or "0.10" or "0.11"
        ? ["-stack", build.Folder["stack.toml"]]
        : ["-run", build.Folder["run.toml"]];
}
