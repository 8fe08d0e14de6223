using Buildpacks.Builds.Planning;
using Buildpacks.Engines;

namespace Buildpacks.Tests.Builds;

public sealed class PullProgressTests : IPackSink
{
    private readonly List<PackProgress> _seen = [];

    void IPackSink.Log(PackLogLevel level, string category, string message)
    {
    }

    void IPackSink.Progress(PackProgress progress) => _seen.Add(progress);

    void IPackSink.Output(PackOutputLine line)
    {
    }

    [Fact]
    public void Layers_are_shown_below_the_image_and_each_until_it_is_done()
    {
        using (var progress = new PullProgress(this, "example/web"))
        {
            progress.Report(new EngineProgress("", "Pulling from example/web"));
            progress.Report(new EngineProgress("aaa", "Downloading", 10, 40));
            progress.Report(new EngineProgress("bbb", "Already exists") { IsDone = true });
            progress.Report(new EngineProgress("ccc", "Downloading", 1, 2));
            progress.Report(new EngineProgress("aaa", "Pull complete") { IsDone = true });
            Assert.Equal(["Pulling example/web", "ccc"], Open());
        }

        Assert.Empty(Open());
        var layer = Assert.Single(_seen, progress => progress is { Activity: "aaa", Current: 10 });
        Assert.Equal((40, "Downloading"), (layer.Total, layer.Status));
        var image = Assert.Single(_seen, progress => progress.Status.StartsWith("Pulling from", StringComparison.Ordinal));
        Assert.Equal((image.Id, "build"), (layer.ParentId, image.ParentId));
        Assert.Equal("Pulling example/web", _seen[^1].Activity);
    }

    private List<string> Open() =>
        [.. _seen.GroupBy(progress => progress.Id).Where(group => !group.Last().Completed).Select(group => group.Last().Activity)];
}
