using Buildpacks.Builders;
using Buildpacks.Descriptors;
using Buildpacks.Descriptors.Labels;
using Buildpacks.Engines;
using Buildpacks.Oci;

namespace Buildpacks.Tests.Builders;

public class BuilderImageTests
{
    private const string Metadata = """
        {
          "description": "A sample",
          "buildpacks": [{"id": "samples/web", "version": "1.0.0", "homepage": "https://example.org"}, {"id": "samples/site", "version": "2"}],
          "extensions": null,
          "stack": {"runImage": {"image": "localhost/run", "mirrors": null}},
          "images": [{"image": "localhost/run", "mirrors": ["registry.example.org/run"]}, {"image": "localhost/other", "mirrors": []}],
          "lifecycle": {
            "version": "0.20.0",
            "api": {"buildpack": "0.7", "platform": "0.7"},
            "apis": {
              "buildpack": {"deprecated": ["0.7"], "supported": ["0.7", "0.10", "0.12"]},
              "platform": {"deprecated": null, "supported": ["0.12", "0.13"]}
            },
            "something": "new"
          },
          "createdBy": {"name": "Pack CLI", "version": "0.40"}
        }
        """;

    [Fact]
    public void A_builder_is_read_from_its_labels()
    {
        var builder = BuilderImage.Read("localhost/builder", Image(
            (BuilderLabels.Metadata, Metadata),
            (BuilderLabels.Order, """[{"group":[{"id":"samples/web","version":"1.0.0"},{"id":"samples/site","optional":true}]},{"group":null}]"""),
            (BuilderLabels.BuildpackLayers, """{"samples/web":{"1.0.0":{"api":"0.10","layerDiffID":"sha256:ab","order":null}}}"""),
            (BuilderLabels.System, """{"pre":{"buildpacks":[{"id":"first"}]},"post":{}}"""),
            (BuilderLabels.StackId, "samples")));

        Assert.Equal("A sample", builder.Metadata.Description);
        Assert.Equal(["samples/web", "samples/site"], builder.Metadata.Buildpacks.Select(b => b.Id));
        Assert.Empty(builder.Metadata.Extensions);
        Assert.Equal(["localhost/run", "localhost/other"], builder.RunImages.Select(r => r.Image));
        Assert.Equal("registry.example.org/run", Assert.Single(builder.GetDefaultRunImage().Mirrors));
        Assert.Equal("0.20.0", builder.Lifecycle.Version);
        Assert.Equal(["0.12", "0.13"], builder.Lifecycle.AllPlatformApis());
        Assert.Equal(["0.7", "0.10", "0.12"], builder.Lifecycle.AllBuildpackApis());
        Assert.Equal(2, builder.Order.Count);
        Assert.True(builder.Order[0].Group[1].Optional);
        Assert.Null(builder.Order[0].Group[1].Version);
        Assert.Empty(builder.Order[1].Group);
        Assert.Equal("sha256:ab", builder.BuildpackLayers["samples/web"]["1.0.0"].LayerDiffId);
        Assert.Equal("first", Assert.Single(builder.System.Pre.Buildpacks).Id);
        Assert.Empty(builder.System.Post.Buildpacks);
        Assert.Equal((1001, 1002), (builder.UserId, builder.GroupId));
        Assert.Equal("samples", builder.StackId);
    }

    [Fact]
    public void An_older_builder_names_its_run_image_and_apis_in_the_older_form()
    {
        var builder = BuilderImage.Read("old", Image((BuilderLabels.Metadata, """
            {"stack":{"runImage":{"image":"run"}},"lifecycle":{"version":"0.9.0","api":{"buildpack":"0.2","platform":"0.3"}}}
            """)));

        Assert.Equal("run", builder.GetDefaultRunImage().Image);
        Assert.Equal(["0.3"], builder.Lifecycle.AllPlatformApis());
        Assert.Equal(["0.2"], builder.Lifecycle.AllBuildpackApis());
        Assert.Empty(builder.Order);
        Assert.Empty(builder.BuildpackLayers);
    }

    [Theory]
    [InlineData("""{"lifecycle":{"version":"1","version":"2"}}""", "'version' is a duplicate key")]
    [InlineData("""{"images":[null]}""", "a list contains null")]
    [InlineData("""{"description":"\ud800"}""", "is malformed")]
    public void Labels_that_leave_it_open_what_they_say_are_refused(string label, string problem)
    {
        var failure = Assert.Throws<PackException>(() => BuilderImage.Read("odd", Image((BuilderLabels.Metadata, label))));

        Assert.Equal(("BuilderMetadataInvalid", "odd"), (failure.ErrorId, failure.Target));
        Assert.Contains(BuilderLabels.Metadata, failure.Message, StringComparison.Ordinal);
        Assert.Contains(problem, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_label_of_a_hundred_megabytes_is_refused_by_its_name()
    {
        var failure = Assert.Throws<PackException>(() => BuilderImage.Read("big", Image((BuilderLabels.Metadata, new string('x', 100_000_000)))));

        Assert.Contains($"{BuilderLabels.Metadata} has 100000000 characters", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("""{"image":"Not a name","mirrors":["Neither"]}""", "'Not a name'")]
    public void A_builder_without_run_image_is_read_and_says_so_when_asked_for_it(string runImage, string problem)
    {
        var builder = BuilderImage.Read("norun", Image((BuilderLabels.Metadata, $$$$"""
            {"images":[{{{{runImage}}}}],"lifecycle":{"version":"1","api":{"buildpack":"0.10","platform":"0.12"}}}
            """)));

        var failure = Assert.Throws<PackException>(builder.GetDefaultRunImage);

        Assert.Equal("BuilderWithoutRunImage", failure.ErrorId);
        Assert.Contains("norun", failure.Message, StringComparison.Ordinal);
        Assert.Contains(problem, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_image_without_the_builder_label_is_not_a_builder()
    {
        var failure = Assert.Throws<PackException>(() => BuilderImage.Read("busybox", Image()));

        Assert.Equal("NotABuilder", failure.ErrorId);
        Assert.Equal("busybox", failure.Target);
        Assert.NotNull(failure.RecommendedAction);
    }

    [Theory]
    [InlineData(BuilderLabels.Metadata, "{", "io.buildpacks.builder.metadata")]
    [InlineData(BuilderLabels.Metadata, "[]", "io.buildpacks.builder.metadata")]
    [InlineData(BuilderLabels.Metadata, """{"lifecycle":{"version":3}}""", "$.lifecycle.version")]
    [InlineData(BuilderLabels.Metadata, """{"buildpacks":{}}""", "$.buildpacks")]
    [InlineData(BuilderLabels.Metadata, "null", "does not name a lifecycle version")]
    [InlineData(BuilderLabels.Metadata, """{"lifecycle":null}""", "does not name a lifecycle version")]
    [InlineData(BuilderLabels.Metadata, """{"lifecycle":{"version":"1"}}""", "does not name the platform and buildpack APIs")]
    [InlineData(BuilderLabels.Order, """{"group":[]}""", "io.buildpacks.buildpack.order")]
    [InlineData(BuilderLabels.Order, """[{"group":[{"id":"a","optional":"yes"}]}]""", "$[0].group[0].optional")]
    [InlineData(BuilderLabels.BuildpackLayers, "[]", "io.buildpacks.buildpack.layers")]
    [InlineData(BuilderLabels.System, "7", "io.buildpacks.buildpack.system")]
    public void A_label_that_is_not_as_it_should_be_is_named(string label, string value, string named)
    {
        var failure = Assert.Throws<PackException>(
            () => BuilderImage.Read("odd", Image((BuilderLabels.Metadata, Metadata), (label, value))));

        Assert.Equal("BuilderMetadataInvalid", failure.ErrorId);
        Assert.Contains(named, failure.Message, StringComparison.Ordinal);
        Assert.Contains("'odd'", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("CNB_USER_ID=1000", "CNB_GROUP_ID")]
    [InlineData("CNB_GROUP_ID=1000", "CNB_USER_ID")]
    [InlineData("CNB_USER_ID=root CNB_GROUP_ID=0", "'root'")]
    [InlineData("CNB_USER_ID=-1 CNB_GROUP_ID=0", "'-1'")]
    [InlineData("CNB_USER_ID=4294967296 CNB_GROUP_ID=0", "'4294967296'")]
    [InlineData("CNB_USER_ID= CNB_GROUP_ID=0", "CNB_USER_ID")]
    public void A_builder_has_to_say_who_builds(string environment, string named)
    {
        var image = Image((BuilderLabels.Metadata, Metadata));
        image = image with { Config = image.Config with { Config = image.Config.Config! with { Env = environment.Split(' ') } } };

        var failure = Assert.Throws<PackException>(() => BuilderImage.Read("odd", image));

        Assert.Equal("BuilderMetadataInvalid", failure.ErrorId);
        Assert.Contains(named, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_order_gets_the_version_of_what_the_builder_holds_once()
    {
        var builder = BuilderImage.Read("localhost/builder", Image(
            (BuilderLabels.Metadata, Metadata.Replace("\"extensions\": null", "\"extensions\": [{\"id\":\"e\",\"version\":\"5\"}]", StringComparison.Ordinal)),
            (BuilderLabels.Order, """[{"group":[{"id":"once"},{"id":"twice"},{"id":"never"},{"id":"once","version":"0"}]}]"""),
            (BuilderLabels.OrderExtensions, """[{"group":[{"id":"e"}]}]"""),
            (BuilderLabels.BuildpackLayers, """{"once":{"1":{"api":"0.10"}},"twice":{"1":{"api":"0.10"},"2":{"api":"0.10"}}}""")));

        Assert.Equal(["once@1", "twice", "never", "once@0"], builder.Order[0].Group.Select(entry => entry.ToString()));
        Assert.Equal("e@5", builder.OrderExtensions[0].Group[0].ToString());
    }

    [Fact]
    public void Order_entries_print_as_people_write_them()
    {
        Assert.Equal("a/b@1", new OrderEntry { Id = "a/b", Version = "1" }.ToString());
        Assert.Equal("a/b", new OrderEntry { Id = "a/b" }.ToString());
    }

    private static ImageDetail Image(params (string Name, string Value)[] labels)
    {
        var all = new Dictionary<string, string>();
        foreach (var (name, value) in labels)
        {
            all[name] = value;
        }

        return new ImageDetail
        {
            Id = "sha256:0",
            Config = new OciImageConfig
            {
                Config = new OciContainerConfig { Labels = all, Env = ["PATH=/bin", "CNB_USER_ID=1001", "CNB_GROUP_ID=1002"] },
            },
        };
    }
}
