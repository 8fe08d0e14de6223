using Buildpacks.Lifecycle.Tests.Layers;
using Buildpacks.Lifecycle.Tests.Support;
using Buildpacks.Oci;

namespace Buildpacks.Lifecycle.Tests.Creating;

public sealed class CreatorTests : IDisposable
{
    private const string Server = """
        mkdir -p $1/dist/bin
        echo server > $1/dist/bin/server
        printf '[types]\nlaunch = true\n[metadata]\nversion = "1"\n' > $1/dist.toml
        printf '[[processes]]\ntype = "web"\ncommand = ["server"]\ndefault = true\n[[labels]]\nkey = "team"\nvalue = "blue"\n' > $1/launch.toml
        """;

    private readonly TestBuild build = new();

    public void Dispose() => build.Dispose();

    [Fact]
    public async Task A_build_makes_an_image_of_the_run_image_the_layers_and_the_app()
    {
        build.AddBuildpack("samples/server", Server);

        var (exitCode, log) = await build.CreateAsync();

        Assert.True(exitCode == 0, log.Text);
        Assert.Equal(
            ["===> ANALYZING", "===> DETECTING", "===> RESTORING", "===> BUILDING", "===> EXPORTING"],
            log.Lines.Where(line => line.StartsWith("===>", StringComparison.Ordinal)));
        var image = build.ReadImage();
        Assert.Equal(TestBuild.BaseConfig().Rootfs.DiffIds, image.DiffIds.Take(2));
        Assert.Equal(["/cnb/process/web"], image.Config.Config!.Entrypoint!);
        Assert.Null(image.Config.Config.Cmd);
        Assert.Equal(build.Folder["app"], image.Config.Config.WorkingDir);
        Assert.Equal("1000:1000", image.Config.Config.User);
        Assert.Equal("1980-01-01T00:00:01Z", image.Config.Created);
        Assert.Equal(
            [
                "PATH=/cnb/process:/cnb/lifecycle:/usr/local/bin:/usr/bin", "LANG=C.UTF-8", $"CNB_LAYERS_DIR={build.Layers}",
                $"CNB_APP_DIR={build.Folder["app"]}", "CNB_PLATFORM_API=0.15", "CNB_DEPRECATION_MODE=quiet",
            ],
            image.Config.Config.Env!);
        Assert.Equal("blue", image.Label("team"));
        Assert.Equal("samples", image.Label("io.buildpacks.stack.id"));
        Assert.Equal("production", image.Label("io.buildpacks.exec-env"));
    }

    [Fact]
    public async Task New_layers_have_data_and_base_layers_have_none()
    {
        build.AddBuildpack("samples/server", Server);

        var (_, log) = await build.CreateAsync();

        var image = build.ReadImage();
        Assert.Equal(image.DiffIds.Skip(2), build.LayersWithData());
        Assert.All(image.Layers.Skip(2), layer => Assert.Equal(new FileInfo(build.Layout().BlobPath(layer.Digest)).Length, layer.Size));
        Assert.Contains("Adding layer 'samples/server:dist'", log.Lines);
        Assert.Contains("Added 1/1 app layer(s)", log.Lines);
        var entries = TarEntries.Of(build.Layout().BlobPath(build.Label("io.buildpacks.lifecycle.metadata").GetProperty("app")[0].GetProperty("sha").GetString()!));
        Assert.Contains(entries, entry => entry.Name == build.Folder["app/main.sh"]);
    }

    [Fact]
    public async Task A_history_says_how_each_layer_came_to_be()
    {
        build.AddBuildpack("samples/server", Server);

        await build.CreateAsync();

        var history = build.ReadImage().Config.History!;
        Assert.Equal(
            [
                "one", "two", "Layer: 'dist', Created by buildpack: samples/server@1.0", "Software Bill-of-Materials", "Application Layer",
                "Buildpacks Application Launcher", "Buildpacks Launcher Config", "Buildpacks Process Types",
            ],
            history.Select(entry => entry.CreatedBy));
        Assert.All(history, entry => Assert.Equal("1980-01-01T00:00:01Z", entry.Created));
    }

    [Fact]
    public async Task An_unchanged_rebuild_on_sparse_images_moves_no_layer_and_makes_the_same_image()
    {
        build.AddBuildpack("samples/server", Server);
        await build.CreateAsync();
        var first = build.ReadImage();
        build.MakeSparse();

        var (exitCode, log) = await build.CreateAsync();

        Assert.True(exitCode == 0, log.Text);
        Assert.Empty(build.LayersWithData());
        var second = build.ReadImage();
        Assert.Equal(Json(first.Config), Json(second.Config));
        Assert.Contains("Restoring metadata for \"samples/server:dist\" from app image", log.Lines);
        Assert.Contains("Reusing layer 'samples/server:dist'", log.Lines);
        Assert.Contains("Reused 1/1 app layer(s)", log.Lines);
        Assert.DoesNotContain(log.Lines, line => line.StartsWith("Adding layer", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_changed_app_brings_its_layer_and_no_other()
    {
        build.AddBuildpack("samples/server", Server);
        await build.CreateAsync();
        build.MakeSparse();
        build.Folder.File("app/main.sh", "echo changed");

        var (_, log) = await build.CreateAsync();

        var app = build.Label("io.buildpacks.lifecycle.metadata").GetProperty("app")[0].GetProperty("sha").GetString();
        Assert.Equal([app!], build.LayersWithData());
        Assert.Contains("Added 1/1 app layer(s)", log.Lines);
    }

    [Fact]
    public async Task The_fixed_time_gives_way_to_the_platforms()
    {
        build.AddBuildpack("samples/server", Server);
        build.Environment["SOURCE_DATE_EPOCH"] = "1700000000";

        await build.CreateAsync();

        Assert.Equal("2023-11-14T22:13:20Z", build.ReadImage().Config.Created);
    }

    [Fact]
    public async Task Every_tag_names_the_same_image_and_the_report_says_which()
    {
        build.AddBuildpack("samples/server", Server);

        await build.CreateAsync("-tag", "example.com/team/app:v1", "-tag", "example.com/other:v2");

        var image = build.ReadImage();
        Assert.Equal(image.Identifier.Split('@')[1], build.ReadImage("example.com/other:v2").Identifier.Split('@')[1]);
        Assert.Equal(build.LayersWithData(), build.LayersWithData("example.com/team/app:v1"));
        var report = File.ReadAllText(Path.Combine(build.Layers, "report.toml"));
        Assert.StartsWith(
            $"[image]\n  tags = [\"{build.Layout().Path}\", \"example.com/team/app:v1\", \"example.com/other:v2\"]\n  manifest-size = ", report, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_run_image_comes_from_the_builder_when_the_platform_names_none()
    {
        build.AddBuildpack("samples/server", Server);
        build.Folder.File("run.toml", $"[[images]]\nimage = \"elsewhere.com/run:base\"\nmirrors = [\"{TestBuild.RunImage}\"]\n");

        var (exitCode, log) = await build.CreateAsync("-run-image", "", "-run", build.Folder["run.toml"]);

        Assert.True(exitCode == 0, log.Text);
        var runImage = build.Label("io.buildpacks.lifecycle.metadata").GetProperty("runImage");
        Assert.Equal("elsewhere.com/run:base", runImage.GetProperty("image").GetString());
        Assert.Equal(TestBuild.Digest('c'), runImage.GetProperty("topLayer").GetString());
    }

    private static string Json(OciImageConfig config) => System.Text.Json.JsonSerializer.Serialize(config, OciJson.Default.OciImageConfig);
}
