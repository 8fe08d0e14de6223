using Buildpacks.Builds.Tests.Support;
using Buildpacks.Testing;
using Buildpacks.Testing.Builders;
using Buildpacks.Testing.Engines;

namespace Buildpacks.Builds.Tests.Faults;

/// <summary>What can only happen to docker.</summary>
[Trait("Category", "Long")]
public sealed class DockerFaultTests(SmallBuildFixture<DockerdFixture> fixture) : FaultTests(fixture), IClassFixture<SmallBuildFixture<DockerdFixture>>
{
    private DockerdFixture Daemon => (DockerdFixture)Fixture.Engine;

    [SkippableTheory]
    [InlineData("===> DETECTING")]
    [InlineData("waiting")]
    [InlineData("===> EXPORTING")]
    public async Task A_daemon_that_is_killed(string line)
    {
        await using var bench = new BuildBench(Fixture);
        var before = await BeginAsync(bench);
        bench.Write("app.txt", "changed\n");
        bench.Write("run", "echo waiting; sleep 1");
        var killed = false;
        var sink = new RecordingSink
        {
            OnOutput = output =>
            {
                if (output.Text == line)
                {
                    killed = true;
                    Daemon.Crash();
                }
            },
        };

        PackException failure;
        try
        {
            failure = await bench.FailAsync(sink: sink);
        }
        finally
        {
            Assert.True(killed);
            await Daemon.RestartAsync();
        }

        Assert.Equal(PackErrorKind.Unreachable, failure.Kind);
        Assert.NotNull(failure.RecommendedAction);
        Assert.Contains(sink.Messages(PackLogLevel.Warning), warning => warning.Contains("the next build will try again", StringComparison.Ordinal));
        File.Delete(Path.Combine(bench.App, "run"));
        await EndAsync(bench, before);
    }
}
