using Buildpacks.Lifecycle.Apis;
using Buildpacks.Lifecycle.Files.Toml;
using Buildpacks.Lifecycle.Logging;
using Buildpacks.Lifecycle.Os;
using Buildpacks.Lifecycle.Tests.Support;

namespace Buildpacks.Lifecycle.Tests;

public sealed class ApplicationTests
{
    private readonly RecordingLog log = new();
    private readonly Dictionary<string, string> environment = new() { ["CNB_PLATFORM_API"] = "0.15" };

    [Theory]
    [InlineData("lifecycle", "", "called as 'lifecycle', which is no phase")]
    [InlineData("/cnb/lifecycle/rebaser", "", "called as 'rebaser', which is no phase")]
    [InlineData("lifecycle", "rebase app", "'rebase' is no phase")]
    [InlineData("extender", "-kind run", "'-kind' is no phase")]
    public async Task A_name_that_is_no_phase_fails_with_code_3_and_the_phases_there_are(string name, string arguments, string said)
    {
        Assert.Equal(3, await RunAsync(name, arguments));
        Assert.Contains(said, log.Text, StringComparison.Ordinal);
        Assert.Contains("creator, analyzer, detector, restorer, builder, exporter, launcher", log.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/cnb/lifecycle/detector", "")]
    [InlineData("lifecycle", "detector ")]
    [InlineData("lifecycle", "detect ")]
    public async Task A_phase_is_called_by_its_name_or_the_first_argument(string name, string prefix)
    {
        Assert.Equal(2, await RunAsync(name, prefix + "-nonsense"));
        Assert.Contains("flag provided but not defined: -nonsense", log.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("detector", "extra", 3)]
    [InlineData("builder", "extra", 3)]
    [InlineData("detector", "-log-level loud", 3)]
    public async Task Arguments_that_make_no_sense_fail_with_code_3(string name, string arguments, int exitCode) =>
        Assert.Equal(exitCode, await RunAsync(name, arguments));

    [Fact]
    public async Task The_platforms_api_is_checked_before_the_arguments()
    {
        environment["CNB_PLATFORM_API"] = "0.1";

        Assert.Equal(11, await RunAsync("detector", "-nonsense"));
    }

    [SkippableTheory]
    [InlineData("detector", "failed to detect: refusing to run as root")]
    [InlineData("builder", "failed to build: refusing to run as root")]
    public async Task Buildpacks_do_not_run_as_root(string name, string said)
    {
        Skip.IfNot(Privileges.IsRoot, "needs root");

        Assert.Equal(1, await RunAsync(name, ""));
        Assert.Contains(said, log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_description_lists_every_api()
    {
        Assert.Equal(0, await RunAsync("lifecycle", "-describe"));

        var toml = TomlFile.Parse(log.Text, "lifecycle.toml");
        Assert.Equal(["0.7", "0.8", "0.9", "0.10", "0.11", "0.12"], toml.Section("apis")!.Section("buildpack")!.Texts("supported"));
        Assert.Equal(9, toml.Section("apis")!.Section("platform")!.Texts("supported").Count);
        Assert.Equal(SupportedApis.Platform.Lowest.ToString(), toml.Section("api")!.Text("platform"));
        Assert.Equal(Application.Version, toml.Section("lifecycle")!.Text("version"));
    }

    [Theory]
    [InlineData("-log-level error", nameof(LogLevel.Error))]
    [InlineData("", nameof(LogLevel.Info))]
    public async Task The_log_level_is_the_flags(string arguments, string expected)
    {
        var opened = new List<LogLevel>();
        var application = new Application(level =>
        {
            opened.Add(level);
            return log;
        });

        await application.RunAsync(Start("builder", arguments + " extra"), CancellationToken.None);

        Assert.Equal(expected, opened[^1].ToString());
    }

    private Task<int> RunAsync(string name, string arguments) =>
        new Application(_ => log).RunAsync(Start(name, arguments), CancellationToken.None);

    private ProcessStart Start(string name, string arguments) =>
        new(name, "/cnb/lifecycle/lifecycle", arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries), environment);
}
