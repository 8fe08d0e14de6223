using Buildpacks.Builds.Planning;
using Buildpacks.Oci;

namespace Buildpacks.Tests.Builds;

public sealed class BuilderTrustTests
{
    private static readonly string Digest = "sha256:" + new string('a', 64);

    [Theory]
    [InlineData("heroku/builder:24", "BuiltIn", "heroku/builder:24")]
    [InlineData("docker.io/heroku/builder:24", "BuiltIn", "heroku/builder:24")]
    [InlineData("heroku/builder:18", "None", null)]
    [InlineData("heroku/builder", "None", null)]
    [InlineData("paketobuildpacks/builder-jammy-base:0.4.1", "BuiltIn", "paketobuildpacks/builder-jammy-base")]
    [InlineData("localhost/paketobuildpacks/builder-jammy-base", "None", null)]
    [InlineData("paketobuildpacks/builder-jammy-base-x", "None", null)]
    [InlineData("localhost:5000/team/builder:2", "Configuration", "localhost:5000/team/builder")]
    [InlineData("example.com/one:1", "Configuration", "example.com/one:1")]
    [InlineData("example.com/one:2", "None", null)]
    [InlineData("example.com/one", "None", null)]
    public void A_list_names_a_builder_with_its_tag_or_with_every_tag(string builder, string source, string? entry)
    {
        var trust = BuilderTrust.Of(ImageReference.Parse(builder), isAsked: false, ["not a name", "localhost:5000/team/builder", "example.com/one:1"]);

        Assert.Equal((source, entry, source != "None"), (trust.Source.ToString(), trust.Entry, trust.IsTrusted));
    }

    [Fact]
    public void A_digest_is_another_image_than_a_tag()
    {
        Assert.False(BuilderTrust.Of(ImageReference.Parse("example.com/one@" + Digest), isAsked: false, ["example.com/one:1"]).IsTrusted);
        Assert.False(BuilderTrust.Of(ImageReference.Parse("example.com/one:1"), isAsked: false, ["example.com/one@" + Digest]).IsTrusted);
        Assert.True(BuilderTrust.Of(ImageReference.Parse("example.com/one@" + Digest), isAsked: false, ["example.com/one"]).IsTrusted);
    }

    [Fact]
    public void The_caller_comes_first() =>
        Assert.Equal(new BuilderTrust(TrustSource.Parameter, null), BuilderTrust.Of(ImageReference.Parse("heroku/builder:24"), isAsked: true, ["heroku/builder"]));
}
