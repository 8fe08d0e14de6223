using Buildpacks.Descriptors;

namespace Buildpacks.Tests.Descriptors;

public class LifecycleDescriptorTests
{
    [Fact]
    public void The_older_form_is_filled_with_the_earliest_api_by_number()
    {
        var lifecycle = LifecycleDescriptorReader.Parse("lifecycle.toml", """
            [apis]
            [apis.buildpack]
            deprecated = ["0.9"]
            supported = ["0.10", "0.11"]
            [apis.platform]
            deprecated = []
            supported = ["0.12", "0.9"]
            [lifecycle]
            version = "0.20.1"
            """);

        Assert.Equal("0.20.1", lifecycle.Version);
        Assert.Equal(("0.9", "0.9"), (lifecycle.Api.Buildpack, lifecycle.Api.Platform));
        Assert.Equal(["0.9", "0.10", "0.11"], lifecycle.AllBuildpackApis());
    }

    [Fact]
    public void The_newer_form_is_filled_from_the_older_one()
    {
        var lifecycle = LifecycleDescriptorReader.Parse("lifecycle.toml", "[api]\nbuildpack = '0.2'\nplatform = '0.3'\n[lifecycle]\nversion = '0.7'\n");

        Assert.Equal(["0.2"], lifecycle.Apis.Buildpack.Supported);
        Assert.Equal(["0.3"], lifecycle.AllPlatformApis());
    }

    [Theory]
    [InlineData("", "'lifecycle' is missing")]
    [InlineData("[lifecycle]\nversion = ''", "'lifecycle.version' must not be empty")]
    [InlineData("[lifecycle]\nversion = '1'", "'apis.buildpack.supported' is missing")]
    [InlineData("[lifecycle]\nversion = '1'\n[apis.buildpack]\nsupported = ['x']\n[apis.platform]\nsupported = ['0.12']", "has 'x'")]
    [InlineData("[lifecycle]\nversion = '1'\n[apis]\nbuildpack = ['0.2']", "'apis.buildpack' must be a table, not a list")]
    public void What_is_wrong_is_named(string text, string expected)
    {
        var failure = Assert.Throws<PackException>(() => LifecycleDescriptorReader.Parse("lifecycle.toml", text));

        Assert.Equal("LifecycleArchiveInvalid", failure.ErrorId);
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.9", "0.10", -1)]
    [InlineData("1", "0.15", 1)]
    [InlineData("0.12", "0.12", 0)]
    public void Api_versions_compare_as_numbers(string left, string right, int expected)
    {
        Assert.True(ApiVersion.TryParse(left, out var a) && ApiVersion.TryParse(right, out var b) && a.CompareTo(b) == expected);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("0.")]
    [InlineData("a")]
    [InlineData("0.1.2")]
    [InlineData("-1.0")]
    [InlineData("99999999999.1")]
    public void What_is_no_api_version_is_not_read_as_one(string? text) => Assert.False(ApiVersion.TryParse(text, out _));
}
