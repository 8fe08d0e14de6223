using Buildpacks.Descriptors;

namespace Buildpacks.Tests.Descriptors;

public class BuildpackDescriptorTests
{
    [Fact]
    public void A_buildpack_is_read()
    {
        var buildpack = Parse("""
            api = "0.10"

            [buildpack]
            id = "samples/web"
            version = "1.0.0"
            name = "Web"
            description = "A web app"
            homepage = "https://example.org/web"
            keywords = ["web", "sample"]
            clear-env = true
            sbom-formats = ["application/vnd.cyclonedx+json"]

            [[buildpack.licenses]]
            type = "MIT"

            [[stacks]]
            id = "*"
            mixins = ["git"]

            [[targets]]
            os = "linux"
            arch = "arm64"
            arch-variant = "v8"

            [metadata]
            anything = { goes = "here" }
            """);

        Assert.Equal("samples/web@1.0.0", buildpack.FullName);
        Assert.Equal("0.10", buildpack.Api);
        Assert.Equal(("Web", "https://example.org/web", true), (buildpack.Info.Name, buildpack.Info.Homepage, buildpack.Info.ClearEnv));
        Assert.Equal("MIT", Assert.Single(buildpack.Info.Licenses!).Type);
        Assert.Equal("git", Assert.Single(Assert.Single(buildpack.Stacks).Mixins!));
        Assert.Equal(("linux", "arm64", "v8"), (buildpack.Targets[0].Os, buildpack.Targets[0].Arch, buildpack.Targets[0].Variant));
        Assert.False(buildpack.IsComposite);
        Assert.Empty(buildpack.Warnings);
    }

    [Fact]
    public void A_composite_buildpack_has_an_order()
    {
        var buildpack = Parse("""
            api = "0.10"
            [buildpack]
            id = "samples/all"
            version = "1"
            [[order]]
            [[order.group]]
            id = "samples/web"
            version = "1.0.0"
            """);

        Assert.True(buildpack.IsComposite);
        Assert.Equal("samples/web@1.0.0", buildpack.Order[0].Group[0].ToString());
    }

    [Fact]
    public void A_key_it_does_not_know_is_a_warning()
    {
        var buildpack = Parse("api = '0.10'\nnotes = 'mine'\n[buildpack]\nid = 'a'\nversion = '1'\ncolour = 'red'\n");

        Assert.Equal(2, buildpack.Warnings.Count);
        Assert.Contains("line 2: unknown key 'notes'", buildpack.Warnings[0], StringComparison.Ordinal);
        Assert.Contains("line 6: unknown key 'buildpack.colour'", buildpack.Warnings[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[buildpack]\nid = 'a'\nversion = '1'", "'api' is missing")]
    [InlineData("api = 'latest'\n[buildpack]\nid = 'a'\nversion = '1'", "'api' is 'latest'")]
    [InlineData("api = 0.10\n[buildpack]\nid = 'a'\nversion = '1'", "'api' must be a string, not a number")]
    [InlineData("api = '0.10'", "'buildpack' is missing")]
    [InlineData("api = '0.10'\nbuildpack = 1", "'buildpack' must be a table")]
    [InlineData("api = '0.10'\n[buildpack]\nversion = '1'", "'buildpack.id' is missing")]
    [InlineData("api = '0.10'\n[buildpack]\nid = 'a'", "'buildpack.version' is missing")]
    [InlineData("api = '0.10'\n[buildpack]\nid = 'a b'\nversion = '1'", "'buildpack.id' is 'a b'")]
    [InlineData("api = '0.10'\n[buildpack]\nid = '../../etc'\nversion = '1'", "'buildpack.id' is '../../etc'")]
    [InlineData("api = '0.10'\n[buildpack]\nid = 'a'\nversion = '..'", "'buildpack.version' is '..'")]
    [InlineData("api = '0.10'\n[buildpack]\nid = 'a'\nversion = '1/2'", "'buildpack.version' is '1/2'")]
    [InlineData("api = '0.10'\n[buildpack]\nid = 'a'\nversion = '1'\n[[targets]]\nos = 'linux'\n[[order]]\ngroup = [{id = 'b'}]", "combined with 'stacks' or 'targets'")]
    public void What_is_wrong_is_named(string text, string expected)
    {
        var failure = Assert.Throws<PackException>(() => Parse(text));

        Assert.Equal("BuildpackTomlInvalid", failure.ErrorId);
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
        Assert.Contains("web/buildpack.toml", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_extension_is_read_from_its_own_table()
    {
        var extension = BuildpackDescriptorReader.Parse(
            "extension.toml", "api = '0.10'\n[extension]\nid = 'samples/tools'\nversion = '1'\n", ModuleKind.Extension);

        Assert.Equal("samples/tools@1", extension.FullName);
    }

    private static BuildpackDescriptor Parse(string text) =>
        BuildpackDescriptorReader.Parse("web/buildpack.toml", text, ModuleKind.Buildpack);
}
