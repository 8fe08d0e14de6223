using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Buildpacks.Oci;
using Buildpacks.Sboms;
using Buildpacks.Stores;
using Buildpacks.Stores.LayerCaching;
using Buildpacks.Stores.Layouts;
using Buildpacks.Testing;
using TarFile = Buildpacks.Tests.Builders.TarFile;

namespace Buildpacks.Tests.Sboms;

/// <summary>SBOM files out of images with good and hostile layers.</summary>
public sealed class SbomExportTests : IDisposable
{
    private const string Name = "example.org/team/web:latest";

    private readonly TestFolder _folder = new("sbom");
    private readonly WarningSink _sink = new();

    private LayerCache Cache => new(_folder["cache"]);

    private string Destination => _folder["out"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Files_are_written_as_pack_does_and_described(bool isPacked)
    {
        await PutAsync(Layer(), isPacked);

        var files = await ExportAsync();

        Assert.Equal(
            ["launch   sbom.legacy.json", "launch a/b  sbom.cdx.json CycloneDx", "launch a/b node sbom.spdx.json Spdx", "launch c node_modules sbom.syft.json Syft"],
            files.Select(file => $"{file.Phase} {file.BuildpackId} {file.Layer} {Path.GetFileName(file.Path)} {file.Format}".TrimEnd()));
        Assert.Equal([null, "application/vnd.cyclonedx+json", "application/spdx+json", "application/vnd.syft+json"], files.Select(file => file.MediaType));
        Assert.Equal(Path.Combine(Destination, "layers", "sbom", "launch", "a_b", "node", "sbom.spdx.json"), files[2].Path);
        Assert.All(files, file => Assert.Equal((new FileInfo(file.Path).Length, Name, "example.org"), (file.Size, file.Image, file.Registry)));
        Assert.Equal("spdx", await File.ReadAllTextAsync(files[2].Path));
        Assert.Equal(files.Select(file => file.Path).Order(), Written());
        Assert.Empty(_sink.Warnings);
    }

    [Fact]
    public async Task Only_the_formats_that_are_wanted_are_written()
    {
        await PutAsync(Layer());

        var files = await ExportAsync(new(Name, Destination) { Formats = [PackSbomFormat.Spdx, PackSbomFormat.Syft] });
        var failure = await FailAsync(new(Name, _folder["other"]) { Formats = [PackSbomFormat.CycloneDx] }, new TarFile().Text("layers/sbom/launch/a_b/sbom.spdx.json", "{}"));

        Assert.Equal(["sbom.spdx.json", "sbom.syft.json"], files.Select(file => Path.GetFileName(file.Path)));
        Assert.Equal(2, Written().Count);
        Assert.Equal("SbomFormatMissing", failure.ErrorId);
        Assert.Contains("Spdx", failure.RecommendedAction, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["other"]));
    }

    [Fact]
    public async Task Files_that_exist_need_force()
    {
        await PutAsync(Layer());
        var old = _folder.File("out/layers/sbom/launch/c/node_modules/sbom.syft.json", "old");

        var failure = await Assert.ThrowsAsync<PackException>(() => ExportAsync());
        var left = Written();
        var files = await ExportAsync(new(Name, Destination) { Force = true });

        Assert.Equal(("DestinationExists", old), (failure.ErrorId, failure.Target));
        Assert.Equal([old], left);
        Assert.Equal((4, "syft"), (files.Count, await File.ReadAllTextAsync(old)));
    }

    [Theory]
    [InlineData("layers/sbom/../../../escaped.json")]
    [InlineData("../escaped.json")]
    [InlineData("/layers/sbom/launch/../../../../escaped.json")]
    [InlineData("layers/sbom/launch/a\u001b[31m.json")]
    public async Task A_name_that_leads_out_or_has_control_characters_is_refused(string name)
    {
        var failure = await FailAsync(null, Layer().Text(name, "x"));

        Assert.Equal("SbomInvalid", failure.ErrorId);
        Assert.DoesNotContain('\u001b', failure.Message);
        Assert.Empty(Written());
    }

    [Fact]
    public async Task An_entry_twice_and_one_through_a_link_are_refused()
    {
        var twice = await FailAsync(null, Layer().Text("layers/sbom/launch/sbom.legacy.json", "again"));
        var through = await FailAsync(null, new TarFile().Link("layers/sbom/launch", _folder.Path).Text("layers/sbom/launch/escaped.json", "x"));

        Assert.Equal(("SbomInvalid", "SbomInvalid"), (twice.ErrorId, through.ErrorId));
        Assert.Empty(Written());
        Assert.False(File.Exists(_folder["escaped.json"]));
    }

    [Fact]
    public async Task Links_and_devices_are_left_out_with_a_warning()
    {
        await PutAsync(Layer()
            .Link("layers/sbom/launch/passwd.json", "/etc/passwd").HardLink("layers/sbom/launch/hard.json", "layers/sbom/launch/sbom.legacy.json")
            .Add(new PaxTarEntry(TarEntryType.Fifo, "layers/sbom/launch/pipe.json")));

        var files = await ExportAsync();

        Assert.Equal((4, 4, 3), (files.Count, Written().Count, _sink.Warnings.Count));
        Assert.Contains("passwd.json", _sink.Warnings[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_below_the_folder_of_the_sbom_is_left_out()
    {
        await PutAsync(Layer().Text("etc/passwd", "x").Text("layers/sbom.json", "x"));

        await ExportAsync();

        Assert.Equal(4, Written().Count);
    }

    [UnixFact]
    public async Task A_link_in_the_destination_is_not_followed()
    {
        await PutAsync(Layer());
        var elsewhere = _folder.Folder("elsewhere");
        var link = Path.Combine(_folder.Folder("out"), "layers");
        Directory.CreateSymbolicLink(link, elsewhere);

        var failure = await Assert.ThrowsAsync<PackException>(() => ExportAsync(new(Name, Destination) { Force = true }));

        Assert.Equal(("PathUnusable", link), (failure.ErrorId, failure.Target));
        Assert.Empty(Directory.GetFileSystemEntries(elsewhere));
    }

    [UnixFact]
    public async Task A_link_in_the_place_of_a_file_is_replaced_with_force_and_its_target_stays()
    {
        await PutAsync(Layer());
        var target = _folder.File("target", "kept");
        var link = Path.Combine(Directory.CreateDirectory(_folder["out/layers/sbom/launch"]).FullName, "sbom.legacy.json");
        File.CreateSymbolicLink(link, target);

        var failure = await Assert.ThrowsAsync<PackException>(() => ExportAsync());
        await ExportAsync(new(Name, Destination) { Force = true });

        Assert.Equal("DestinationExists", failure.ErrorId);
        Assert.Null(new FileInfo(link).LinkTarget);
        Assert.Equal(("kept", "null"), (await File.ReadAllTextAsync(target), await File.ReadAllTextAsync(link)));
    }

    [Fact]
    public async Task A_destination_that_is_a_file_is_an_error()
    {
        await PutAsync(Layer());

        var failure = await Assert.ThrowsAsync<PackException>(() => ExportAsync(new(Name, _folder.File("file", "x"))));

        Assert.Equal(("PathUnusable", _folder["file"]), (failure.ErrorId, failure.Target));
    }

    [Fact]
    public async Task A_layer_that_is_too_large_or_has_too_many_files_is_refused()
    {
        var many = new TarFile();
        for (var i = 0; i <= SbomContent.MaximumFiles; i++)
        {
            many.Text($"layers/sbom/launch/{i}", "");
        }

        var count = await FailAsync(null, many);
        var size = await FailAsync(null, Compress(8 * LayerCache.MaximumLayer + 1), isPacked: true);

        Assert.Equal(("SbomInvalid", "SbomUnreadable"), (count.ErrorId, size.ErrorId));
        Assert.Contains("too large", size.Message, StringComparison.Ordinal);
        Assert.Empty(Written());
        Assert.Single(Directory.GetFiles(_folder["cache"]));
    }

    [Fact]
    public async Task A_layer_that_is_cut_or_no_tar_leaves_no_file()
    {
        var whole = Layer().ToBytes();

        var cut = await FailAsync(null, whole[..^(whole.Length / 2)]);
        var noise = await FailAsync(null, Encoding.UTF8.GetBytes(new string('x', 2000)));

        Assert.Equal(("SbomInvalid", "SbomInvalid"), (cut.ErrorId, noise.ErrorId));
        Assert.Empty(Written());
    }

    /// <summary>The cache finds a layer by its diffID. Content of another image must not get into it under the diffID of this one.</summary>
    [Fact]
    public async Task A_layer_that_does_not_match_the_config_is_refused_and_not_kept()
    {
        var (victim, forged) = (Layer().ToBytes(), new TarFile().Text("layers/sbom/launch/sbom.cdx.json", "forged").ToBytes());
        await PutAsync(Pack(forged), MediaTypes.LayerTarGzip, OciDigest.Of(victim));

        var failure = await Assert.ThrowsAsync<PackException>(() => ExportAsync());

        Assert.Equal("SbomUnreadable", failure.ErrorId);
        Assert.Contains("does not match the config", failure.Message, StringComparison.Ordinal);
        Assert.Null(Cache.Find(OciDigest.Of(victim)));
    }

    [Theory]
    [InlineData(null, "NotAnAppImage")]
    [InlineData("{}", "SbomMissing")]
    [InlineData("""{"sbom":{"sha":"sha256:0000000000000000000000000000000000000000000000000000000000000000"}}""", "SbomInvalid")]
    public async Task An_image_without_an_sbom_is_an_error(string? label, string errorId)
    {
        var tar = Layer().ToBytes();
        await PutAsync(tar, MediaTypes.LayerTar, OciDigest.Of(tar), label, hasLabel: label is not null);

        var failure = await Assert.ThrowsAsync<PackException>(() => ExportAsync());

        Assert.Equal((errorId, Name), (failure.ErrorId, failure.Target));
        Assert.NotNull(failure.RecommendedAction);
    }

    [Fact]
    public async Task A_layer_without_files_and_an_image_that_is_not_there_are_errors()
    {
        var empty = await FailAsync(null, new TarFile().Folder("layers/").Folder("layers/sbom/"));
        var missing = await Assert.ThrowsAsync<PackException>(() => ExportAsync(new("example.org/none", Destination)));
        var invalid = await Assert.ThrowsAsync<PackException>(() => ExportAsync(new("Not a name", Destination)));

        Assert.Equal(("SbomMissing", "ImageNotFound", "ImageNameInvalid"), (empty.ErrorId, missing.ErrorId, invalid.ErrorId));
    }

    [Fact]
    public async Task A_layer_with_an_unknown_compression_is_an_error()
    {
        var tar = Layer().ToBytes();
        await PutAsync(tar, "application/vnd.oci.image.layer.v1.tar+zstd", OciDigest.Of(tar));

        Assert.Equal("SbomUnreadable", (await Assert.ThrowsAsync<PackException>(() => ExportAsync())).ErrorId);
    }

    [Fact]
    public async Task The_layer_is_read_from_the_cache_the_next_time()
    {
        await PutAsync(Layer());
        await ExportAsync();
        foreach (var blob in Directory.GetFiles(_folder["store"], "*", SearchOption.AllDirectories).Where(file => new FileInfo(file).Length > 2048))
        {
            File.Delete(blob);
        }

        Assert.Equal(4, (await ExportAsync(new(Name, _folder["again"]))).Count);
    }

    [Theory]
    [InlineData("web", "index.docker.io/library/web/latest")]
    [InlineData("localhost:5000/team/web:1", "localhost_5000/team/web/1")]
    public void Each_of_several_images_has_its_folder(string image, string folder) =>
        Assert.Equal(Path.Combine(["out", .. folder.Split('/')]), SbomRequest.FolderOf("out", image));

    private static TarFile Layer() => new TarFile()
        .Folder("layers/").Folder("layers/sbom/").Folder("layers/sbom/launch/")
        .Text("layers/sbom/launch/sbom.legacy.json", "null")
        .Text("/layers/sbom/launch/a_b/sbom.cdx.json", "cyclonedx")
        .Text("./layers/sbom/launch/a_b/node/sbom.spdx.json", "spdx")
        .Text("layers/sbom/launch/c/node_modules/sbom.syft.json", "syft");

    private static byte[] Pack(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionMode.Compress, leaveOpen: true))
        {
            gzip.Write(content);
        }

        return packed.ToArray();
    }

    /// <summary>Zeros, compressed.</summary>
    private static byte[] Compress(long zeros)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            var block = new byte[1024 * 1024];
            for (var left = zeros; left > 0; left -= block.Length)
            {
                gzip.Write(block.AsSpan(0, (int)Math.Min(left, block.Length)));
            }
        }

        return packed.ToArray();
    }

    private List<string> Written() => Directory.Exists(Destination) ? [.. Directory.GetFiles(Destination, "*", SearchOption.AllDirectories).Order()] : [];

    private Task<PackException> FailAsync(SbomRequest? request, TarFile layer) => FailAsync(request, layer.ToBytes());

    private async Task<PackException> FailAsync(SbomRequest? request, byte[] layer, bool isPacked = false)
    {
        await PutAsync(layer, isPacked ? MediaTypes.LayerTarGzip : MediaTypes.LayerTar, OciDigest.Of(layer));
        return await Assert.ThrowsAsync<PackException>(() => ExportAsync(request));
    }

    private async Task<IReadOnlyList<PackSbomFile>> ExportAsync(SbomRequest? request = null)
    {
        using var store = new LayoutStore(_folder.Folder("store"));
        return await SbomExporter.ExportAsync(request ?? new(Name, Destination), store, Cache, _sink, CancellationToken.None);
    }

    private Task PutAsync(TarFile layer, bool isPacked = false)
    {
        var tar = layer.ToBytes();
        return isPacked ? PutAsync(Pack(tar), MediaTypes.LayerTarGzip, OciDigest.Of(tar)) : PutAsync(tar, MediaTypes.LayerTar, OciDigest.Of(tar));
    }

    /// <summary>Puts an image with a base layer and an SBOM layer into the store.</summary>
    private async Task PutAsync(byte[] blob, string mediaType, string diffId, string? label = null, bool hasLabel = true)
    {
        using var store = new LayoutStore(_folder.Folder("store"));
        var name = ImageReference.Parse(Name);
        var baseLayer = BlobSource.OfBytes(MediaTypes.LayerTar, "base"u8.ToArray());
        var layer = BlobSource.OfBytes(mediaType, blob);
        label ??= $$$"""{"sbom":{"sha":"{{{diffId}}}"}}""";
        var labels = hasLabel
            ? new Dictionary<string, string>
            {
                ["io.buildpacks.lifecycle.metadata"] = label,
                ["io.buildpacks.build.metadata"] = """{"buildpacks":[{"id":"a/b","version":"1"}]}""",
            }
            : [];
        var config = BlobSource.OfBytes(MediaTypes.Config, System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(new
        {
            architecture = "amd64",
            os = "linux",
            config = new { Labels = labels },
            rootfs = new { type = "layers", diff_ids = new[] { baseLayer.Descriptor.Digest, diffId } },
        }));
        foreach (var source in new[] { baseLayer, layer, config })
        {
            await store.PutBlobAsync(name, source, null, CancellationToken.None);
        }

        await store.PutManifestAsync(
            name, StoredManifest.Of(new OciManifest { Config = config.Descriptor, Layers = [baseLayer.Descriptor, layer.Descriptor] }), CancellationToken.None);
    }

    private sealed class WarningSink : IPackSink
    {
        public List<string> Warnings { get; } = [];

        public void Log(PackLogLevel level, string category, string message)
        {
            if (level == PackLogLevel.Warning)
            {
                Warnings.Add(message);
            }
        }

        public void Progress(PackProgress progress)
        {
        }

        public void Output(PackOutputLine line)
        {
        }
    }
}
