using Buildpacks.Builds;
using Buildpacks.Builds.Planning;
using Buildpacks.Testing;

namespace Buildpacks.Tests.Builds;

/// <summary>Names that an image cannot get, and names that a build looks up in the configuration.</summary>
public sealed class BuildNamesTests : IDisposable
{
    private static readonly PackConfig Configuration = new()
    {
        Path = "config.toml",
        DefaultBuilder = "example.com/default-builder",
        LifecycleImage = "example.com/lifecycle:1",
        TrustedBuilders = ["example.com/trusted"],
        DefaultRegistry = "absent",
        Registries = [new PackBuildpackRegistry("own", "git", "https://example.com/index")],
    };

    private readonly TestFolder _folder = new("names");

    public BuildNamesTests() => _folder.File("app/app.txt", "x");

    private BuildRequest Request => new() { ImageName = "example.com/app", Path = _folder["app"], Builder = "example.com/builder:1", RunImage = "example.com/run" };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("example.com/builder:1", "builder")]
    [InlineData("example.com/run", "run image")]
    [InlineData("example.com/default-builder", "default builder")]
    [InlineData("example.com/lifecycle:1", "lifecycle image")]
    [InlineData("buildpacksio/lifecycle", "lifecycle image")]
    [InlineData("buildpacksio/lifecycle:0.21.0", "lifecycle image")]
    [InlineData("example.com/trusted", "trusted builder")]
    public void Names_of_what_builds_are_refused_for_the_image_and_its_tags(string name, string what)
    {
        foreach (var request in new[] { Request with { ImageName = name }, Request with { Tags = [name] } })
        {
            var failure = Assert.Throws<PackException>(() => BuildInputs.Check(request, Configuration));

            Assert.Equal("ImageNameInvalid", failure.ErrorId);
            Assert.Contains($"this is the name of the {what}.", failure.Message, StringComparison.Ordinal);
        }

        Assert.Equal("example.com/builder:1", BuildInputs.Check(Request with { Tags = ["example.com/builder:2"] }, Configuration));
    }

    [Fact]
    public void A_buildpack_registry_is_found_by_its_name_whatever_the_default_is()
    {
        Assert.Equal("https://example.com/index", Read(Request with { BuildpackRegistry = "own" }).BuildpackRegistry);
        Assert.StartsWith("https://github.com/", Read(Request with { BuildpackRegistry = "official" }).BuildpackRegistry, StringComparison.Ordinal);
        Assert.Null(Read(Request).BuildpackRegistry);

        var failure = Assert.Throws<PackException>(() => BuildInputs.Check(Request with { BuildpackRegistry = "absent" }, Configuration));

        Assert.Equal(("BuildpackRegistryNotFound", "absent"), (failure.ErrorId, failure.Target));
        Assert.Contains("It has official, own.", failure.Message, StringComparison.Ordinal);
    }

    private static BuildInputs Read(BuildRequest request) => BuildInputs.Read(request, Configuration, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
}
