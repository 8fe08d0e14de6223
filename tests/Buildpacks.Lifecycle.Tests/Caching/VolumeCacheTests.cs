using Buildpacks.Lifecycle.Caching;
using Buildpacks.Lifecycle.Files;
using Buildpacks.Lifecycle.Layers;
using Buildpacks.Lifecycle.Os;
using Buildpacks.Testing;

namespace Buildpacks.Lifecycle.Tests.Caching;

public sealed class VolumeCacheTests : IDisposable
{
    private readonly TestFolder folder = new("cache");

    public VolumeCacheTests() => folder.Folder("cache");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_was_committed_is_found_by_the_next_build()
    {
        var first = Open();
        var (_, diffId) = first.Add(Layer("content"));
        Assert.Null(Open().Find(diffId));
        first.Commit(Metadata(diffId));

        var second = Open();

        Assert.True(second.Exists);
        Assert.Equal(folder[$"cache/committed/{diffId}.tar"], second.Find(diffId));
        Assert.Equal(diffId, second.ReadMetadata().For("samples/a").Layers["layer"].Sha);
        Assert.Equal("abc", second.ReadMetadata().For("samples/a").Layers["layer"].Data!["lock"]);
    }

    [Fact]
    public void What_is_neither_written_nor_kept_goes()
    {
        var first = Open();
        var (_, kept) = first.Add(Layer("kept"));
        var (_, dropped) = first.Add(Layer("dropped"));
        first.Commit(Metadata(kept));
        var second = Open();
        Assert.True(second.TryReuse(kept));
        second.Commit(Metadata(kept));

        var third = Open();

        Assert.NotNull(third.Find(kept));
        Assert.Null(third.Find(dropped));
        Assert.Equal(["committed"], Directory.GetFileSystemEntries(folder["cache"]).Select(path => Path.GetFileName(path)!));
    }

    [Fact]
    public void A_build_that_breaks_off_leaves_the_cache_as_it_was()
    {
        var first = Open();
        var (_, diffId) = first.Add(Layer("content"));
        first.Commit(Metadata(diffId));
        Open().Add(Layer("half a build"));

        var next = Open();

        Assert.NotNull(next.Find(diffId));
        next.Commit(new CacheMetadata());
        Assert.Empty(Directory.GetFiles(folder["cache/committed"], "*.tar"));
    }

    [Fact]
    public void A_cache_whose_taking_over_broke_off_is_put_right()
    {
        var first = Open();
        var (_, diffId) = first.Add(Layer("content"));
        first.Commit(Metadata(diffId));
        Directory.Move(folder["cache/committed"], folder["cache/committed-backup"]);

        Assert.NotNull(Open().Find(diffId));
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("{\"buildpacks\": 7, \"sbom\": []}")]
    public void Metadata_that_is_no_such_thing_is_an_empty_cache(string text)
    {
        folder.File("cache/committed/io.buildpacks.lifecycle.cache.metadata", text);

        var metadata = Open().ReadMetadata();

        Assert.Empty(metadata.Buildpacks);
        Assert.Null(metadata.Sbom);
    }

    [Fact]
    public void Metadata_of_other_lifecycles_is_understood()
    {
        folder.File(
            "cache/committed/io.buildpacks.lifecycle.cache.metadata",
            """{"sbom":{"sha":"sha256:1"},"buildpacks":[{"key":"samples/a","version":"1.0","layers":{"l":{"sha":"sha256:2","data":{"n":1,"t":{"x":[true,"y"]}},"build":true,"launch":false,"cache":true}}}]}""");

        var metadata = Open().ReadMetadata();

        var layer = metadata.For("samples/a").Layers["l"];
        Assert.Equal(("sha256:1", "sha256:2"), (metadata.Sbom, layer.Sha));
        Assert.Equal(new LayerTypes(Launch: false, Build: true, Cache: true), layer.Types);
        Assert.Equal(1L, layer.Data!["n"]);
    }

    [Fact]
    public void A_diff_id_never_leads_out_of_the_cache() => Assert.Null(Open().Find("../../../etc/passwd"));

    private static CacheMetadata Metadata(string diffId) => new()
    {
        Buildpacks =
        [
            new BuildpackLayersMetadata("samples/a", "1.0")
            {
                Layers = new Dictionary<string, LayerMetadata>
                {
                    ["layer"] = new() { Sha = diffId, Types = new LayerTypes(Launch: false, Build: false, Cache: true), Data = new() { ["lock"] = "abc" } },
                },
            },
        ],
    };

    private VolumeCache Open() => new(folder["cache"]);

    private LayerSource Layer(string content)
    {
        folder.File($"{content}/file", content);
        return DirectoryLayer.Of(content, folder[content], Owner.Root, "");
    }
}
