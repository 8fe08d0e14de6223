using Buildpacks.Stores;

namespace Buildpacks.Tests.Images;

public sealed class AppMetadataTests
{
    [Fact]
    public void Labels_of_a_newer_lifecycle_are_read()
    {
        var metadata = Read(
            """{"runImage":{"topLayer":"sha256:1","reference":"sha256:2","image":"example/run","mirrors":["a/run"]}}""",
            """
            {"buildpacks":[{"id":"samples/web","version":"1.2","homepage":"https://example.org","api":"0.10"}],
             "processes":[{"type":"web","command":["bin/web","--port"],"args":["8080"],"direct":true,"default":true,
                           "working-dir":"/srv","buildpackID":"samples/web"}]}
            """);

        Assert.Equal("example/run", metadata.RunImage);
        Assert.Equal(new PackBuildpack("samples/web", "1.2", "https://example.org"), Assert.Single(metadata.Buildpacks));
        var process = Assert.Single(metadata.Processes);
        Assert.Equal(["bin/web", "--port"], process.Command);
        Assert.Equal(["8080"], process.Args);
        Assert.Equal(("web", true, true, "/srv", "samples/web"),
            (process.Type, process.Direct, process.Default, process.WorkingDirectory, process.BuildpackId));
    }

    [Fact]
    public void Labels_of_an_older_lifecycle_are_read()
    {
        var metadata = Read(
            """{"stack":{"runImage":{"image":"example/stack-run"}},"runImage":{"reference":"abc"}}""",
            """{"processes":[{"type":"web","command":"start","direct":false},{"type":"job","command":"run"}],"buildpack-default-process-type":"job"}""");

        Assert.Equal("example/stack-run", metadata.RunImage);
        Assert.Equal(["start"], metadata.Processes[0].Command);
        Assert.Equal(["job"], metadata.Processes.Where(process => process.Default).Select(process => process.Type));
    }

    [Fact]
    public void A_run_image_without_a_name_goes_by_its_reference() =>
        Assert.Equal("sha256:12", Read("""{"runImage":{"reference":"sha256:12"}}""", "{}").RunImage);

    [Fact]
    public void The_process_that_the_image_starts_is_the_default_whatever_the_labels_say()
    {
        var labels = Labels("{}", """{"processes":[{"type":"web","default":true},{"type":"job"}]}""");

        Assert.Equal(["web"], Defaults(AppMetadata.Read(labels)));
        Assert.Equal(["job"], Defaults(AppMetadata.Read(labels, startedProcess: "job")));
    }

    [Fact]
    public void An_image_without_the_lifecycles_label_is_no_app() =>
        Assert.Null(AppMetadata.Read(new Dictionary<string, string> { [AppLabels.Build] = "{}" }));

    [Theory]
    [InlineData("")]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"buildpacks":{},"processes":"web","runImage":[],"stack":7}""")]
    [InlineData("""{"\ud800":1,"buildpacks":[{"id":"\ud800"}],"processes":[{"type":"\udfff"}],"runImage":{"image":"\ud800"}}""")]
    [InlineData("""{"buildpacks":[1,null,{"version":"1"}],"processes":[{"command":["x"]},[]],"runImage":{"image":5}}""")]
    public void Labels_that_make_no_sense_say_nothing(string json)
    {
        var metadata = Read(json, json);

        Assert.Null(metadata.RunImage);
        Assert.Empty(metadata.Buildpacks);
        Assert.Empty(metadata.Processes);
    }

    [Fact]
    public void A_label_of_a_hundred_megabytes_says_nothing_and_costs_nothing()
    {
        var label = "{\"runImage\":{\"image\":\"" + new string('x', 100_000_000) + "\"}}";
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Null(Read(label, label).RunImage);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Fact]
    public void A_label_that_is_nested_a_million_times_says_nothing() => Assert.Null(Read(new string('[', 1_000_000), "{}").RunImage);

    private static AppMetadata Read(string lifecycle, string build) => AppMetadata.Read(Labels(lifecycle, build))!;

    private static IEnumerable<string> Defaults(AppMetadata? metadata) =>
        metadata!.Processes.Where(process => process.Default).Select(process => process.Type);

    private static Dictionary<string, string> Labels(string lifecycle, string build) =>
        new() { [AppLabels.Lifecycle] = lifecycle, [AppLabels.Build] = build };
}
