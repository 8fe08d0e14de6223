using Buildpacks.Caches;
using Buildpacks.Caches.Images;
using Buildpacks.Engines;
using Buildpacks.Oci;

namespace Buildpacks.Tests.Builds;

public sealed class CacheSpecTests
{
    private const string One = "sha256:1111111111111111111111111111111111111111111111111111111111111111";
    private const string Two = "sha256:2222222222222222222222222222222222222222222222222222222222222222";

    [Theory]
    [InlineData("type=build;format=volume;name=my-cache", "Build", "Volume", "my-cache")]
    [InlineData("format=bind;source=/tmp/a b=c", "Build", "Bind", "/tmp/a b=c")]
    [InlineData("TYPE=launch; Format=volume;", "Launch", "Volume", null)]
    [InlineData("name=ghcr.io/team/cache;format=image", "Build", "Image", "ghcr.io/team/cache")]
    public void A_cache_is_read_as_pack_writes_it(string text, string kind, string format, string? source)
    {
        var spec = CacheSpec.Parse(text);

        Assert.Equal((kind, format, source), (spec.Kind.ToString(), spec.Format.ToString(), spec.Source));
    }

    [Theory]
    [InlineData("", "empty field")]
    [InlineData("build", "key=value")]
    [InlineData("type=", "key=value")]
    [InlineData("type=build;type=launch", "twice")]
    [InlineData("type=kaniko", "neither build nor launch")]
    [InlineData("format=tar", "none of volume, bind and image")]
    [InlineData("format=bind", "needs 'source='")]
    [InlineData("format=image", "needs 'name='")]
    [InlineData("format=bind;name=/tmp", "not 'name='")]
    [InlineData("format=volume;source=x", "not 'source='")]
    [InlineData("format=volume;name=x;source=y", "both")]
    [InlineData("format=volume;nmae=x", "no key 'nmae'")]
    [InlineData("format=volume;name=/etc", "not a name of a volume")]
    [InlineData("type=launch;format=image;name=example.com/x", "launch cache cannot be an image")]
    [InlineData("format=bind;source=a\nb", "control character")]
    public void A_cache_that_is_not_valid_is_refused(string text, string problem)
    {
        var failure = Assert.Throws<PackException>(() => CacheSpec.Parse(text));

        Assert.Equal(PackErrorIds.CacheInvalid, failure.ErrorId);
        Assert.Contains(problem, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
    }

    [Fact]
    public void A_choice_has_volumes_folders_and_images_in_their_places()
    {
        var choice = CacheChoice.Read(["type=build;format=bind;source=caches", "type=launch;format=volume;name=com"], null, publish: false, "/work");

        Assert.Equal(new CachePlace(ContainerMountKind.Bind, Path.GetFullPath("/work/caches/build-cache")), choice.Build);
        Assert.Equal(CachePlace.Volume("c_o_m"), choice.Launch);
        Assert.Equal("example.com/cache:latest", CacheChoice.Read(["format=image;name=example.com/cache"], null, publish: true, "/").Image?.ToString());
    }

    [Theory]
    [InlineData("example.com/cache", false, null, "needs -Publish")]
    [InlineData("Example.com/CACHE", true, null, "not valid")]
    [InlineData("example.com/cache", true, "format=volume;name=x", "a build has one")]
    [InlineData(null, false, "format=image;name=example.com/cache", "needs -Publish")]
    [InlineData(null, false, "format=volume;name=x|format=volume;name=y", "second build cache")]
    public void A_choice_that_cannot_be_is_refused(string? image, bool publish, string? caches, string problem)
    {
        var failure = Assert.Throws<PackException>(() => CacheChoice.Read(caches?.Split('|') ?? [], image, publish, "/"));

        Assert.Equal(PackErrorIds.CacheInvalid, failure.ErrorId);
        Assert.Contains(problem, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cache_image_has_a_name_of_its_own()
    {
        var choice = CacheChoice.Read([], "example.com/web:cache", publish: true, "/");

        choice.RefuseNames([ImageReference.Parse("example.com/web:latest")], (ImageReference.Parse("example.com/builder"), "builder"), (null, "run image"));
        Assert.Contains("a name of the image", Refused([ImageReference.Parse("example.com/web:cache")]).Message, StringComparison.Ordinal);
        Assert.Contains("name of the builder", Refused([], (ImageReference.Parse("example.com/web:cache"), "builder")).Message, StringComparison.Ordinal);

        PackException Refused(ImageReference[] names, params (ImageReference?, string)[] others) =>
            Assert.Throws<PackException>(() => choice.RefuseNames(names, others));
    }

    [Fact]
    public void Metadata_lists_each_layer_once_and_can_go_without_some()
    {
        var text = """{"sbom":{"sha":"TWO"},"buildpacks":[{"key":"a","layers":{"x":{"sha":"ONE","data":{"sha":"kept"},"cache":true},"y":{"sha":"ONE"}}},{"key":"b","layers":{"z":{"sha":"TWO"}}}]}"""
            .Replace("ONE", One, StringComparison.Ordinal).Replace("TWO", Two, StringComparison.Ordinal);

        var metadata = CacheMetadata.Read(text + "\n")!;

        Assert.Equal(text, metadata.Text);
        Assert.Equal([new CacheMetadata.Layer("a", One), new CacheMetadata.Layer("b", Two)], metadata.Layers);
        Assert.Equal("""{"sbom":{"sha":""},"buildpacks":[{"key":"a","layers":{"x":{"sha":"sha256:1111111111111111111111111111111111111111111111111111111111111111","data":{"sha":"kept"},"cache":true},"y":{"sha":"sha256:1111111111111111111111111111111111111111111111111111111111111111"}}},{"key":"b","layers":{}}]}""", metadata.Without(new HashSet<string> { Two }).Text);
        Assert.Empty(metadata.Without(new HashSet<string> { One, Two }).Layers);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("1")]
    public void What_is_no_metadata_is_none(string? text) => Assert.Null(CacheMetadata.Read(text));

    [Theory]
    [InlineData("""{"buildpacks":[{"layers":[]},null,3,{"key":7,"layers":{"x":{"sha":5},"y":null}}],"sbom":[]}""")]
    [InlineData("""{"sbom":{"sha":"../../etc/passwd"}}""")]
    public void What_is_no_digest_is_no_layer(string text) => Assert.Empty(CacheMetadata.Read(text)!.Layers);

    [Fact]
    public void Metadata_that_says_something_twice_goes_without_all() => Assert.Empty(
        CacheMetadata.Read("""{"buildpacks":[{"key":"a","layers":{"x":{"sha":"ONE"},"x":{"sha":"ONE"}}}]}""".Replace("ONE", One, StringComparison.Ordinal))!.Without(new HashSet<string> { One }).Layers);
}
