using Buildpacks.Commands.Tests.Sessions;
using Buildpacks.Testing;

namespace Buildpacks.Commands.Tests.Engines;

[Collection(EngineMachineTests.Name)]
public sealed class TestPackEngineTests(EngineMachine machine) : IDisposable
{
    private readonly PackSession _session = new();

    public static TheoryData<PackEngineKind> Engines => [PackEngineKind.Podman, PackEngineKind.Docker];

    public void Dispose() => _session.Dispose();

    [SkippableTheory]
    [MemberData(nameof(Engines))]
    public void An_engine_that_is_well_fails_no_check(PackEngineKind kind)
    {
        machine.Require(kind);

        var checks = _session.Run($"Test-PackEngine -Engine {kind}").Checked().Of<PackEngineCheck>();

        Assert.Equal("EngineFound", checks[0].Name);
        Assert.Contains(checks, check => check is { Name: "SparseImport", Result: PackEngineCheckResult.Passed });
        Assert.All(checks, check => Assert.NotEqual(PackEngineCheckResult.Failed, check.Result));
        Assert.All(checks, check => Assert.Equal(kind, check.Engine));
        Assert.All(checks, check => Assert.NotEmpty(check.Evidence));
        Assert.All(checks, check => Assert.Equal(check.Result == PackEngineCheckResult.Warning, check.Remedy is not null));
        Assert.Empty(_session.Run($"Get-PackImage *buildpacks/check* -All -Engine {kind}").Checked().Output);
        Assert.Contains(_session.Console.Progress, record => record.Activity == "Checking the container engine");
        Assert.Equal(System.Management.Automation.ProgressRecordType.Completed, _session.Console.Progress.Last().RecordType);
    }

    [SkippableFact]
    public void Checks_come_one_by_one_and_Ctrl_C_ends_them()
    {
        machine.Require(PackEngineKind.Podman);

        _session.Stop(
            "Test-PackEngine -Engine Podman | ForEach-Object { $Host.UI.WriteLine(\"seen $($_.Name)\") }",
            () => _session.Console.Shown.Contains("seen EngineAnswers", StringComparison.Ordinal));

        Assert.DoesNotContain("seen Network", _session.Console.Shown, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Quiet_is_true_or_false()
    {
        machine.Require(PackEngineKind.Podman);

        Assert.Equal([true], _session.Run("Test-PackEngine -Engine Podman -Quiet").Checked().Output);
        Assert.Equal([false], _session.Run("Test-PackEngine -Engine Docker -EngineEndpoint unix:///nowhere/docker.sock -Quiet").Checked().Output);
    }

    [Fact]
    public void An_engine_that_does_not_answer_fails_a_check_and_is_no_error()
    {
        var checks = _session.Run("Test-PackEngine -Engine Docker -EngineEndpoint unix:///nowhere/docker.sock").Checked().Of<PackEngineCheck>();

        var failed = Assert.Single(checks, check => check.Result == PackEngineCheckResult.Failed);
        Assert.Equal("EngineAnswers", failed.Name);
        Assert.Contains("unix:///nowhere/docker.sock", failed.Evidence, StringComparison.Ordinal);
        Assert.NotEmpty(failed.Remedy!);
        Assert.Equal("EngineAnswers failed.", checks.Single(check => check.Name == "Network").Evidence);
    }

    [SkippableFact]
    public void Engines_are_taken_from_the_pipeline()
    {
        machine.RequireBoth();

        var checks = _session.Run("Get-PackEngine -ListAvailable | Test-PackEngine").Checked().Of<PackEngineCheck>();

        Assert.Equal([PackEngineKind.Podman, PackEngineKind.Docker], checks.Select(check => check.Engine!.Value).Distinct());
    }

    [Fact]
    public void Without_an_engine_the_rest_is_skipped_and_nothing_is_an_error()
    {
        using var folder = new TestFolder("bare");
        using var bare = new ProcessEnvironment().With("PATH", folder.Path).With("DOCKER_HOST", "unix:///nowhere/docker.sock");

        var checks = _session.Run("Test-PackEngine").Checked().Of<PackEngineCheck>();

        Assert.Equal(["EngineFound"], checks.Where(check => check.Result == PackEngineCheckResult.Failed).Select(check => check.Name));
        Assert.Equal("EngineFound failed.", checks.Single(check => check.Name == "Volume").Evidence);
    }

    [Fact]
    public void A_check_is_a_row_with_the_remedy_below()
    {
        var check = new PackEngineCheck
        {
            Name = "Storage", Result = PackEngineCheckResult.Warning, Evidence = "vfs.", Remedy = "Use overlay.",
            Duration = TimeSpan.FromMilliseconds(12), Engine = PackEngineKind.Podman, Endpoint = "/usr/bin/podman",
        };

        var rows = _session.Show("$args[0]", check).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

        Assert.Equal("Engine: Podman at /usr/bin/podman", rows[0]);
        Assert.Matches(@"^Result +Name +Duration +Evidence$", rows[1]);
        Assert.Matches(@"^Warning +Storage +12 ms +vfs\.$", rows[3]);
        Assert.Equal("-> Use overlay.", rows[4]);
    }
}
