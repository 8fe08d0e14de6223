using Buildpacks.Caches;
using Buildpacks.Configuration;
using Buildpacks.Engines;
using Buildpacks.Engines.Podman;
using Buildpacks.IO;
using Buildpacks.Testing;

namespace Buildpacks.Tests.Caches;

public sealed class CacheCatalogTests : IDisposable
{
    private const string Web = "example.org/web:latest";

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private CacheUses Uses => new(_folder["caches"]);

    private static CacheUse Use => new() { Engine = "podman here", Image = Web, Target = CacheUseTarget.Engine, BuildVolume = "v", LastUsed = DateTimeOffset.UnixEpoch };

    [Fact]
    public void A_use_is_remembered_for_its_engine_and_replaced_by_the_next()
    {
        Uses.Store(Use);
        Uses.Store(Use with { BuildVolume = "w" });
        Uses.Store(Use with { Engine = "podman there" });

        Assert.Equal([Use with { BuildVolume = "w" }], Uses.Of("podman here"));
        Uses.Remove(Use);
        Assert.Empty(Uses.Of("podman here"));
        Assert.Single(Uses.Of("podman there"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("{\"Engine\":\"podman here\",\"Image\":null,\"Target\":\"Engine\",\"LastUsed\":\"2026-01-01T00:00:00Z\"}")]
    public void A_file_that_is_damaged_is_left_out(string text)
    {
        Uses.Store(Use);
        _folder.File("caches/damaged.json", text);
        Directory.CreateDirectory(_folder["caches/folder.json"]);

        Assert.Equal([Use], Uses.Of("podman here"));
    }

    [Theory]
    [InlineData(CacheUseTarget.Engine, null, true)]
    [InlineData(CacheUseTarget.Registry, null, null)]
    [InlineData(CacheUseTarget.File, "/nowhere/layout", true)]
    [InlineData(CacheUseTarget.File, "/", false)]
    public void Where_the_image_went_tells_whether_its_cache_is_orphaned(object target, string? path, bool? orphaned)
    {
        var known = Known(tags: [], Use with { Target = (CacheUseTarget)target, TargetPath = path });
        var cache = known.OfVolume(Volume("v"))!;

        Assert.Equal(orphaned, known.IsOrphaned(cache, [Volume("v")]));
        Assert.Equal(false, Known(tags: [Web], Use with { Target = (CacheUseTarget)target, TargetPath = path }).IsOrphaned(cache, [Volume("v")]));
    }

    [Fact]
    public void A_cache_that_several_images_share_is_orphaned_when_all_are_gone()
    {
        CacheUse[] uses = [Use, Use with { Image = "example.org/job:latest", LastUsed = DateTimeOffset.UnixEpoch.AddDays(1) }];
        var cache = Known(tags: [], uses).OfVolume(Volume("v"))!;

        Assert.Equal(["example.org/web:latest", "example.org/job:latest"], cache.Images.Select(image => image.ToString()));
        Assert.Equal(uses[1].LastUsed, cache.LastUsed);
        Assert.Equal(true, Known(tags: [], uses).IsOrphaned(cache, []));
        Assert.Equal(false, Known(tags: [Web], uses).IsOrphaned(cache, []));
    }

    [Theory]
    [InlineData("pack-cache-library_web_latest-9185cc4b4c3e.build", PackCacheKind.Build)]
    [InlineData("pack-cache-library_web_latest-9185cc4b4c3e.launch", PackCacheKind.Launch)]
    [InlineData("pack-cache-library_web_latest-9185cc4b4c3e.image", PackCacheKind.ImageCopy)]
    [InlineData("pack-cache-library_web_latest-9185cc4b4c3e.kaniko", PackCacheKind.Kaniko)]
    [InlineData("pack-cache-library_web_latest-9185cc4b4c3.build", null)]
    [InlineData("pack-layers-abcdefghij", null)]
    [InlineData("mine", null)]
    public void Volumes_of_unknown_images_are_known_by_their_names(string volume, PackCacheKind? kind)
    {
        var cache = Known(tags: []).OfVolume(Volume(volume));

        Assert.Equal(kind, cache?.Kind);
        Assert.Empty(cache?.Images ?? []);
    }

    [Fact]
    public void Sizes_are_read_from_the_table_of_podman() => Assert.Equal(
        new Dictionary<string, long> { ["v1"] = 2_469_000, ["v2"] = 0, ["a.b-c"] = 1_500, ["large"] = 12_340_000_000 },
        PodmanVolumeSizes.Read(
            """
            Images space usage:

            REPOSITORY  TAG  IMAGE ID  CREATED  SIZE  SHARED SIZE  UNIQUE SIZE  CONTAINERS
            a  1  2.469MB

            Local Volumes space usage:

            VOLUME NAME  LINKS       SIZE
            v1           0           2.469MB
            v2           12          0B
            a.b-c        0           1.5kB
            large        0           12.34GB
            odd          0           many
            """.Split('\n')));

    [UnixFact]
    public void The_size_of_a_folder_counts_each_file_once_and_follows_no_link()
    {
        var file = _folder.File("files/a/one", "12345");
        _folder.File("elsewhere", new string('x', 1000));
        File.CreateSymbolicLink(_folder["files/link"], _folder["elsewhere"]);
        Directory.CreateSymbolicLink(_folder["files/loop"], _folder["files"]);
        if (OperatingSystem.IsLinux())
        {
            System.Diagnostics.Process.Start("ln", [file, _folder["files/two"]]).WaitForExit();
        }

        Assert.Equal(5, FolderUsage.Find(_folder["files"], CancellationToken.None)!.Size);
        Assert.Null(FolderUsage.Find(_folder["none"], CancellationToken.None));
    }

    private static VolumeSummary Volume(string name) => new(name, new Dictionary<string, string>());

    private KnownCaches Known(string[] tags, params CacheUse[] uses) => new(new VolumeKeys(_folder["keys.toml"]), uses, tags.ToHashSet());
}
