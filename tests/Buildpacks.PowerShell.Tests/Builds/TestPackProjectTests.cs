using Buildpacks.Commands.Tests.Engines;
using Buildpacks.Commands.Tests.Sessions;
using Buildpacks.Testing;
using Buildpacks.Testing.Samples;

namespace Buildpacks.Commands.Tests.Builds;

/// <summary>Test-PackProject says what Invoke-PackBuild then does.</summary>
[Collection(EngineMachineTests.Name)]
public sealed class TestPackProjectTests(EngineMachine machine) : IDisposable
{
    private readonly PackSession _session = new();
    private readonly TestFolder _folder = new("test-project");

    public void Dispose()
    {
        _session.Dispose();
        machine.RemoveConfiguration();
        _folder.Dispose();
    }

    [SkippableFact]
    public async Task A_report_has_the_builder_order_and_run_image_of_the_build()
    {
        machine.Require(PackEngineKind.Podman);
        Requirement.Meet(SampleBuilder.Missing);
        await SampleBuilder.GetAsync(machine.Podman);
        var app = SampleFiles.App("shell-web");
        var arguments = "localhost/web-tested -Path $args[0] -Builder localhost/samples/builder -Engine Podman -Network none";

        var report = _session.Run($"Test-PackProject {arguments}", app).Checked().Of<PackProjectReport>().Single();
        var again = _session.Run($"Test-PackProject {arguments}; Get-PackImage localhost/web-tested -All -ErrorAction Ignore", app).Checked();
        var separate = _session.Run($"Test-PackProject {arguments} -SeparatePhases", app).Checked().Of<PackProjectReport>().Single();
        var build = _session.Run($"Invoke-PackBuild {arguments}", app).Checked().Of<BuildResult>().Single();
        var after = _session.Run($"Test-PackProject {arguments}", app).Checked().Of<PackProjectReport>().Single();

        // Other tests build the same app into the same image, and look at its names.
        _session.Run("Remove-PackImage localhost/web-tested -IncludeCache -Engine Podman -Confirm:$false").Checked();

        Assert.True(report is { IsValid: true, IsComplete: true, Engine: PackEngineKind.Podman }, string.Join('\n', report.Problems));
        Assert.Empty(report.Problems);
        Assert.IsType<PackProjectReport>(Assert.Single(again.Output));
        Assert.Equal(build.RunImage, report["RunImage"]!.Value);
        Assert.Contains(report.Order.GroupBy(buildpack => buildpack.Group), group => build.Buildpacks.All(buildpack => group.Select(entry => entry.ToString()).Contains(buildpack.ToString())));
        Assert.Equal(nameof(ExportRoute.Layout), report["ExportRoute"]!.Value);
        Assert.Equal("creator", report["Phases"]!.Value);
        Assert.Equal(("analyzer, detector, restorer, builder, exporter", "-SeparatePhases"), (separate["Phases"]!.Value, separate["Phases"]!.Source));
        Assert.Equal("none", report["PreviousImage"]!.Value);
        Assert.Equal("a new volume", report["BuildCache"]!.Value);
        Assert.Equal((build.ImageName, build.Id), (after["PreviousImage"]!.Value, after["PreviousImage"]!.Reason));
        Assert.StartsWith("volume pack-cache-", after["BuildCache"]!.Value, StringComparison.Ordinal);
        Assert.Contains("RunImage", _session.Show("$args[0]", report), StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Problems_are_properties_and_no_errors()
    {
        machine.Require(PackEngineKind.Podman);
        _folder.File("web/main.sh", "x");
        _folder.File("web/project.toml", "[_]\nschema-version = '0.2'\n[io.buildpacks]\nbilder = 'x'\n");

        var run = _session.Run(
            """
            $report = Test-PackProject -Path $args[0] -Builder localhost/no/builder -PullPolicy Never -Engine Podman
            $report.ImageName; $report['builder'].Source; $report.Problems.ErrorId; $report.Problems.Line
            $args[0] | Test-PackProject -Builder localhost/no/builder -PullPolicy Never -Engine Podman -Quiet
            """,
            _folder["web"]).Checked();

        Assert.Equal(["web", "-Builder", PackErrorIds.BuilderNotFound, 4, false], run.Output.Where(item => item is not null));
    }

    [Fact]
    public void Without_an_engine_the_rest_is_tested()
    {
        _folder.File("web/main.sh", "x");

        var report = _session.Run(
            "Test-PackProject -Path $args[0] -Builder localhost/no/builder -PullPolicy Never -Engine Docker -EngineEndpoint unix:///nowhere/docker.sock", _folder["web"]).Checked().Of<PackProjectReport>().Single();

        Assert.True(report is { IsValid: true, IsComplete: false, Engine: null }, string.Join('\n', report.Problems));
        Assert.Contains(report.Problems, problem => problem.Message.StartsWith("No engine was asked", StringComparison.Ordinal));
        Assert.Equal(1, report.Files!.Count);
        var lines = _session.Show("$args[0]", report).Split('\n', StringSplitOptions.TrimEntries);
        Assert.Contains("PullPolicy       Never  (-PullPolicy)", lines);
        Assert.Contains("equal builds make equal images", lines);
    }
}
