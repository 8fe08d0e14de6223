using System.Globalization;
using Buildpacks.Lifecycle.Files;

namespace Buildpacks.Lifecycle.Tests.Launching;

public sealed class LauncherTests : IDisposable
{
    private readonly LaunchLab lab = new();

    public void Dispose() => lab.Dispose();

    [Fact]
    public async Task The_process_takes_the_launchers_place()
    {
        lab.Buildpack("bp");
        lab.Process("web", "sh", "-c", "echo $$; exit 7");

        var outcome = await lab.RunTypeAsync("web");

        Assert.Equal(7, outcome.ExitCode);
        Assert.Equal(outcome.ProcessId.ToString(CultureInfo.InvariantCulture), outcome.Output);
    }

    [Fact]
    public async Task The_process_ignores_and_blocks_no_signal()
    {
        lab.Buildpack("bp");
        lab.Process("web", "grep", "-E", "SigIgn|SigBlk", "/proc/self/status");

        Assert.Equal("SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000", (await lab.RunTypeAsync("web")).Output);
    }

    [Fact]
    public async Task The_process_gets_no_descriptor_of_the_launchers()
    {
        lab.Buildpack("bp");
        lab.Process("web", "sh", "-c", "ls /proc/self/fd | wc -l");
        lab.Program("layers/bp/a/exec.d/1", "echo 'V = \"1\"' >&3");
        var own = Buildpacks.Testing.Processes.ToolRun.Run("sh", ["-c", "ls /proc/self/fd | wc -l"]);

        Assert.Equal(own.Output.Trim(), (await lab.RunTypeAsync("web")).Output);
    }

    /// <summary>The command is [echo, fixed], its arguments [default].</summary>
    [Theory]
    [InlineData("0.15", "0.12", "", "fixed default")]
    [InlineData("0.15", "0.12", "mine", "fixed mine")]
    [InlineData("0.10", "0.9", "mine yours", "fixed mine yours")]
    [InlineData("0.9", "0.9", "mine", "fixed default mine")]
    [InlineData("0.9", "0.9", "", "fixed default")]
    public async Task A_users_arguments_replace_the_default_ones_where_both_apis_know_them(
        string platformApi, string buildpackApi, string arguments, string expected)
    {
        lab.Environment["CNB_PLATFORM_API"] = platformApi;
        lab.Buildpack("bp", buildpackApi);
        lab.Process(new LaunchProcess("web", ["echo", "fixed"]) { Args = ["default"], Direct = true });

        var outcome = await lab.RunTypeAsync("web", arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.Equal((0, expected, ""), (outcome.ExitCode, outcome.Output, outcome.Errors));
    }

    [Theory]
    [InlineData("0.15", "mine", "default mine")]
    [InlineData("0.9", "mine", "default mine")]
    public async Task Arguments_of_older_buildpacks_are_added_to(string platformApi, string argument, string expected)
    {
        lab.Environment["CNB_PLATFORM_API"] = platformApi;
        lab.Buildpack("bp", "0.8");
        lab.Process(new LaunchProcess("web", ["echo"]) { Args = ["default"], Direct = true });

        Assert.Equal(expected, (await lab.RunTypeAsync("web", argument)).Output);
    }

    [Fact]
    public async Task A_direct_process_gets_its_words_as_they_are()
    {
        lab.Buildpack("bp");
        lab.Process("web", "printf", "%s|");

        Assert.Equal("$HOME|a  b|\"q\"|*||", (await lab.RunTypeAsync("web", "$HOME", "a  b", "\"q\"", "*", "")).Output);
    }

    [Fact]
    public async Task A_type_in_the_variable_is_started_when_the_launcher_is_called_by_its_own_name()
    {
        lab.Buildpack("bp");
        lab.Process("web", "echo", "web");
        lab.Process("worker", "echo", "worker");
        lab.Environment["CNB_PROCESS_TYPE"] = "worker";

        Assert.Equal("worker", (await lab.RunLauncherAsync()).Output);
        Assert.Equal("web", (await lab.RunTypeAsync("web")).Output);
    }

    [Fact]
    public async Task A_users_command_runs_through_a_shell_and_after_two_dashes_directly()
    {
        lab.Environment["GREETING"] = "hello";

        Assert.Equal("hello there", (await lab.RunLauncherAsync("echo $GREETING; echo there")).Output.Replace('\n', ' '));
        Assert.Equal("hello  x|*|", (await lab.RunLauncherAsync("printf", "%s|", "$GREETING  x", "*")).Output);
        Assert.Equal("$GREETING", (await lab.RunLauncherAsync("--", "echo", "$GREETING")).Output);
        Assert.Equal("--", (await lab.RunLauncherAsync("--", "echo", "--")).Output);
    }

    [Theory]
    [InlineData("-version")]
    [InlineData("--help")]
    [InlineData("detect")]
    [InlineData("launcher")]
    public async Task Arguments_of_the_process_are_never_taken_for_the_lifecycles(string argument)
    {
        lab.Buildpack("bp");
        lab.Process("web", "echo");

        Assert.Equal(argument == "--help" ? "--help" : argument, (await lab.RunTypeAsync("web", "x", argument)).Output["x ".Length..]);
        Assert.Equal(argument == "--help" ? "--help" : argument, (await lab.RunLauncherAsync("--", "printf", "%s", argument)).Output);
    }

    [Theory]
    [InlineData("builder")]
    [InlineData("creator")]
    public async Task A_process_type_may_have_a_phases_name(string type)
    {
        lab.Buildpack("bp");
        lab.Process(type, "echo", "the app's own");

        Assert.Equal("the app's own", (await lab.RunTypeAsync(type)).Output);
    }

    [Fact]
    public async Task Variables_of_the_launcher_are_taken_away_and_others_stay()
    {
        lab.Environment["CNB_PROCESS_TYPE"] = "";
        lab.Environment["CNB_DEPRECATION_MODE"] = "quiet";
        lab.Environment["CNB_EXEC_ENV"] = "production";
        lab.Environment["OWN"] = "kept";
        lab.Buildpack("bp");
        lab.Process("web", "env");

        var variables = (await lab.RunTypeAsync("web")).Output.Split('\n').Where(line => !line.StartsWith("DOTNET_ROOT=", StringComparison.Ordinal));

        Assert.Equal(["CNB_EXEC_ENV=production", "OWN=kept", "PATH=/usr/bin:/bin"], variables.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Layers_give_paths_and_variables_and_a_types_own_come_last()
    {
        lab.Buildpack("one");
        lab.Process("web", "sh", "-c", "echo $V $W $LD_LIBRARY_PATH; hello");
        lab.Buildpack("two");
        lab.Program("layers/one/a/bin/hello", "echo from one");
        lab.Program("layers/two/b/bin/hello", "echo from two");
        lab.Folder.Folder("layers/one/a/lib");
        lab.Folder.File("layers/one/a/env/V.append", "1");
        lab.Folder.File("layers/one/a/env.build/V.append", "never");
        lab.Folder.File("layers/one/a/env.launch/V.append", "2");
        lab.Folder.File("layers/one/a/env.launch/web/V.append", "3");
        lab.Folder.File("layers/one/a/env.launch/worker/V.append", "never");
        lab.Folder.File("layers/two/b/env/V.append", "4");
        lab.Folder.File("layers/two/b/env.launch/W", "w");
        lab.Folder.File("layers/stranger/c/env/W", "not of a buildpack in the image");

        Assert.Equal($"1234 w {lab.Folder["layers/one/a/lib"]}\nfrom two", (await lab.RunTypeAsync("web")).Output);
    }

    [Fact]
    public async Task Programs_of_exec_d_set_variables_first_all_then_those_of_the_type()
    {
        lab.Buildpack("one");
        lab.Process("web", "sh", "-c", "echo $ORDER");
        lab.Folder.File("layers/one/a/env/ORDER", "0");
        lab.Program("layers/one/a/exec.d/1", "echo \"ORDER = \\\"$ORDER 1\\\"\" >&3");
        lab.Program("layers/one/a/exec.d/2", "echo \"ORDER = '$ORDER 2'\" >&3");
        lab.Program("layers/one/a/exec.d/web/3", "echo \"ORDER = '$ORDER 4'\" >&3");
        lab.Program("layers/one/a/exec.d/worker/4", "echo \"ORDER = 'never'\" >&3");
        lab.Program("layers/one/b/exec.d/1", "echo \"ORDER = '$ORDER 3'\" >&3");

        Assert.Equal("0 1 2 3 4", (await lab.RunTypeAsync("web")).Output);
    }

    [Fact]
    public async Task Programs_of_exec_d_run_in_the_app_folder_and_their_output_is_the_launchers()
    {
        lab.Buildpack("one");
        lab.Process("web", "true");
        lab.Program("layers/one/a/exec.d/1", "pwd; echo warning >&2");

        var outcome = await lab.RunTypeAsync("web");

        Assert.Equal((0, lab.Folder["app"], "warning"), (outcome.ExitCode, outcome.Output, outcome.Errors));
    }

    [Theory]
    [InlineData("exit 3", "failed with exit code 3")]
    [InlineData("echo 'V = 1' >&3", "'V' must be a string")]
    [InlineData("echo 'nonsense' >&3", "is not valid TOML")]
    [InlineData("head -c 2000000 /dev/zero >&3", "more than 1048576 bytes")]
    public async Task A_program_of_exec_d_that_fails_ends_the_launch_with_code_82(string script, string said)
    {
        lab.Buildpack("one");
        lab.Process("web", "echo", "never");
        var path = lab.Program("layers/one/a/exec.d/bad", script);

        var outcome = await lab.RunTypeAsync("web");

        Assert.Equal((82, ""), (outcome.ExitCode, outcome.Output));
        Assert.Contains(said, outcome.Errors, StringComparison.Ordinal);
        Assert.Contains(path, outcome.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_process_through_a_shell_sources_profiles_in_order_and_the_apps_own_last()
    {
        lab.Buildpack("one", "0.8");
        lab.Process(new LaunchProcess("web", ["echo $P; pwd"]) { WorkingDirectory = lab.Folder.Folder("it's here") });
        lab.Folder.File("layers/one/b/profile.d/1.sh", "export P=\"$P 3\"");
        lab.Folder.File("layers/one/a/profile.d/1.sh", "export P=\"1\"");
        lab.Folder.File("layers/one/a/profile.d/a 'quoted' $name.sh", "export P=\"$P 2\"");
        lab.Folder.File("layers/one/a/profile.d/web/1.sh", "export P=\"$P 4\"");
        lab.Folder.File("app/.profile", "export P=\"$P own\"");

        var outcome = await lab.RunTypeAsync("web");

        Assert.Equal(($"1 2 3 4 own\n{lab.Folder["it's here"]}", ""), (outcome.Output, outcome.Errors));
    }

    [Fact]
    public async Task A_direct_process_sources_no_profile()
    {
        lab.Buildpack("one");
        lab.Process("web", "sh", "-c", "echo [$P]");
        lab.Folder.File("layers/one/a/profile.d/1.sh", "export P=1");

        Assert.Equal("[]", (await lab.RunTypeAsync("web")).Output);
    }

    [Fact]
    public async Task Words_of_a_shell_process_are_expanded_and_stay_words()
    {
        lab.Buildpack("one", "0.8");
        lab.Process(new LaunchProcess("web", ["printf"]) { Args = ["%s|", "$V", "${V}s", "$(echo sub)", "*", "a  b", "-n"] });
        lab.Environment["V"] = "two words";

        Assert.Equal("two words|two wordss|sub|*|a  b|-n|", (await lab.RunTypeAsync("web")).Output);
    }

    [Fact]
    public async Task The_working_folder_is_the_apps_unless_the_process_names_one()
    {
        lab.Buildpack("one");
        lab.Process("web", "pwd");
        lab.Process(new LaunchProcess("sub", ["./show"]) { Direct = true, WorkingDirectory = "inner" });
        lab.Program("app/inner/show", "pwd");

        Assert.Equal(lab.Folder["app"], (await lab.RunTypeAsync("web")).Output);
        Assert.Equal(lab.Folder["app/inner"], (await lab.RunTypeAsync("sub")).Output);
    }

    [Theory]
    [InlineData("0.15", "test", 0)]
    [InlineData("0.15", "production", 82)]
    [InlineData("0.14", "production", 0)]
    public async Task A_process_for_another_execution_environment_is_not_started_from_platform_api_15_on(
        string platformApi, string environment, int exitCode)
    {
        lab.Environment["CNB_PLATFORM_API"] = platformApi;
        lab.Environment["CNB_EXEC_ENV"] = environment;
        lab.Buildpack("bp");
        lab.Process(new LaunchProcess("web", ["true"]) { Direct = true, ExecutionEnvironments = ["test"] });

        var outcome = await lab.RunTypeAsync("web");

        Assert.Equal(exitCode, outcome.ExitCode);
        Assert.Equal(exitCode != 0, outcome.Errors.Contains("is not meant for the execution environment production", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("no-such-program", "no-such-program: executable file not found in PATH")]
    [InlineData("/no/such/program", "/no/such/program is not an executable file")]
    public async Task A_program_that_is_not_there_ends_the_launch_with_code_82(string program, string said)
    {
        lab.Buildpack("bp");
        lab.Process("web", program);

        var outcome = await lab.RunTypeAsync("web");

        Assert.Equal(82, outcome.ExitCode);
        Assert.Contains(said, outcome.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_to_start_ends_the_launch_with_code_82()
    {
        var outcome = await lab.RunLauncherAsync();

        Assert.Equal(82, outcome.ExitCode);
        Assert.Contains("a command is required", outcome.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_type_ends_the_launch_with_code_82_and_the_known_ones()
    {
        lab.Buildpack("bp");
        lab.Process("web", "true");
        lab.Environment["CNB_PROCESS_TYPE"] = "wbe";

        var outcome = await lab.RunLauncherAsync();

        Assert.Equal(82, outcome.ExitCode);
        Assert.Contains("process type wbe was not found; the app has web", outcome.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.99", "0.12", 11)]
    [InlineData("", "0.12", 11)]
    [InlineData("0.15", "0.99", 12)]
    public async Task Apis_that_are_not_spoken_end_the_launch(string platformApi, string buildpackApi, int exitCode)
    {
        lab.Environment["CNB_PLATFORM_API"] = platformApi;
        lab.Buildpack("bp", buildpackApi);
        lab.Process("web", "true");

        Assert.Equal(exitCode, (await lab.RunTypeAsync("web")).ExitCode);
    }
}
