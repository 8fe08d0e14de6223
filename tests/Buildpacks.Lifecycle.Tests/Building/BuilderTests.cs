using Buildpacks.Lifecycle.Errors;
using Buildpacks.Lifecycle.Files;
using Buildpacks.Lifecycle.Files.Toml;
using Buildpacks.Lifecycle.Tests.Support;

namespace Buildpacks.Lifecycle.Tests.Building;

public sealed class BuilderTests : IDisposable
{
    private readonly BuildpackLab lab = new();

    public void Dispose() => lab.Dispose();

    [Fact]
    public async Task A_build_layer_is_offered_to_later_buildpacks_and_not_to_its_own()
    {
        lab.Buildpack("sdk", build: """
            [ -z "$SDK" ]
            mkdir -p $CNB_LAYERS_DIR/tools/bin $CNB_LAYERS_DIR/tools/env
            printf '#!/bin/sh\necho compiled\n' > $CNB_LAYERS_DIR/tools/bin/compile
            chmod +x $CNB_LAYERS_DIR/tools/bin/compile
            printf on > $CNB_LAYERS_DIR/tools/env/SDK
            printf '[types]\nbuild = true\n' > $CNB_LAYERS_DIR/tools.toml
            """);
        lab.Buildpack("app", build: "[ \"$SDK\" = on ]; compile > result");

        await lab.DetectAndBuildAsync("sdk", "app");

        Assert.Equal("compiled\n", File.ReadAllText(lab.Folder["app/result"]));
    }

    [Theory]
    [InlineData("launch = true", "")]
    [InlineData("cache = true", "")]
    [InlineData("build = true", "yes")]
    [InlineData("launch = true\ncache = true\nbuild = true", "yes")]
    public async Task Only_build_layers_change_later_buildpacks(string types, string expected)
    {
        lab.Buildpack("one", build: $"mkdir -p $1/l/env; printf yes > $1/l/env/SEEN; printf '[types]\n{types}\n' > $1/l.toml");
        lab.Buildpack("two", build: "printf \"$SEEN\" > seen");

        await lab.DetectAndBuildAsync("one", "two");

        Assert.Equal(expected, File.ReadAllText(lab.Folder["app/seen"]));
    }

    [Theory]
    [InlineData("[types]\nlaunch = true", false)]
    [InlineData("[types]\ncache = true", false)]
    [InlineData("[types]\nbuild = true", false)]
    [InlineData("[types]\nlaunch = false", true)]
    [InlineData("[metadata]\nrestored = 1", true)]
    public async Task A_layer_that_is_for_nobody_is_set_aside(string toml, bool aside)
    {
        lab.Folder.File("layers/one/l.ignore/stale", "from an earlier build");
        lab.Buildpack("one", build: $"mkdir -p $1/l; touch $1/l/file; printf '{toml.Replace("\n", "\\n", StringComparison.Ordinal)}' > $1/l.toml");

        await lab.DetectAndBuildAsync("one");

        Assert.Equal(aside, File.Exists(lab.Folder["layers/one/l.ignore/file"]));
        Assert.Equal(!aside, File.Exists(lab.Folder["layers/one/l/file"]));
    }

    [Fact]
    public async Task A_buildpack_gets_what_is_asked_of_it_and_an_unmet_entry_goes_to_the_next()
    {
        const string Provide = """printf '[[provides]]\nname = "x"\n[[provides]]\nname = "y"\n' > $CNB_BUILD_PLAN_PATH""";
        lab.Buildpack("one", Provide, "cp $CNB_BP_PLAN_PATH one.toml; printf '[[unmet]]\nname = \"y\"\n' > $CNB_LAYERS_DIR/build.toml");
        lab.Buildpack("two", Provide, "cp $CNB_BP_PLAN_PATH two.toml");
        lab.Buildpack("app", """printf '[[requires]]\nname = "x"\n[requires.metadata]\nv = 1\n[[requires]]\nname = "y"\n[[requires]]\nname = "x"\n' > $CNB_BUILD_PLAN_PATH""", "cp $CNB_BP_PLAN_PATH app.toml");

        await lab.DetectAndBuildAsync("one", "two", "app");

        Assert.Equal("x x y", Names("one"));
        Assert.Equal("y", Names("two"));
        Assert.Equal("", Names("app"));
        Assert.Equal(1L, TomlFile.Read(lab.Folder["app/one.toml"]).Sections("entries")[0].Section("metadata")!.Number("v"));

        string Names(string file) => string.Join(' ', TomlFile.Read(lab.Folder[$"app/{file}.toml"]).Sections("entries").Select(entry => entry.Text("name")).Order());
    }

    [Fact]
    public async Task An_unmet_entry_that_nobody_asked_for_is_an_error()
    {
        lab.Buildpack("one", build: "printf '[[unmet]]\nname = \"z\"\n' > $CNB_LAYERS_DIR/build.toml");

        var error = await Assert.ThrowsAsync<InvalidDataException>(() => lab.DetectAndBuildAsync("one"));

        Assert.Contains("unmet.name 'z' must match a requested dependency", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("exit 7", "failed to build: exit status 7")]
    [InlineData("kill -9 $$", "failed to build: exit status 137")]
    public async Task A_buildpack_that_fails_ends_the_build_with_code_51(string script, string said)
    {
        lab.Buildpack("team/bad", build: script);
        lab.Buildpack("never", build: "touch ran");

        var failure = await Assert.ThrowsAsync<LifecycleException>(() => lab.DetectAndBuildAsync("team/bad", "never"));

        Assert.Equal(51, failure.ExitCode);
        Assert.Contains(said, failure.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(lab.Folder["app/ran"]));
        Assert.False(File.Exists(BuildMetadata.PathIn(lab.Folder["layers"])));
    }

    [Fact]
    public async Task A_buildpack_that_cannot_be_started_ends_the_build_with_code_51()
    {
        lab.Buildpack("bad");
        File.Delete(lab.Folder["buildpacks/bad/1.0/bin/build"]);

        var failure = await Assert.ThrowsAsync<LifecycleException>(() => lab.DetectAndBuildAsync("bad"));

        Assert.Equal(51, failure.ExitCode);
        Assert.Contains("bin/build", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_build_terminates_the_buildpack()
    {
        lab.Buildpack("slow", build: $"echo $$ > {lab.Folder["pid"]}; exec sleep 600");
        lab.Order("slow");
        await lab.DetectAsync();
        using var cancellation = new CancellationTokenSource();

        var build = lab.BuildAsync(cancellation.Token);
        while (!File.Exists(lab.Folder["pid"]) || new FileInfo(lab.Folder["pid"]).Length == 0)
        {
            await Task.Delay(20);
        }

        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => build);

        Assert.False(Directory.Exists("/proc/" + File.ReadAllText(lab.Folder["pid"]).Trim()));
    }

    [Fact]
    public async Task Contributions_are_gathered_in_order_and_written()
    {
        lab.Buildpack("one", build: """
            cat > $CNB_LAYERS_DIR/launch.toml <<'end'
            [[processes]]
            type = "web"
            command = ["one"]
            default = true
            [[processes]]
            type = "task"
            command = ["task", "fixed"]
            args = ["replaceable"]
            working-dir = "/srv"
            [[labels]]
            key = "who"
            value = "one"
            [[slices]]
            paths = ["a"]
            end
            """);
        lab.Buildpack("two", build: """
            cat > $CNB_LAYERS_DIR/launch.toml <<'end'
            [[processes]]
            type = "web"
            command = ["two"]
            default = true
            [[labels]]
            key = "who"
            value = "two"
            [[slices]]
            paths = ["b"]
            end
            """);

        await lab.DetectAndBuildAsync("one", "two");

        var metadata = BuildMetadata.Read(BuildMetadata.PathIn(lab.Folder["layers"]));
        Assert.Equal("web", metadata.DefaultProcessType);
        Assert.Equal(["one@1.0", "two@1.0"], metadata.Buildpacks.Select(buildpack => buildpack.ToString()));
        Assert.Equal(["task", "web"], metadata.Processes.Select(process => process.Type));
        Assert.Equal(["task", "fixed"], metadata.Processes[0].Command);
        Assert.Equal("/srv", metadata.Processes[0].WorkingDirectory);
        Assert.Equal(["two"], metadata.Processes[1].Command);
        Assert.Equal("two", metadata.Processes[1].BuildpackId);
        Assert.Equal(["one", "two"], metadata.Labels.Select(label => label.Value));
        Assert.Equal([["a"], ["b"]], metadata.Slices);
    }

    [Fact]
    public async Task Before_platform_api_10_a_command_is_one_string_and_the_rest_joins_the_arguments()
    {
        lab.PlatformApi = "0.9";
        lab.Buildpack("one", build: "printf '[[processes]]\ntype = \"t\"\ncommand = [\"a\", \"b\"]\nargs = [\"c\"]\n' > $1/launch.toml", api: "0.9");

        await lab.DetectAndBuildAsync("one");

        var process = TomlFile.Read(BuildMetadata.PathIn(lab.Folder["layers"])).Sections("processes")[0];
        Assert.Equal("a", process.Text("command"));
        Assert.Equal(["b", "c"], process.Texts("args"));
    }

    [Theory]
    [InlineData("0.15", "", "")]
    [InlineData("0.15", "exec-env = [\"test\", \"ci\"]", "test ci")]
    [InlineData("0.14", "", "")]
    public async Task A_process_says_where_it_may_run_when_its_buildpack_does(string platformApi, string toml, string expected)
    {
        lab.PlatformApi = platformApi;
        lab.Folder.File("app/launch.toml", $"[[processes]]\ntype = \"t\"\ncommand = [\"a\"]\n{toml}\n");
        lab.Buildpack("one", build: "cp launch.toml $1/launch.toml");

        await lab.DetectAndBuildAsync("one");

        var process = TomlFile.Read(BuildMetadata.PathIn(lab.Folder["layers"])).Sections("processes")[0];
        Assert.Equal(expected, string.Join(' ', process.Texts("exec-env")));
    }

    [Fact]
    public async Task Bills_of_materials_go_where_the_exporter_finds_them()
    {
        lab.Folder.File("layers/sbom/launch/old/sbom.cdx.json", "{}");
        lab.Buildpack(
            "team/one",
            build: """
                for l in launched cached both none; do mkdir $1/$l; echo "{\"$l\":1}" > $1/$l.sbom.cdx.json; done
                printf '[types]\nlaunch = true\n' > $1/launched.toml
                printf '[types]\ncache = true\n' > $1/cached.toml
                printf '[types]\nlaunch = true\ncache = true\n' > $1/both.toml
                echo '{}' > $1/launch.sbom.spdx.json
                echo '{}' > $1/build.sbom.syft.json
                """,
            toml: "sbom-formats = [\"application/vnd.cyclonedx+json\", \"application/spdx+json;version=2.3\", \"application/vnd.syft+json\"]");

        await lab.DetectAndBuildAsync("team/one");

        var root = lab.Folder["layers/sbom"];
        Assert.Equal(
            [
                "build/sbom.legacy.json", "build/team_one/cached/sbom.cdx.json", "build/team_one/sbom.syft.json", "cache/team_one/both/sbom.cdx.json",
                "cache/team_one/cached/sbom.cdx.json", "launch/sbom.legacy.json", "launch/team_one/both/sbom.cdx.json", "launch/team_one/launched/sbom.cdx.json",
                "launch/team_one/sbom.spdx.json",
            ],
            Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(root, path)).Order(StringComparer.Ordinal));
        Assert.Equal("{\"both\":1}\n", File.ReadAllText(Path.Combine(root, "launch/team_one/both/sbom.cdx.json")));
    }

    [Theory]
    [InlineData("launch.sbom.cdx.json", "does not declare the SBOM media type 'application/vnd.cyclonedx+json'")]
    [InlineData("launch.sbom.xml.json", "unsupported SBOM file format")]
    public async Task A_bill_of_materials_of_another_format_is_an_error(string file, string said)
    {
        lab.Buildpack("one", build: $"echo '{{}}' > $1/{file}", toml: "sbom-formats = [\"application/spdx+json\"]");

        var error = await Assert.ThrowsAsync<InvalidDataException>(() => lab.DetectAndBuildAsync("one"));

        Assert.Contains(said, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mkdir $1/launch", "'launch' must not be the name of a layer")]
    [InlineData("echo 'launch = true' > $1/l.toml", "launch, build and cache must stand in the table [types]")]
    [InlineData("printf '[types]\nlaunch = 1\n' > $1/l.toml", "'launch' must be true or false")]
    [InlineData("echo '[types' > $1/l.toml", "l.toml is not valid TOML")]
    public async Task What_a_buildpack_does_wrong_with_layers_is_an_error(string script, string said)
    {
        lab.Buildpack("one", build: script);

        var error = await Assert.ThrowsAsync<InvalidDataException>(() => lab.DetectAndBuildAsync("one"));

        Assert.Contains(said, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.7", "")]
    [InlineData("0.8", "CNB_BP_PLAN_PATH CNB_LAYERS_DIR CNB_PLATFORM_DIR")]
    [InlineData("0.10", "CNB_BP_PLAN_PATH CNB_LAYERS_DIR CNB_PLATFORM_DIR CNB_TARGET_ARCH CNB_TARGET_OS")]
    [InlineData("0.12", "CNB_BP_PLAN_PATH CNB_EXEC_ENV CNB_LAYERS_DIR CNB_PLATFORM_DIR CNB_TARGET_ARCH CNB_TARGET_OS")]
    public async Task Each_buildpack_api_has_its_variables_and_all_have_the_arguments(string api, string expected)
    {
        lab.Buildpack("one", build: "env > seen; [ \"$1\" = " + lab.Folder["layers/one"] + " ]; [ \"$2\" = " + lab.Folder["platform"] + " ]; [ -f \"$3\" ]", api: api);

        await lab.DetectAndBuildAsync("one");

        var names = File.ReadAllLines(lab.Folder["app/seen"]).Select(line => line.Split('=')[0])
            .Where(name => name.StartsWith("CNB_", StringComparison.Ordinal) && name is not "CNB_BUILDPACK_DIR" && !name.Contains("DISTRO", StringComparison.Ordinal));
        Assert.Equal(expected, string.Join(' ', names.Order(StringComparer.Ordinal)));
    }
}
