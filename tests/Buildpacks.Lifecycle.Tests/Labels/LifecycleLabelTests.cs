using Buildpacks.Lifecycle.Files;
using Buildpacks.Lifecycle.Labels;

namespace Buildpacks.Lifecycle.Tests.Labels;

public class LifecycleLabelTests
{
    // As other lifecycles write it.
    private const string Label = """
        {"app":[{"sha":"sha256:1"}],"sbom":{"sha":"sha256:2"},"buildpacks":[{"key":"samples/a","version":"1.0","layers":{"dist":{"sha":"sha256:3","data":{"zebra":"z","ant":{"n":1}},"build":false,"launch":true,"cache":false},"bare":{"sha":"sha256:4","data":null,"build":false,"launch":true,"cache":true}},"store":{"metadata":{"runs":"2"}}}],"config":{"sha":"sha256:5"},"launcher":{"sha":"sha256:6"},"process-types":{"sha":"sha256:7"},"runImage":{"topLayer":"sha256:8","reference":"abc","image":"example.com/run","mirrors":["m1","m2"]},"stack":{"runImage":{"image":"example.com/run","mirrors":["m1","m2"]}}}
        """;

    // The same, with the keys of arbitrary data and the names of layers in ascending order.
    private static readonly string Sorted = Label
        .Replace("\"zebra\":\"z\",\"ant\":{\"n\":1}", "\"ant\":{\"n\":1},\"zebra\":\"z\"", StringComparison.Ordinal)
        .Replace(
            "\"dist\":{\"sha\":\"sha256:3\",\"data\":{\"ant\":{\"n\":1},\"zebra\":\"z\"},\"build\":false,\"launch\":true,\"cache\":false},\"bare\":{\"sha\":\"sha256:4\",\"data\":null,\"build\":false,\"launch\":true,\"cache\":true}",
            "\"bare\":{\"sha\":\"sha256:4\",\"data\":null,\"build\":false,\"launch\":true,\"cache\":true},\"dist\":{\"sha\":\"sha256:3\",\"data\":{\"ant\":{\"n\":1},\"zebra\":\"z\"},\"build\":false,\"launch\":true,\"cache\":false}",
            StringComparison.Ordinal);

    [Fact]
    public void The_label_of_another_lifecycle_is_understood()
    {
        var layers = LifecycleLabel.Read(Label)!;

        Assert.Equal(["sha256:1"], layers.App);
        Assert.Equal(
            ("sha256:2", "sha256:5", "sha256:6", "sha256:7"), (layers.Sbom!, layers.Config!, layers.Launcher!, layers.ProcessTypes!));
        var dist = layers.For("samples/a").Layers["dist"];
        Assert.Equal(("sha256:3", new LayerTypes(Launch: true, Build: false, Cache: false)), (dist.Sha, dist.Types));
        Assert.Equal("z", dist.Data!["zebra"]);
        Assert.Null(layers.For("samples/a").Layers["bare"].Data);
        Assert.Equal("2", layers.For("samples/a").Store!["runs"]);
        Assert.Equal(("sha256:8", "abc", "example.com/run"), (layers.RunImage.TopLayer, layers.RunImage.Reference, layers.RunImage.Choice.Image));
        Assert.Equal(["m1", "m2"], layers.StackRunImage!.Mirrors);
    }

    [Fact]
    public void Writing_what_was_read_gives_the_same_text_each_time()
    {
        var once = LifecycleLabel.Of(LifecycleLabel.Read(Label)!);

        Assert.Equal(once, LifecycleLabel.Of(LifecycleLabel.Read(once)!));
        Assert.Equal(Sorted, once);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("[1]")]
    public void A_label_that_says_nothing_is_none(string? label) => Assert.Null(LifecycleLabel.Read(label));
}
