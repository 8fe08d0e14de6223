using Buildpacks.Lifecycle.Detecting;
using Buildpacks.Lifecycle.Errors;
using Buildpacks.Lifecycle.Files;
using Buildpacks.Lifecycle.Logging;
using Buildpacks.Lifecycle.Tests.Support;

namespace Buildpacks.Lifecycle.Tests.Detecting;

public sealed class DetectorTests : IDisposable
{
    private readonly BuildpackLab lab = new();

    public void Dispose() => lab.Dispose();

    /// <summary>Buildpacks p and q pass, f fails, e errors.</summary>
    [Theory]
    [InlineData("p", "p")]
    [InlineData("p q", "p q")]
    [InlineData("p f", "20")]
    [InlineData("p f?", "p")]
    [InlineData("f? p", "p")]
    [InlineData("p e", "21")]
    [InlineData("p e?", "p")]
    [InlineData("f? f?", "20")]
    [InlineData("e?", "21")]
    [InlineData("f|p", "p")]
    [InlineData("e|p", "p")]
    [InlineData("p|q", "p")]
    [InlineData("f|e", "21")]
    [InlineData("e|f", "21")]
    [InlineData("p f|q", "q")]
    [InlineData("p p", "p")]
    public async Task The_first_group_that_passes_is_taken(string order, string expected)
    {
        lab.Buildpack("p");
        lab.Buildpack("q");
        lab.Buildpack("f", "exit 100");
        lab.Buildpack("e", "exit 3");
        lab.Order(order.Split('|'));

        Assert.Equal(expected, await OutcomeAsync());
    }

    /// <summary>Buildpacks a to d pass, f fails. The composite buildpacks: ab = [a b], cf = [c f] or [d], deep = [ab c], f2 = [f].</summary>
    [Theory]
    [InlineData("ab", "a b")]
    [InlineData("ab c", "a b c")]
    [InlineData("c ab", "c a b")]
    [InlineData("cf", "d")]
    [InlineData("a cf b", "a d b")]
    [InlineData("deep d", "a b c d")]
    [InlineData("ab cf", "a b d")]
    [InlineData("a ab", "a b")]
    [InlineData("f2? a", "a")]
    [InlineData("f2 a", "20")]
    [InlineData("f2|a", "a")]
    [InlineData("f2? f2?", "20")]
    public async Task Composite_buildpacks_stand_for_their_order(string order, string expected)
    {
        foreach (var id in "abcd")
        {
            lab.Buildpack(id.ToString());
        }

        lab.Buildpack("f", "exit 100");
        lab.Composite("ab", "a b");
        lab.Composite("cf", "c f", "d");
        lab.Composite("deep", "ab c");
        lab.Composite("f2", "f");
        lab.Order(order.Split('|'));

        Assert.Equal(expected, await OutcomeAsync());
    }

    [Fact]
    public async Task A_composite_buildpack_in_itself_is_an_error_and_not_a_loop()
    {
        lab.Composite("one", "two");
        lab.Composite("two", "one");
        lab.Order("one");

        var error = await Assert.ThrowsAsync<InvalidDataException>(lab.DetectAsync);

        Assert.Contains("one@1.0 contains itself", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_group_and_the_plan_are_written()
    {
        lab.Buildpack(
            "node", """printf '[[provides]]\nname = "node"\n' > $CNB_BUILD_PLAN_PATH""", toml: "homepage = \"https://example.com\"", api: "0.10");
        lab.Buildpack("npm", """printf '[[requires]]\nname = "node"\n[requires.metadata]\nversion = "18"\nbuild = true\n' > $CNB_BUILD_PLAN_PATH""");
        lab.Order("node npm");

        await lab.DetectAsync();

        var group = BuildpackGroup.Read(lab.Folder["layers/group.toml"]);
        Assert.Equal(
            [("node", "1.0", "0.10", "https://example.com"), ("npm", "1.0", "0.12", null)],
            group.Buildpacks.Select(buildpack => (buildpack.Id, buildpack.Version, buildpack.Api!, buildpack.Homepage)));
        var entry = Assert.Single(BuildPlan.Read(lab.Folder["layers/plan.toml"]).Entries);
        Assert.Equal(["node@1.0"], entry.Providers.Select(provider => provider.ToString()));
        var requirement = Assert.Single(entry.Requires);
        Assert.Equal("node", requirement.Name);
        Assert.Equal("18", requirement.Metadata!["version"]);
        Assert.Equal(true, requirement.Metadata["build"]);
    }

    [Fact]
    public async Task A_plan_that_does_not_work_out_moves_on_to_the_next_group()
    {
        lab.Buildpack("needy", """printf '[[requires]]\nname = "x"\n' > $CNB_BUILD_PLAN_PATH""");
        lab.Buildpack("plain");
        lab.Order("needy", "plain");

        Assert.Equal("plain", await OutcomeAsync());
    }

    [Fact]
    public async Task Each_buildpack_detects_once_however_many_groups_name_it()
    {
        lab.Buildpack("a", $"echo ran >> {lab.Folder["count"]}");
        lab.Buildpack("f", "exit 100");
        lab.Order("a f", "f a", "a");

        await lab.DetectAsync();

        Assert.Single(File.ReadAllLines(lab.Folder["count"]));
    }

    [Fact]
    public async Task The_buildpacks_of_a_group_detect_at_the_same_time()
    {
        // Each waits for the other's file: one after the other they would both give up.
        const string Wait = "i=0; until [ -e {0} ]; do i=$((i+1)); [ $i -lt 100 ] || exit 1; sleep 0.05; done";
        lab.Buildpack("a", $"touch {lab.Folder["a"]}; {string.Format(null, Wait, lab.Folder["b"])}");
        lab.Buildpack("b", $"touch {lab.Folder["b"]}; {string.Format(null, Wait, lab.Folder["a"])}");
        lab.Order("a b");

        Assert.Equal("a b", await OutcomeAsync());
    }

    [Fact]
    public async Task Details_show_when_detection_fails()
    {
        lab.Log = new RecordingLog(LogLevel.Info);
        lab.Buildpack("f", "echo looked for a Procfile; echo found none >&2; exit 100");
        lab.Order("f");

        Assert.Equal("20", await OutcomeAsync());

        Assert.Contains("======== Output: f@1.0 ========", lab.Log.Lines);
        Assert.Contains("looked for a Procfile\nfound none", lab.Log.Text, StringComparison.Ordinal);
        Assert.Contains("fail: f@1.0", lab.Log.Lines);
        Assert.Contains("ERROR: No buildpack groups passed detection.", lab.Log.Lines);
    }

    [Fact]
    public async Task Details_do_not_show_when_detection_passes_but_errors_do()
    {
        lab.Log = new RecordingLog(LogLevel.Info);
        lab.Buildpack("p", "echo quiet");
        lab.Buildpack("e", "echo loud; exit 7");
        lab.Order("e? p");

        Assert.Equal("p", await OutcomeAsync());

        Assert.DoesNotContain("quiet", lab.Log.Text, StringComparison.Ordinal);
        Assert.Contains("loud", lab.Log.Lines);
        Assert.Contains("err:  e@1.0 (7)", lab.Log.Lines);
        Assert.Contains("1 of 2 buildpacks participating", lab.Log.Lines);
        Assert.Contains("p 1.0", lab.Log.Lines);
    }

    [Theory]
    [InlineData("not toml", "plan.toml is not valid TOML")]
    [InlineData("[[provides]]", "'name' is missing")]
    [InlineData("provides = \"x\"", "'provides' must be an array of tables")]
    [InlineData("[[requires]]\nname = \"x\"\nversion = \"1\"", "the key 'version' is not supported")]
    public async Task A_malformed_plan_is_that_buildpacks_error(string plan, string said)
    {
        lab.Buildpack("bad", $"cat > $CNB_BUILD_PLAN_PATH <<'end'\n{plan}\nend");
        lab.Order("bad");

        Assert.Equal("21", await OutcomeAsync());
        Assert.Contains(said, lab.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_buildpack_that_cannot_be_started_is_an_error_with_its_path()
    {
        lab.Buildpack("p");
        File.WriteAllText(lab.Folder["buildpacks/p/1.0/bin/detect"], "#!/no/such/interpreter\n");
        lab.Order("p");

        Assert.Equal("21", await OutcomeAsync());
        Assert.Contains("cannot start " + lab.Folder["buildpacks/p/1.0/bin/detect"], lab.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_buildpack_ended_by_a_signal_is_an_error()
    {
        lab.Buildpack("p", "kill -9 $$");
        lab.Order("p");

        Assert.Equal("21", await OutcomeAsync());
        Assert.Contains("err:  p@1.0 (137)", lab.Log.Lines);
    }

    [Fact]
    public async Task Detect_sees_its_folders_the_target_and_the_users_variables()
    {
        lab.Folder.File("platform/env/BP_COLOUR", "red");
        lab.Folder.File("layers/analyzed.toml", "[run-image]\nreference = \"r\"\n[run-image.target]\nos = \"linux\"\narch = \"arm64\"\narch-variant = \"v8\"\n[run-image.target.distro]\nname = \"alma\"\nversion = \"9\"\n");
        lab.Environment["SECRET"] = "not for buildpacks";
        lab.Buildpack("p", $"env > {lab.Folder["seen"]}; pwd >> {lab.Folder["seen"]}; echo \"args $1 $2\" >> {lab.Folder["seen"]}; [ \"$2\" = \"$CNB_BUILD_PLAN_PATH\" ]");
        lab.Order("p");

        Assert.Equal("p", await OutcomeAsync());

        var seen = File.ReadAllLines(lab.Folder["seen"]);
        Assert.Contains("BP_COLOUR=red", seen);
        Assert.Contains($"CNB_BUILDPACK_DIR={lab.Folder["buildpacks/p/1.0"]}", seen);
        Assert.Contains($"CNB_PLATFORM_DIR={lab.Folder["platform"]}", seen);
        Assert.Contains("CNB_TARGET_OS=linux", seen);
        Assert.Contains("CNB_TARGET_ARCH=arm64", seen);
        Assert.Contains("CNB_TARGET_ARCH_VARIANT=v8", seen);
        Assert.Contains("CNB_TARGET_DISTRO_NAME=alma", seen);
        Assert.Contains("CNB_TARGET_DISTRO_VERSION=9", seen);
        Assert.Contains("CNB_EXEC_ENV=production", seen);
        Assert.Contains("HOME=/nowhere", seen);
        Assert.Contains(lab.Folder["app"], seen);
        Assert.DoesNotContain(seen, line => line.StartsWith("SECRET", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("0.7", "")]
    [InlineData("0.8", "CNB_BUILD_PLAN_PATH CNB_PLATFORM_DIR")]
    [InlineData("0.9", "CNB_BUILD_PLAN_PATH CNB_PLATFORM_DIR")]
    [InlineData("0.10", "CNB_BUILD_PLAN_PATH CNB_PLATFORM_DIR CNB_TARGET_ARCH CNB_TARGET_OS")]
    [InlineData("0.11", "CNB_BUILD_PLAN_PATH CNB_PLATFORM_DIR CNB_TARGET_ARCH CNB_TARGET_OS")]
    [InlineData("0.12", "CNB_BUILD_PLAN_PATH CNB_EXEC_ENV CNB_PLATFORM_DIR CNB_TARGET_ARCH CNB_TARGET_OS")]
    public async Task Each_buildpack_api_has_its_variables(string api, string expected)
    {
        lab.Buildpack("p", $"env > {lab.Folder["seen"]}", api: api);
        lab.Order("p");

        await lab.DetectAsync();

        var names = File.ReadAllLines(lab.Folder["seen"]).Select(line => line.Split('=')[0])
            .Where(name => name.StartsWith("CNB_", StringComparison.Ordinal) && name is not "CNB_BUILDPACK_DIR" && !name.Contains("DISTRO", StringComparison.Ordinal));
        Assert.Equal(expected, string.Join(' ', names.Order(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task A_buildpack_that_clears_its_environment_does_not_see_the_users_variables()
    {
        lab.Folder.File("platform/env/BP_COLOUR", "red");
        lab.Folder.File("build-config/env/BP_OPERATOR", "yes");
        lab.Buildpack("p", "[ -z \"$BP_COLOUR\" ] && [ \"$BP_OPERATOR\" = yes ] && [ -e $CNB_PLATFORM_DIR/env/BP_COLOUR ]", toml: "clear-env = true");
        lab.Order("p");

        Assert.Equal("p", await OutcomeAsync());
    }

    [Theory]
    [InlineData("[[targets]]\nos = \"linux\"", "p")]
    [InlineData("[[targets]]\nos = \"windows\"", "21")]
    [InlineData("[[targets]]\narch = \"arm64\"", "21")]
    [InlineData("[[targets]]\narch = \"arm64\"\n[[targets]]\narch = \"amd64\"", "p")]
    [InlineData("[[targets]]\narch = \"amd64\"\nvariant = \"v3\"", "p")]
    [InlineData("[[targets]]\n[[targets.distros]]\nname = \"debian\"\nversion = \"12\"", "p")]
    [InlineData("[[targets]]\n[[targets.distros]]\nname = \"debian\"", "p")]
    [InlineData("[[targets]]\n[[targets.distros]]\nname = \"debian\"\nversion = \"11\"\n[[targets.distros]]\nname = \"ubuntu\"\nversion = \"12\"", "21")]
    [InlineData("[[stacks]]\nid = \"*\"", "p")]
    [InlineData("[[stacks]]\nid = \"io.buildpacks.stacks.bionic\"", "21")]
    [InlineData("", "p")]
    public async Task A_needed_buildpack_must_support_the_target(string toml, string expected)
    {
        lab.Folder.File("layers/analyzed.toml", "[run-image]\nreference = \"r\"\n[run-image.target]\nos = \"linux\"\narch = \"amd64\"\n[run-image.target.distro]\nname = \"debian\"\nversion = \"12\"\n");
        lab.Buildpack("p", toml: toml);
        lab.Order("p");

        Assert.Equal(expected, await OutcomeAsync());
        if (expected == "21")
        {
            Assert.Contains("run image: {\"os\":\"linux\",\"arch\":\"amd64\",\"distro\":{\"name\":\"debian\",\"version\":\"12\"}}", lab.Log.Text, StringComparison.Ordinal);
            lab.PlatformApi = "0.11";
            Assert.Equal("p", await OutcomeAsync());
        }
    }

    [Theory]
    [InlineData("production", "p")]
    [InlineData("test", "p t")]
    public async Task Buildpacks_for_other_execution_environments_are_passed_over(string environment, string expected)
    {
        lab.ExecutionEnvironment = environment;
        lab.Buildpack("p");
        lab.Buildpack("t", toml: "[[buildpack.exec-env]]\nname = \"test\"");
        lab.Order("p t");

        Assert.Equal(expected, await OutcomeAsync());
    }

    [Fact]
    public async Task Execution_environments_do_not_matter_before_platform_api_15_nor_buildpack_api_12()
    {
        lab.Buildpack("t", toml: "exec-env = [\"test\"]");
        lab.Buildpack("old", toml: "exec-env = [\"test\"]", api: "0.11");
        lab.Order("t", "old");

        Assert.Equal("old", await OutcomeAsync());
        lab.PlatformApi = "0.14";
        Assert.Equal("t", await OutcomeAsync());
    }

    [Fact]
    public async Task System_buildpacks_surround_every_group_from_platform_api_15_on()
    {
        foreach (var id in new[] { "first", "app", "last" })
        {
            lab.Buildpack(id);
        }

        lab.Folder.File("system.toml", "[[system.pre.buildpacks]]\nid = \"first\"\nversion = \"1.0\"\n[[system.post.buildpacks]]\nid = \"last\"\nversion = \"1.0\"\n");
        lab.Order("app");
        Assert.Equal("first app last", await OutcomeAsync());

        lab.Order("app first");
        Assert.Equal("app first last", await OutcomeAsync());

        lab.PlatformApi = "0.14";
        lab.Order("app");
        Assert.Equal("app", await OutcomeAsync());
    }

    [Fact]
    public async Task A_buildpack_with_another_api_fails_with_code_12_before_anything_runs()
    {
        lab.Buildpack("p", $"touch {lab.Folder["ran"]}");
        lab.Buildpack("new", api: "0.13");
        lab.Order("p", "new");

        Assert.Equal("12", await OutcomeAsync());
        Assert.False(File.Exists(lab.Folder["ran"]));
    }

    [Fact]
    public async Task A_missing_buildpack_is_named_with_the_path_it_should_have()
    {
        lab.Order("team/ghost");

        var error = await Assert.ThrowsAsync<LifecycleException>(lab.DetectAsync);

        Assert.Equal(1, error.ExitCode);
        Assert.Contains("team/ghost@1.0", error.Message, StringComparison.Ordinal);
        Assert.Contains(lab.Folder["buildpacks/team_ghost/1.0/buildpack.toml"], error.Message, StringComparison.Ordinal);
    }

    private async Task<string> OutcomeAsync()
    {
        try
        {
            return BuildpackLab.Members(await lab.DetectAsync());
        }
        catch (LifecycleException failure)
        {
            return failure.ExitCode.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }
    }
}
