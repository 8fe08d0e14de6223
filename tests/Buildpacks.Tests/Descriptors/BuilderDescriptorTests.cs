using Buildpacks.Builds.Planning;
using Buildpacks.Configuration.Toml;
using Buildpacks.Descriptors;

namespace Buildpacks.Tests.Descriptors;

public class BuilderDescriptorTests
{
    private const string Minimal = """
        [build]
        image = "localhost/build"
        [[run.images]]
        image = "localhost/run"

        """;

    [Fact]
    public void Every_key_of_a_builder_is_read()
    {
        var builder = Parse("""
            description = "All of it"

            [[buildpacks]]
            uri = "buildpacks/web"
            [[buildpacks]]
            id = "samples/site"
            version = "1.2.3"
            image = "registry.example.org/site:1"

            [[extensions]]
            uri = "extensions/tools"

            [[order]]
            [[order.group]]
            id = "samples/web"
            version = "1.0.0"
            [[order.group]]
            id = "samples/site"
            optional = true
            [[order]]
            group = [{ id = "samples/site" }]

            [[order-extensions]]
            [[order-extensions.group]]
            id = "samples/tools"

            [stack]
            id = "samples.stack"
            build-image = "localhost/build"
            run-image = "localhost/run"
            run-image-mirrors = ["ignored/because-run-images-are-there"]

            [build]
            image = "localhost/build"
            [[build.env]]
            name = "MODE"
            value = "fast"
            [[build.env]]
            name = "PATH"
            value = "/opt/bin"
            suffix = "append"
            delim = ":"

            [[run.images]]
            image = "localhost/run"
            mirrors = ["registry.example.org/run"]
            [[run.images]]
            image = "localhost/other"

            [lifecycle]
            uri = "lifecycle.tgz"

            [[targets]]
            os = "linux"
            arch = "amd64"
            [[targets.distros]]
            name = "debian"
            version = "12"

            [system]
            [[system.pre.buildpacks]]
            id = "samples/first"
            version = "1"
            optional = true
            [[system.post.buildpacks]]
            id = "samples/last"
            version = "1"
            """);

        Assert.Equal("All of it", builder.Description);
        Assert.Equal(["buildpacks/web", null], builder.Buildpacks.Select(b => b.Uri));
        Assert.Equal(
            new ModuleSource { Id = "samples/site", Version = "1.2.3", Image = "registry.example.org/site:1" }, builder.Buildpacks[1]);
        Assert.Equal("extensions/tools", Assert.Single(builder.Extensions).Uri);
        Assert.Equal(["samples/web@1.0.0 samples/site", "samples/site"], builder.Order.Select(g => string.Join(' ', g.Group)));
        Assert.True(builder.Order[0].Group[1].Optional);
        Assert.Equal("samples/tools", builder.OrderExtensions[0].Group[0].Id);
        Assert.Equal("localhost/build", builder.BuildImage);
        Assert.Equal("samples.stack", builder.StackId);
        Assert.Equal(
            [new BuildVariable("MODE", "fast"), new BuildVariable("PATH", "/opt/bin", BuildVariableSuffix.Append, ":")],
            builder.BuildEnvironment);
        Assert.Equal(["localhost/run", "localhost/other"], builder.RunImages.Select(r => r.Image));
        Assert.Equal(["registry.example.org/run"], builder.RunImages[0].Mirrors);
        Assert.Equal("lifecycle.tgz", builder.LifecycleUri);
        var target = Assert.Single(builder.Targets);
        Assert.Equal(("linux", "amd64", "debian"), (target.Os, target.Arch, Assert.Single(target.Distros!).Name));
        Assert.Equal("samples/first@1", Assert.Single(builder.System.Pre.Buildpacks).ToString());
        Assert.Equal("samples/last@1", Assert.Single(builder.System.Post.Buildpacks).ToString());
        Assert.Empty(builder.Warnings);
    }

    [Fact]
    public void The_older_form_with_a_stack_is_read()
    {
        var builder = Parse("""
            [stack]
            id = "samples.stack"
            build-image = "localhost/build"
            run-image = "localhost/run"
            run-image-mirrors = ["registry.example.org/run"]
            """);

        Assert.Equal("localhost/build", builder.BuildImage);
        var run = Assert.Single(builder.RunImages);
        Assert.Equal(("localhost/run", "registry.example.org/run"), (run.Image, Assert.Single(run.Mirrors)));
    }

    [Fact]
    public void An_empty_order_is_a_warning()
    {
        Assert.Contains("[[order]]", Assert.Single(Parse(Minimal).Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("descriptoin = 'x'", "line 1: unknown key 'descriptoin'")]
    [InlineData("[[buildpacks]]\nurl = 'x'\nuri = 'y'", "line 6: unknown key 'buildpacks[0].url' (known here: id, image, uri, version)")]
    [InlineData("[[order]]\n[[order.group]]\nid = 'a'\noptinal = true", "line 8: unknown key 'order[0].group[0].optinal'")]
    [InlineData("[lifecycle]\nuri = 'a'\nchecksum = 'b'", "line 7: unknown key 'lifecycle.checksum'")]
    [InlineData("[build-config]\na = 1", "line 5: unknown key 'build-config'")]
    [InlineData("description = 1", "line 1: 'description' must be a string, not a number")]
    [InlineData("buildpacks = 'x'", "line 1: 'buildpacks' must be a list of tables ([[buildpacks]]), not a string")]
    [InlineData("buildpacks = ['x']", "line 1: 'buildpacks[0]' must be a table, not a string")]
    [InlineData("[buildpacks]\nuri = 'x'", "'buildpacks' must be a list of tables")]
    [InlineData("[[buildpacks]]\nid = 'x'", "line 6: 'buildpacks[0].uri' is missing")]
    [InlineData("[[buildpacks]]\nuri = ''", "line 6: 'buildpacks[0].uri'")]
    [InlineData("[[buildpacks]]\nuri = 'a'\nimage = 'b'", "'buildpacks[0].uri' and 'image'")]
    [InlineData("[[order]]", "'order[0].group' does not name a buildpack")]
    [InlineData("[[order]]\n[[order.group]]\nversion = '1'", "line 7: 'order[0].group[0].id' is missing")]
    [InlineData("[[order]]\n[[order.group]]\nid = ''", "'order[0].group[0].id' must not be empty")]
    [InlineData("[[order]]\n[[order.group]]\nid = 'a'\noptional = 'no'", "line 8: 'order[0].group[0].optional' must be true or false, not a string")]
    [InlineData("[[order]]\n[[order.group]]\nid = 'a'\nversion = 1.2", "line 8: 'order[0].group[0].version' must be a string, not a number")]
    [InlineData("[[order]]\n[[order.group]]\nid = 'a'\nversion = 2020-01-01", "not a date or time")]
    [InlineData("[lifecycle]\nuri = 'a'\nversion = 'b'", "'lifecycle.version' and 'lifecycle.uri' cannot be combined")]
    [InlineData("[[build.env]]\nname = 'A'\nvalue = 'b'\nsuffix = 'apend'\ndelim = ':'", "'build.env[0].suffix' is 'apend'")]
    [InlineData("[[build.env]]\nname = 'A'\nvalue = 'b'\nsuffix = 'append'", "'build.env[0].delim' is missing")]
    [InlineData("[[build.env]]\nvalue = 'b'", "'build.env[0].name' is missing")]
    [InlineData("[[build.env]]\nname = '../A'\nvalue = 'b'", "'build.env[0].name' is '../A'")]
    [InlineData("[stack]\nbuild-image = 'other'", "'stack.build-image' is 'other' but 'build.image' is 'localhost/build'")]
    [InlineData("[stack]\nrun-image = 'other'", "'stack.run-image' is 'other'")]
    [InlineData("[run]\nimages = 1", "line 6: 'images' is a duplicate key")]
    [InlineData("[system]\npre = []", "'system.pre' must be a table, not a list")]
    public void What_is_wrong_is_named_with_its_line(string extra, string expected)
    {
        var text = extra.StartsWith('[') ? Minimal + extra : $"{extra}\n{Minimal}";

        var failure = Assert.Throws<PackException>(() => Parse(text));

        Assert.Equal("BuilderTomlInvalid", failure.ErrorId);
        Assert.Equal(PackErrorKind.InvalidInput, failure.Kind);
        Assert.StartsWith("builder.toml: ", failure.Message, StringComparison.Ordinal);
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
        Assert.NotNull(failure.RecommendedAction);
    }

    [Theory]
    [InlineData("", "'build.image' is missing", "'run.images' is missing")]
    [InlineData("[build]\nimage = ''", "'build.image' is missing", "'run.images' is missing")]
    [InlineData("[[run.images]]\nmirrors = [1]", "'run.images[0].image' is missing", "'run.images[0].mirrors[0]' must be a string, not a number")]
    [InlineData("[stack]\nrun-image = 'run'", "'stack.id' is missing", "'build.image' is missing")]
    public void All_that_is_wrong_is_named_at_once(string text, string first, string second)
    {
        var failure = Assert.Throws<PackException>(() => Parse(text));

        Assert.Contains(first, failure.Message, StringComparison.Ordinal);
        Assert.Contains(second, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a = ")]
    [InlineData("a = 1\na = 2\n")]
    [InlineData("[a]\n[a]\n")]
    [InlineData("= 1")]
    [InlineData("a = \"\u0000\"")]
    [InlineData("a = 99999999999999999999999999")]
    public void Text_that_is_no_toml_fails_with_a_line(string text)
    {
        var failure = Assert.Throws<PackException>(() => Parse(text));

        Assert.Equal("BuilderTomlInvalid", failure.ErrorId);
        Assert.Contains("line ", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{b=")]
    public void Nesting_without_end_fails(string nested)
    {
        var failure = Assert.Throws<PackException>(() => Parse("a = " + string.Concat(Enumerable.Repeat(nested, 50_000))));

        Assert.Equal("BuilderTomlInvalid", failure.ErrorId);
    }

    [Fact]
    public void A_file_that_does_not_exist_is_named()
    {
        var failure = Assert.Throws<PackException>(() => BuilderDescriptorReader.Read("/no/such/builder.toml"));

        Assert.Equal("BuilderTomlNotFound", failure.ErrorId);
        Assert.Equal(PackErrorKind.NotFound, failure.Kind);
        Assert.Contains("/no/such/builder.toml", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_in_the_place_of_the_file_is_named()
    {
        var failure = Assert.Throws<PackException>(() => BuilderDescriptorReader.Read(Path.GetTempPath()));

        Assert.Equal("BuilderTomlInvalid", failure.ErrorId);
        Assert.Contains(Path.GetTempPath(), failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_variable_set_twice_is_a_warning_and_the_later_counts()
    {
        var builder = Parse(Minimal + """
            [[build.env]]
            name = "A"
            value = "1"
            [[build.env]]
            name = "A"
            value = "2"
            [[build.env]]
            name = "B"
            value = ""
            exec-env = ["test"]
            [[order]]
            group = [{ id = "a" }]
            """);

        Assert.Equal([new BuildVariable("A", "2"), new BuildVariable("B", "")], builder.BuildEnvironment);
        Assert.Equal(3, builder.Warnings.Count);
    }

    private static BuilderDescriptor Parse(string text) =>
        BuilderDescriptorReader.Read(TomlDocument.FromText("builder.toml", text, "BuilderTomlInvalid"));
}
