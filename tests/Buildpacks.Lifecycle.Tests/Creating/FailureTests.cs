using Buildpacks.Lifecycle.Tests.Support;

namespace Buildpacks.Lifecycle.Tests.Creating;

/// <summary>Every failure has the exit code of its phase and names the thing.</summary>
public sealed class FailureTests : IDisposable
{
    private readonly TestBuild build = new();

    public FailureTests() => build.AddBuildpack("samples/simple", "true");

    public void Dispose() => build.Dispose();

    [Theory]
    [InlineData("", "CNB_EXPERIMENTAL_MODE")]
    [InlineData("error", "CNB_EXPERIMENTAL_MODE")]
    public async Task Layouts_are_experimental_and_must_be_allowed(string mode, string named)
    {
        build.Environment["CNB_EXPERIMENTAL_MODE"] = mode;

        await FailsAsync(1, named, build.CreateAsync());
    }

    [Fact]
    public async Task An_allowed_experiment_is_said_aloud_unless_it_is_to_be_quiet()
    {
        build.Environment["CNB_EXPERIMENTAL_MODE"] = "warn";

        var (exitCode, log) = await build.CreateAsync();

        Assert.Equal(0, exitCode);
        Assert.Contains("Warning: Platform requested experimental feature 'export to OCI layout format'", log.Lines);
    }

    [Fact]
    public Task The_creator_ends_when_an_image_extension_takes_part()
    {
        AddExtension("exit 0");
        return FailsAsync(22, "detected order contains extensions which is not supported by the creator", build.CreateAsync());
    }

    [Fact]
    public async Task The_creator_builds_when_no_image_extension_takes_part()
    {
        AddExtension("exit 100");

        var (exitCode, log) = await build.CreateAsync();

        Assert.True(exitCode == 0, log.Text);
    }

    private void AddExtension(string detect)
    {
        build.Environment["CNB_EXTENSIONS_DIR"] = build.Folder["extensions"];
        build.Folder.File("extensions/x/1/extension.toml", "api = \"0.10\"\n[extension]\nid = \"x\"\nversion = \"1\"\n");
        build.Folder.Script("extensions/x/1/bin/detect", $"#!/bin/sh\n{detect}\n");
        File.AppendAllText(build.Folder["order.toml"], "[[order-extensions]]\n[[order-extensions.group]]\nid = \"x\"\nversion = \"1\"\n");
    }

    [Fact]
    public Task Layouts_came_with_platform_api_0_12()
    {
        build.PlatformApi = "0.11";
        return FailsAsync(2, "flag provided but not defined: -layout", build.CreateAsync());
    }

    [Fact]
    public Task A_layout_needs_its_folder() =>
        FailsAsync(3, "-layout-dir", build.CreateAsync(["-layout", "-run-image", "run"], TestBuild.AppImage));

    [Fact]
    public Task A_registry_of_another_machine_is_refused_by_name() =>
        FailsAsync(3, "registries of this machine only", build.CreateAsync(["-run-image", "run"], TestBuild.AppImage));

    [Fact]
    public Task A_cache_image_is_refused_by_name() =>
        FailsAsync(3, "'example.com/cache'", build.CreateAsync("-cache-image", "example.com/cache"));

    [Theory]
    [InlineData("-tag", "Not A Name", "'Not A Name'")]
    [InlineData("-tag", "elsewhere.com/app", "failed to resolve inputs: writing to multiple registries is unsupported")]
    [InlineData("-previous-image", "team/Case", "'team/Case'")]
    [InlineData("-run-image", "a//b", "'a//b'")]
    public Task A_name_that_cannot_be_is_refused(string flag, string name, string named) => FailsAsync(3, named, build.CreateAsync(flag, name));

    [Fact]
    public async Task A_run_image_that_is_not_there_fails_the_export()
    {
        var creating = build.CreateAsync("-run-image", "example.com/none");

        await FailsAsync(1, "failed to parsing run image reference: identifier  does not have the format '[path]@[digest]'", creating);
        Assert.Contains($"Image with name \"{build.Folder["layouts/example.com/none/latest"]}\" not found", (await creating).Log.Lines);
    }

    [Fact]
    public Task A_run_image_must_be_known_from_somewhere() =>
        FailsAsync(3, "-run-image is required", build.CreateAsync("-run-image", "", "-run", build.Folder["none.toml"]));

    [Fact]
    public Task Detection_that_finds_nothing_has_its_own_code()
    {
        build.AddBuildpack("samples/simple", "true", detect: "exit 100");
        return FailsAsync(20, "failed to detect", build.CreateAsync());
    }

    [Fact]
    public Task A_buildpack_that_fails_has_its_own_code()
    {
        build.AddBuildpack("samples/simple", "exit 7");
        return FailsAsync(51, "failed to build: exit status 7", build.CreateAsync());
    }

    [Fact]
    public Task A_process_type_that_nobody_defines_is_named() =>
        FailsAsync(62, "tried to set night-shift to default", build.CreateAsync("-process-type", "night-shift"));

    [Fact]
    public Task A_launcher_that_is_not_there_is_named() =>
        FailsAsync(62, "/no/launcher", build.CreateAsync("-launcher", "/no/launcher"));

    [Fact]
    public Task A_launch_layer_without_content_must_be_in_the_previous_image()
    {
        build.AddBuildpack("samples/simple", "printf '[types]\\nlaunch = true\\n' > $1/ghost.toml");
        return FailsAsync(62, "cannot reuse 'samples/simple:ghost'", build.CreateAsync());
    }

    [Fact]
    public Task A_cached_launch_layer_must_have_content()
    {
        build.AddBuildpack("samples/simple", "printf '[types]\\nlaunch = true\\ncache = true\\n' > $1/ghost.toml");
        return FailsAsync(62, "layer 'samples/simple:ghost' is cache=true but has no contents", build.CreateAsync());
    }

    [Fact]
    public async Task The_exporter_needs_what_the_analyzer_writes()
    {
        var layout = new[] { "-layout", "-layout-dir", build.Folder["layouts"] };

        await FailsAsync(3, "run image not found in analyzed metadata", build.RunAsync("exporter", ["-layers", build.Layers, .. layout, TestBuild.AppImage]));
        await FailsAsync(3, "at least one image", build.RunAsync("exporter", ["-layers", build.Layers, .. layout]));
        await FailsAsync(3, "expected 1", build.RunAsync("analyzer", ["-layers", build.Layers, .. layout, "a", "b"]));
        await FailsAsync(1, "failed to read group file", build.RunAsync("restorer", ["-layers", build.Layers]));
    }

    [Fact]
    public Task A_cache_folder_that_is_not_there_is_named() => FailsAsync(1, "'/no/cache'", build.CreateAsync("-cache-dir", "/no/cache"));

    [Fact]
    public async Task A_cache_that_cannot_be_written_does_not_cost_the_image()
    {
        build.AddBuildpack("samples/simple", "mkdir -p $1/c; printf '[types]\\ncache = true\\n' > $1/c.toml; rm -r \"$(dirname \"$CNB_PLATFORM_DIR\")/cache\"; touch \"$(dirname \"$CNB_PLATFORM_DIR\")/cache\"");

        var (exitCode, log) = await build.CreateAsync();

        Assert.Equal(0, exitCode);
        Assert.Contains(log.Lines, line => line.StartsWith("Warning: Failed to export cache: ", StringComparison.Ordinal));
        Assert.True(build.Layout().Exists);
    }

    private static async Task FailsAsync(int expected, string named, Task<(int ExitCode, RecordingLog Log)> running)
    {
        var (exitCode, log) = await running;

        Assert.Equal(expected, exitCode);
        Assert.StartsWith("ERROR: ", log.Lines[^1], StringComparison.Ordinal);
        Assert.Contains(named, log.Lines[^1], StringComparison.Ordinal);
    }
}
