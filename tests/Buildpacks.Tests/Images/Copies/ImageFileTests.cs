using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Buildpacks.IO;
using Buildpacks.Oci;
using Buildpacks.Stores.Copies;
using Buildpacks.Testing;
using TarFile = Buildpacks.Tests.Builders.TarFile;

namespace Buildpacks.Tests.Images.Copies;

/// <summary>Copies from one file to another, good and bad.</summary>
[Collection(MemoryCounted.Name)]
public sealed class ImageFileTests : IDisposable
{
    private static readonly byte[] First = [.. Enumerable.Range(0, 300_000).Select(i => (byte)(i * 7))];
    private static readonly byte[] Second = Encoding.UTF8.GetBytes("the second layer");

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(PackImageFormat.Layout)]
    [InlineData(PackImageFormat.OciArchive)]
    [InlineData(PackImageFormat.DockerArchive)]
    public async Task Every_form_can_be_read_and_keeps_the_image(PackImageFormat format)
    {
        var source = DockerArchive().Save(_folder["source.tar"]);

        var written = await CopyAsync(source, "form", format);
        var read = await CopyAsync(_folder["form"], "back.tar", PackImageFormat.DockerArchive);

        var id = OciDigest.Of(Config(First, Second));
        Assert.Equal((id, id), (written.Id, read.Id));
        Assert.Equal(("docker.io/library/web:1", "docker.io/library/web:1"), (written.Name, read.Name));
        Assert.Equal((2, _folder["form"], source, (PackEngineKind?)null), (written.LayersMoved, written.Destination, written.Source, written.Engine));
        Assert.Equal(["back.tar", "form", "source.tar"], Names());
    }

    [Fact]
    public async Task A_layout_has_what_the_specification_asks_for()
    {
        await CopyAsync(DockerArchive().Save(_folder["source.tar"]), "layout", null);

        Assert.Equal("""{"imageLayoutVersion":"1.0.0"}""", File.ReadAllText(_folder["layout/oci-layout"]));
        var index = JsonNode.Parse(File.ReadAllText(_folder["layout/index.json"]))!;
        var entry = Assert.Single(index["manifests"]!.AsArray())!;
        Assert.Equal("docker.io/library/web:1", (string?)entry["annotations"]!["org.opencontainers.image.ref.name"]);
        var manifest = JsonNode.Parse(File.ReadAllText(BlobPath((string)entry["digest"]!)))!;
        Assert.Equal(OciDigest.Of(Config(First, Second)), (string?)manifest["config"]!["digest"]);
        Assert.Equal([OciDigest.Of(First), OciDigest.Of(Second)], manifest["layers"]!.AsArray().Select(layer => (string?)layer!["digest"]));
        Assert.Equal(First, File.ReadAllBytes(BlobPath(OciDigest.Of(First))));
    }

    [Fact]
    public async Task A_layout_keeps_what_it_had_and_gives_a_name_to_the_new_image()
    {
        await CopyAsync(DockerArchive().Save(_folder["one.tar"]), "layout", null);
        File.WriteAllText(_folder["layout/index.json"], File.ReadAllText(_folder["layout/index.json"]).Replace("{\"schemaVersion\":2,", "{\"schemaVersion\":2,\"mine\":true,", StringComparison.Ordinal));
        await CopyAsync(DockerArchive(tag: "other:1", layers: [First]).Save(_folder["two.tar"]), "layout", null);

        var copy = await CopyAsync(DockerArchive(layers: [Second]).Save(_folder["three.tar"]), "layout", null);

        Assert.Equal(0, copy.LayersMoved);
        var index = JsonNode.Parse(File.ReadAllText(_folder["layout/index.json"]))!;
        Assert.True((bool?)index["mine"]);
        Assert.Equal(
            ["docker.io/library/other:1", "docker.io/library/web:1"],
            index["manifests"]!.AsArray().Select(entry => (string?)entry!["annotations"]!["io.containerd.image.name"]).Order());
        Assert.Equal(OciDigest.Of(Config(Second)), (await CopyAsync(_folder["layout"], "web.tar", null, image: "web:1")).Id);
        Assert.Equal(OciDigest.Of(Config(First)), (await CopyAsync(_folder["layout"], "other.tar", null, image: "other:1")).Id);
    }

    [Fact]
    public async Task An_image_gets_its_new_name_only()
    {
        var copy = await CopyAsync(DockerArchive().Save(_folder["source.tar"]), "copy.tar", PackImageFormat.OciArchive, newName: "team/new:2");

        Assert.Equal("docker.io/team/new:2", copy.Name);
        Assert.Equal([copy.Name], copy.Tags);
        Assert.Equal("docker.io/team/new:2", (await CopyAsync(_folder["copy.tar"], "layout", null)).Name);
    }

    [Fact]
    public async Task Compressed_archives_and_layers_are_read()
    {
        var source = DockerArchive(files: [Gzip(First), Second]).SaveCompressed(_folder["source.tar.gz"]);

        var copy = await CopyAsync(source, "layout", null);

        Assert.Equal(OciDigest.Of(Config(First, Second)), copy.Id);
        Assert.Equal(First, File.ReadAllBytes(BlobPath(OciDigest.Of(First))));
    }

    [Theory]
    [InlineData(6)]
    [InlineData(100)]
    public async Task A_compressed_archive_without_its_last_bytes_is_refused(int missing)
    {
        var whole = File.ReadAllBytes(DockerArchive().SaveCompressed(_folder["whole.tar.gz"]));
        File.WriteAllBytes(_folder["source.tar.gz"], whole[..^missing]);

        await RefusedAsync(_folder["source.tar.gz"], "its compression is damaged");
    }

    [Fact]
    public async Task Layers_that_are_links_within_the_archive_are_read()
    {
        var config = Config(First, First);
        var source = new TarFile().Bytes("a/layer.tar", First).Link("b/layer.tar", "../a/layer.tar").Bytes("c.json", config)
            .Text("manifest.json", """[{"Config":"c.json","RepoTags":["web:1"],"Layers":["a/layer.tar","b/layer.tar"]}]""").Save(_folder["source.tar"]);

        Assert.Equal(OciDigest.Of(config), (await CopyAsync(source, "layout", null)).Id);
    }

    [Fact]
    public async Task Of_several_images_one_has_to_be_named()
    {
        await CopyAsync(DockerArchive().Save(_folder["one.tar"]), "layout", null);
        await CopyAsync(DockerArchive(tag: "other:1", layers: [First]).Save(_folder["two.tar"]), "layout", null);

        var failure = await FailAsync(_folder["layout"], "copy.tar");
        Assert.Equal("ImageAmbiguous", failure.ErrorId);
        Assert.Contains("docker.io/library/other:1", failure.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal("ImageNotFound", (await FailAsync(_folder["layout"], "copy.tar", image: "third")).ErrorId);
    }

    [Fact]
    public async Task An_existing_file_is_not_replaced_without_Force()
    {
        var source = DockerArchive().Save(_folder["source.tar"]);
        _folder.File("file.tar", "mine");
        _folder.File("folder/mine.txt", "mine");

        Assert.Equal("DestinationExists", (await FailAsync(source, "file.tar")).ErrorId);
        Assert.Equal("DestinationExists", (await FailAsync(source, "file.tar", PackImageFormat.Layout)).ErrorId);
        Assert.Equal("DestinationExists", (await FailAsync(source, "folder")).ErrorId);
        Assert.Equal("DestinationExists", (await FailAsync(source, "folder", PackImageFormat.OciArchive)).ErrorId);
        Assert.Equal("DestinationParentNotFound", (await FailAsync(source, "none/file.tar")).ErrorId);
        Assert.Equal("mine", File.ReadAllText(_folder["file.tar"]));
        Assert.Equal(["mine.txt"], Directory.GetFileSystemEntries(_folder["folder"]).Select(Path.GetFileName));

        await ImageCopier.CopyAsync(
            new CopyRequest(CopyPlace.At(source), CopyPlace.At(_folder["file.tar"]) with { Overwrite = true }), new SilentSink(), CancellationToken.None);
        Assert.Equal(OciDigest.Of(Config(First, Second)), (await CopyAsync(_folder["file.tar"], "layout", null)).Id);
    }

    [Theory]
    [InlineData("../outside/evil")]
    [InlineData("/../outside/evil")]
    [InlineData("a/../../evil")]
    public async Task An_archive_that_leads_out_of_itself_is_refused(string name)
    {
        var source = DockerArchive().Text(name, "evil").Save(_folder["source.tar"]);

        await RefusedAsync(source, "points outside");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_archive_whose_entries_are_named_from_the_root_is_read(bool oci)
    {
        // pack writes the files of packages so.
        var source = DockerArchive().Save(_folder["plain.tar"]);
        if (oci)
        {
            await CopyAsync(source, "oci.tar", PackImageFormat.OciArchive);
            source = _folder["oci.tar"];
        }

        var rooted = new TarFile();
        await using (var plain = File.OpenRead(source))
        await using (var tar = new System.Formats.Tar.TarReader(plain))
        {
            while (await tar.GetNextEntryAsync(copyData: true) is { } entry)
            {
                rooted.Add(entry.EntryType is System.Formats.Tar.TarEntryType.Directory
                    ? new System.Formats.Tar.PaxTarEntry(entry.EntryType, "/" + entry.Name)
                    : new System.Formats.Tar.PaxTarEntry(entry.EntryType, "/" + entry.Name) { DataStream = entry.DataStream });
            }
        }

        Assert.Equal(OciDigest.Of(Config(First, Second)), (await CopyAsync(rooted.Save(_folder["rooted.tar"]), "layout", null)).Id);
    }

    [Fact]
    public async Task A_link_out_of_the_archive_or_in_a_circle_is_refused()
    {
        _folder.File("secret", "secret");
        await RefusedAsync(new TarFile().Link("a", "../../secret").Save(_folder["out.tar"]), "points outside");
        await RefusedAsync(new TarFile().Link("a", "/secret").Save(_folder["absolute.tar"]), "points outside");
        await RefusedAsync(
            new TarFile().Link("a", "b").Link("b", "a").Bytes("c.json", Config(First))
                .Text("manifest.json", """[{"Config":"a","RepoTags":["web:1"],"Layers":["a"]}]""").Save(_folder["circle.tar"]),
            "its links form a cycle");
    }

    [Fact]
    public async Task Content_with_a_wrong_digest_is_refused()
    {
        await RefusedAsync(DockerArchive(files: [First, Encoding.UTF8.GetBytes("another second!!")]).Save(_folder["docker.tar"]), "does not match its digest");
        await RefusedAsync(DockerArchive(files: [First, Gzip(First)]).Save(_folder["packed.tar"]), "is not the layer");

        await CopyAsync(DockerArchive().Save(_folder["source.tar"]), "layout", null);
        foreach (var (digest, problem) in new[] { (OciDigest.Of(First), "does not match its digest"), (OciDigest.Of(Config(First, Second)), "does not match its digest") })
        {
            var content = File.ReadAllBytes(BlobPath(digest));
            content[^1] ^= 1;
            File.WriteAllBytes(BlobPath(digest), content);
            await RefusedAsync(_folder["layout"], problem);
            content[^1] ^= 1;
            File.WriteAllBytes(BlobPath(digest), content);
        }

        File.WriteAllBytes(BlobPath(OciDigest.Of(First)), First[..^1]);
        await RefusedAsync(_folder["layout"], "bytes, and its manifest says");
    }

    [Fact]
    public async Task A_missing_layer_is_an_error_that_names_it()
    {
        await CopyAsync(DockerArchive().Save(_folder["source.tar"]), "layout", null);
        File.Delete(BlobPath(OciDigest.Of(Second)));

        var failure = await FailAsync(_folder["layout"], "copy.tar");

        Assert.Equal("LayerMissing", failure.ErrorId);
        Assert.Contains(OciDigest.Of(Second), failure.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["copy.tar"]));
    }

    [Fact]
    public async Task A_layer_that_the_destination_has_need_not_be_in_the_source()
    {
        var source = DockerArchive().Save(_folder["source.tar"]);
        await CopyAsync(source, "layout", null);
        await CopyAsync(source, "sparse", null);
        File.WriteAllBytes(_folder["sparse/" + LayoutPath.Blob(OciDigest.Of(First))], []);

        var copy = await CopyAsync(_folder["sparse"], "layout", null, newName: "other");

        Assert.Equal((0, 2), (copy.LayersMoved, copy.LayersSkipped));
        Assert.Equal(OciDigest.Of(Config(First, Second)), (await CopyAsync(_folder["layout"], "other.tar", null, image: "other")).Id);
    }

    [Fact]
    public async Task A_file_that_is_not_an_image_is_refused()
    {
        await RefusedAsync(_folder.File("text.tar", new string('x', 2000)), "it is not a complete tar archive");
        await RefusedAsync(_folder.File("empty.tar", ""), "no index.json and no manifest.json");
        await RefusedAsync(_folder.Folder("empty"), "it has no index.json");
        await RefusedAsync(new TarFile().Text("manifest.json", "[").Save(_folder["json.tar"]), "is malformed");
        await RefusedAsync(new TarFile().Text("manifest.json", "[]").Save(_folder["none.tar"]), "it does not name an image");
        await RefusedAsync(new TarFile().Text("manifest.json", "[]").Text("./manifest.json", "[]").Save(_folder["twice.tar"]), "twice");
        await RefusedAsync(new TarFile().Bytes("manifest.json", new byte[5_000_000]).Save(_folder["large.tar"]), "5000000 bytes, more than");
        await RefusedAsync(new TarFile().Text("manifest.json", """[{"Config":"none","Layers":[]}]""").Save(_folder["config.tar"]), "it has no none");
        await RefusedAsync(
            new TarFile().Text("index.json", """{"manifests":[{"mediaType":"x","digest":"sha256:../../etc/passwd","size":1}]}""").Save(_folder["digest.tar"]), "is not a digest");
        var whole = DockerArchive().ToBytes();
        File.WriteAllBytes(_folder["cut.tar"], whole[..(whole.Length / 2)]);
        await RefusedAsync(_folder["cut.tar"], "");
        Assert.Equal("ImageFileNotFound", (await FailAsync(_folder["none"], "copy.tar")).ErrorId);
    }

    [Fact]
    public async Task A_copy_that_fails_leaves_an_existing_layout_as_it_was()
    {
        await CopyAsync(DockerArchive(tag: "other:1", layers: [Second]).Save(_folder["other.tar"]), "layout", null);
        var before = Files(_folder["layout"]);

        await FailAsync(DockerArchive(files: [First, Encoding.UTF8.GetBytes("another second!!")], layers: [First, Encoding.UTF8.GetBytes("some second!!!!!")]).Save(_folder["bad.tar"]), "layout");

        Assert.Equal(before, Files(_folder["layout"]));
    }

    [Fact]
    public async Task A_layer_passes_through_and_is_not_held()
    {
        const int large = 64_000_000;
        var source = DockerArchive(layers: [new byte[large]]).Save(_folder["source.tar"]);
        var before = GC.GetTotalAllocatedBytes(precise: true);

        await CopyAsync(source, "layout", null);
        await CopyAsync(_folder["layout"], "copy.tar", PackImageFormat.OciArchive);

        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, large / 2);
        Assert.True(new FileInfo(_folder["copy.tar"]).Length > large);
    }

    private static byte[] Config(params byte[][] layers) => JsonSerializer.SerializeToUtf8Bytes(
        new OciImageConfig { Architecture = "amd64", Os = "linux", Rootfs = new OciRootFs { DiffIds = [.. layers.Select(layer => OciDigest.Of(layer))] } },
        OciJson.Default.OciImageConfig);

    private static TarFile DockerArchive(string tag = "web:1", byte[][]? layers = null, byte[][]? files = null)
    {
        layers ??= [First, Second];
        files ??= layers;
        var archive = new TarFile();
        for (var i = 0; i < files.Length; i++)
        {
            archive.Bytes($"{i}/layer.tar", files[i]);
        }

        var paths = string.Join(',', files.Select((_, i) => $"\"{i}/layer.tar\""));
        return archive.Bytes("config.json", Config(layers)).Text("manifest.json", $$"""[{"Config":"config.json","RepoTags":["{{tag}}"],"Layers":[{{paths}}]}]""");
    }

    private static byte[] Gzip(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionMode.Compress))
        {
            gzip.Write(content);
        }

        return packed.ToArray();
    }

    private string BlobPath(string digest) => _folder["layout/" + LayoutPath.Blob(digest)];

    private IEnumerable<string?> Names() => Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName).Order();

    private static IReadOnlyList<string> Files(string folder) =>
        [.. Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Order().Select(file => file + " " + OciDigest.Of(File.ReadAllBytes(file)))];

    private Task<PackImageCopy> CopyAsync(string source, string destination, PackImageFormat? format, string? image = null, string? newName = null) =>
        ImageCopier.CopyAsync(
            new CopyRequest(CopyPlace.At(source), CopyPlace.At(_folder[destination]) with { Format = format }) { Image = image, NewName = newName },
            new SilentSink(), CancellationToken.None);

    private async Task<PackException> FailAsync(string source, string destination, PackImageFormat? format = null, string? image = null) =>
        await Assert.ThrowsAsync<PackException>(() => CopyAsync(source, destination, format, image));

    /// <summary>Nothing is written, neither where it should be nor anywhere near.</summary>
    private async Task RefusedAsync(string source, string problem)
    {
        var before = Names().ToList();
        foreach (var destination in new[] { "refused", "refused.tar" })
        {
            var failure = await FailAsync(source, destination);
            Assert.Equal("ImageInvalid", failure.ErrorId);
            Assert.Contains(source, failure.Message, StringComparison.Ordinal);
            Assert.Contains(problem, failure.Message, StringComparison.Ordinal);
        }

        Assert.Equal(before, Names());
    }
}
