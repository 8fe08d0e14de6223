using Buildpacks.Oci;

namespace Buildpacks.Tests.Oci;

public class LayoutPathTests
{
    private const string Digest = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    [Theory]
    [InlineData("web", "index.docker.io/library/web/latest")]
    [InlineData("index.docker.io/team/web:1", "index.docker.io/team/web/1")]
    [InlineData("localhost:5000/web:1.2", "localhost:5000/web/1.2")]
    [InlineData("ghcr.io/team/web:1@" + Digest, "ghcr.io/team/web/sha256/e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    public void An_image_has_its_place_under_the_layout_directory(string name, string path) =>
        Assert.Equal(path, LayoutPath.For(ImageReference.Parse(name)));

    [Theory]
    [InlineData("localhost/web", "localhost/web/latest", "index.docker.io/localhost/web/latest")]
    [InlineData("localhost/team/web:1", "localhost/team/web/1", "index.docker.io/localhost/team/web/1")]
    [InlineData("localhost/web@" + Digest, "localhost/web/sha256/e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "index.docker.io/localhost/web/sha256/e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("localhost:5000/web", "localhost:5000/web/latest")]
    [InlineData("[::1]:5000/web:2", "[::1]:5000/web/2")]
    [InlineData("docker.io/localhost/web", "index.docker.io/localhost/web/latest")]
    [InlineData("registry-1.docker.io/web:1", "index.docker.io/library/web/1", "registry-1.docker.io/web/1")]
    [InlineData("registry-1.docker.io/team/web@" + Digest, "index.docker.io/team/web/sha256/e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "registry-1.docker.io/team/web/sha256/e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("web", "index.docker.io/library/web/latest")]
    public void A_name_that_lifecycles_read_differently_has_a_path_for_each_reading(string name, params string[] paths) =>
        Assert.Equal(paths, LayoutPath.AllFor(ImageReference.Parse(name)));

    [Fact]
    public void A_blob_lies_under_its_digest() =>
        Assert.Equal("blobs/sha256/" + Digest["sha256:".Length..], LayoutPath.Blob(Digest));

    [Theory]
    [InlineData("sha256:../../../../etc/passwd")]
    [InlineData("sha512:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("sha256:E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855")]
    [InlineData("")]
    public void What_is_no_digest_becomes_no_path(string digest) =>
        Assert.Throws<FormatException>(() => LayoutPath.Blob(digest));

    [Fact]
    public void The_digest_of_nothing_is_known() => Assert.Equal(Digest, OciDigest.Of([]));
}
