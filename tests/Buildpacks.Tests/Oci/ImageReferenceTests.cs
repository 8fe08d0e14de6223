using Buildpacks.Oci;
using Buildpacks.Testing;

namespace Buildpacks.Tests.Oci;

public sealed class ImageReferenceTests
{
    private const string Digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    [Theory]
    [InlineData("web", "docker.io/library/web:latest", "web")]
    [InlineData("library/a/web", "docker.io/library/a/web:latest", "library/a/web")]
    [InlineData("docker.io/a.b/web", "docker.io/a.b/web:latest", "docker.io/a.b/web")]
    [InlineData("web:1.2", "docker.io/library/web:1.2", "web:1.2")]
    [InlineData("team/web", "docker.io/team/web:latest", "team/web")]
    [InlineData("index.docker.io/team/web", "docker.io/team/web:latest", "team/web")]
    [InlineData("localhost/web", "localhost/web:latest", "localhost/web")]
    [InlineData("localhost:5000/team/web:a_b", "localhost:5000/team/web:a_b", "localhost:5000/team/web:a_b")]
    [InlineData("gcr.io/a/b/c--d__e.f", "gcr.io/a/b/c--d__e.f:latest", "gcr.io/a/b/c--d__e.f")]
    [InlineData("[::1]:5000/web", "[::1]:5000/web:latest", "[::1]:5000/web")]
    [InlineData("REGISTRY/web", "REGISTRY/web:latest", "REGISTRY/web")]
    [InlineData("web@" + Digest, "docker.io/library/web@" + Digest, "web@" + Digest)]
    [InlineData("web:1@" + Digest, "docker.io/library/web:1@" + Digest, "web:1@" + Digest)]
    public void A_name_gets_the_defaults_it_leaves_out(string text, string full, string familiar)
    {
        var reference = ImageReference.Parse(text);

        Assert.Equal(full, reference.ToString());
        Assert.Equal(familiar, reference.ToFamiliarString());
        Assert.Equal(reference, ImageReference.Parse(reference.ToString()));
        Assert.Equal(reference, ImageReference.Parse(reference.ToFamiliarString()));
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("Web", "lower case")]
    [InlineData("-web", "not an image name")]
    [InlineData("--help", "not an image name")]
    [InlineData("web:", "tag")]
    [InlineData("web:-x", "tag")]
    [InlineData("web/", "not an image name")]
    [InlineData("/web", "not an image name")]
    [InlineData("a//b", "not an image name")]
    [InlineData("a b", "not an image name")]
    [InlineData("web\n", "not an image name")]
    [InlineData("we\u0301b", "not an image name")]
    [InlineData("https://gcr.io/web", "host name")]
    [InlineData("web@sha256:abc", "digest")]
    [InlineData("web@md5:abc", "digest")]
    [InlineData("bad_host.io:port/web", "host name")]
    [InlineData("..", "not an image name")]
    [InlineData("a/../b", "not an image name")]
    public void A_text_that_is_no_name_is_refused_with_the_reason(string text, string reason)
    {
        Assert.False(ImageReference.TryParse(text, out _, out var problem));
        Assert.Contains(reason, problem, StringComparison.Ordinal);
        Assert.Null(ImageReference.Find(text));
        Assert.Throws<FormatException>(() => ImageReference.Parse(text));
    }

    [Fact]
    public void A_name_may_have_255_characters_and_no_more()
    {
        var longest = new string('a', 255 - "docker.io/library/".Length);

        Assert.True(ImageReference.TryParse(longest, out _, out _));
        Assert.False(ImageReference.TryParse(longest + "a", out _, out var problem));
        Assert.Contains("255", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_long_text_is_refused_in_bounded_time()
    {
        var text = new string('a', 1_000_000) + "!";

        await Task.Run(() =>
        {
            Assert.False(ImageReference.TryParse(text, out _, out _));
            Assert.False(ImageReference.TryParse(string.Concat(Enumerable.Repeat("a-", 100_000)) + "!", out _, out _));
        }).WaitAsync(Hang.Limit);
    }

    [Fact]
    public void Another_tag_keeps_the_repository() =>
        Assert.Equal("localhost:5000/web:2", ImageReference.Parse("localhost:5000/web:1").WithTag("2").ToString());

    [Fact]
    public void Another_tag_or_a_digest_replaces_both()
    {
        var reference = ImageReference.Parse("web:1@" + Digest);

        Assert.Equal("docker.io/library/web:2", reference.WithTag("2").ToString());
        Assert.Equal("docker.io/library/web@" + Digest, reference.WithDigest(Digest).ToString());
        Assert.Equal(ImageReference.Parse("web@" + Digest), reference.WithDigest(Digest));
    }

    [Fact]
    public void What_is_no_tag_or_digest_is_refused_with_the_reason()
    {
        var reference = ImageReference.Parse("web");

        Assert.Contains("'docker.io/library/web:-x' has a tag", Assert.Throws<FormatException>(() => reference.WithTag("-x")).Message, StringComparison.Ordinal);
        Assert.Contains("'docker.io/library/web@sha256:abc' has a digest", Assert.Throws<FormatException>(() => reference.WithDigest("sha256:abc")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("web")]
    [InlineData("index.docker.io/library/web:latest")]
    [InlineData("registry-1.docker.io/library/web")]
    public void The_spelling_is_kept_and_does_not_make_another_name(string text)
    {
        var reference = ImageReference.Parse(text);
        var other = ImageReference.Parse("docker.io/library/web:latest");

        Assert.Equal(text, reference.Spelling);
        Assert.Equal("docker.io/library/web:latest", reference.ToString());
        Assert.Equal(other, reference);
        Assert.Equal(other.GetHashCode(), reference.GetHashCode());
        Assert.NotEqual(ImageReference.Parse("web:2"), reference);
    }

    [Fact]
    public void A_name_that_is_made_from_another_one_is_spelled_in_full()
    {
        var reference = ImageReference.Parse("web");

        Assert.Equal("docker.io/library/web:2", reference.WithTag("2").Spelling);
        Assert.Equal("docker.io/library/web@" + Digest, reference.WithDigest(Digest).Spelling);
    }
}
