using System.Formats.Tar;
using System.Text;
using System.Text.Json;
using Buildpacks.IO;
using Buildpacks.Oci;
using Buildpacks.Stores.Layers;
using Buildpacks.Stores.Layouts;
using Buildpacks.Testing.Fuzzing;
using TarFile = Buildpacks.Tests.Builders.TarFile;

namespace Buildpacks.Tests.Images;

/// <summary>Layouts as an engine copies them out of a container, good and bad.</summary>
public sealed class LayoutReaderTests
{
    private static readonly byte[] SmallLayer = Encoding.UTF8.GetBytes("a layer");

    [Fact]
    public async Task A_layout_tells_its_image_and_which_layers_have_data()
    {
        var layout = new TestLayout().Layer(OciDigest.Of("base"u8), null).Layer(OciDigest.Of(SmallLayer), SmallLayer);

        var content = await ReadAsync(layout.ToTar());

        Assert.Equal([true, false], content.Layers.Select(layer => layer.Held));
        Assert.Equal(SmallLayer.Length, content.Layers[1].Blob.Size);
        Assert.Equal(layout.Config, content.ConfigBytes.ToArray());
    }

    [Fact]
    public async Task An_empty_blob_is_a_layer_that_the_engine_holds()
    {
        var layout = new TestLayout().Layer(OciDigest.Of("base"u8), []);

        Assert.True(Assert.Single((await ReadAsync(layout.ToTar())).Layers).Held);
    }

    [Fact]
    public async Task Large_blobs_are_handed_out_and_not_held()
    {
        var large = new byte[LayoutReader.MaximumHeldBlob + 1];
        var layout = new TestLayout().Layer(OciDigest.Of(large), large).Layer(OciDigest.Of(SmallLayer), SmallLayer);
        using var reader = new LayoutReader(new MemoryStream(layout.ToTar().ToBytes()));

        var blob = await reader.ReadToLargeBlobAsync(CancellationToken.None);
        using var read = new MemoryStream();
        await blob!.Content.CopyToAsync(read);

        Assert.Equal(OciDigest.Of(large), blob.Digest);
        Assert.Equal(large, read.ToArray());
        Assert.Null(await reader.ReadToLargeBlobAsync(CancellationToken.None));
        Assert.DoesNotContain(blob.Digest, reader.Complete().Held.Keys);
    }

    [Fact]
    public async Task Of_two_images_the_later_is_the_one()
    {
        var older = new TestLayout().Layer(OciDigest.Of("old"u8), null);
        var newer = new TestLayout().Layer(OciDigest.Of("new"u8), null);

        var content = await ReadAsync(newer.ToTar(before: older));

        Assert.Equal(OciDigest.Of("new"u8), Assert.Single(content.Layers).DiffId);
    }

    [Theory]
    [InlineData("../outside")]
    [InlineData("latest/../../outside")]
    [InlineData("/etc/passwd")]
    [InlineData("latest/blobs/sha256/../../../../outside")]
    public async Task A_name_that_leads_out_is_refused(string name) =>
        await AssertInvalidAsync(new TestLayout().ToTar().Text(name, "x"), "points outside");

    [Fact]
    public async Task Links_and_devices_are_refused()
    {
        await AssertInvalidAsync(new TestLayout().ToTar().Link("latest/x", "/etc/passwd"), "SymbolicLink");
        await AssertInvalidAsync(new TestLayout().ToTar().HardLink("latest/x", "latest/index.json"), "HardLink");
        await AssertInvalidAsync(new TestLayout().ToTar().Add(new PaxTarEntry(TarEntryType.Fifo, "latest/x")), "Fifo");
    }

    [Fact]
    public async Task Duplicate_entries_are_refused()
    {
        var layout = new TestLayout().Layer(OciDigest.Of(SmallLayer), SmallLayer);

        await AssertInvalidAsync(layout.ToTar().Bytes("latest/" + LayoutPath.Blob(OciDigest.Of(SmallLayer)), SmallLayer), "twice");
        await AssertInvalidAsync(layout.ToTar().Text("latest/index.json", "{}"), "two indexes");
    }

    [Fact]
    public async Task Content_with_a_wrong_digest_is_refused()
    {
        var layout = new TestLayout();
        var digest = OciDigest.Of("other"u8);

        await AssertInvalidAsync(new TarFile().Text("latest/" + LayoutPath.Blob(digest), "not that").Text("latest/index.json", Index(digest)), "does not match its digest");
        await AssertInvalidAsync(new TarFile().Text("latest/index.json", Index(layout.ManifestDigest)), "no manifest");
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"manifests\":[]}")]
    [InlineData("{\"manifests\":7}")]
    [InlineData("{\"manifests\":[{\"digest\":\"../../x\",\"size\":1,\"mediaType\":\"x\"}]}")]
    public async Task An_index_that_names_no_image_is_refused(string index) =>
        await AssertInvalidAsync(new TarFile().Text("latest/index.json", index), "");

    [Fact]
    public async Task An_index_that_is_nested_a_thousand_times_is_refused() =>
        await AssertInvalidAsync(new TarFile().Text("latest/index.json", new string('[', 100_000)), "index");

    [Theory]
    [InlineData("""{"schemaVersion":2,"manifests":[],"manifests":[]}""", "'manifests' is a duplicate key")]
    [InlineData("""{"schemaVersion":2,"manifests":[null]}""", "a list contains null")]
    [InlineData("""{"schemaVersion":2,"manifests":[{"mediaType":null,"digest":null,"size":1}]}""", "no manifest")]
    public async Task Duplicate_and_missing_keys_are_refused(string index, string problem) =>
        await AssertInvalidAsync(new TarFile().Text("latest/index.json", index), problem);

    [Fact]
    public async Task A_layer_with_another_media_type_is_refused() =>
        await AssertInvalidAsync(new TestLayout { LayerType = "application/x-executable" }.Layer(OciDigest.Of(SmallLayer), SmallLayer).ToTar(), "'application/x-executable'");

    [Fact]
    public async Task Blobs_without_end_are_refused()
    {
        var tar = new TarFile();
        for (var i = 0; i <= 2000; i++)
        {
            tar.Bytes("latest/" + LayoutPath.Blob(OciDigest.Of(BitConverter.GetBytes(i))), []);
        }

        await AssertInvalidAsync(tar, "more than 2000 blobs");
    }

    [Theory]
    [InlineData('x')]
    [InlineData('g')]
    [InlineData('L')]
    [InlineData('K')]
    public async Task A_description_of_a_gigabyte_costs_no_memory(char type)
    {
        var tar = new TarFile().Text("latest/index.json", "{}").ToBytes();
        var header = tar.AsSpan(tar.AsSpan().IndexOf("latest/index.json\0"u8), 512);
        "10000000000"u8.CopyTo(header[124..]);
        header[156] = (byte)type;
        TarMutator.Checksum(header);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var failure = await Assert.ThrowsAsync<PackException>(() => ReadAsync(tar));

        Assert.Equal("LayoutInvalid", failure.ErrorId);
        Assert.Contains("1073741824 bytes", failure.Message, StringComparison.Ordinal);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 20_000_000);
    }

    [Fact]
    public async Task A_name_of_a_hundred_thousand_characters_is_refused() =>
        await AssertInvalidAsync(new TarFile().Text("latest/" + string.Concat(Enumerable.Repeat("a/", 50_000)) + "b", "x"), "100008 characters");

    [Fact]
    public async Task More_layers_than_the_config_knows_are_refused() =>
        await AssertInvalidAsync(new TestLayout { ExtraDiffId = OciDigest.Of("x"u8) }.Layer(OciDigest.Of("base"u8), null).ToTar(), "layers");

    [Fact]
    public async Task A_diffID_that_is_no_digest_is_refused() =>
        await AssertInvalidAsync(new TestLayout().Layer("sha256:../../etc", null).ToTar(), "is not a digest");

    [Fact]
    public async Task A_size_that_is_only_said_costs_no_memory()
    {
        // A header that promises eight gigabytes for what is an index, and then nothing.
        var tar = new TarFile().Text("latest/index.json", "{}").ToBytes();
        var header = tar.AsSpan().IndexOf("latest/index.json\0"u8);
        "77777777777"u8.CopyTo(tar.AsSpan(header + 124));
        TarMutator.Checksum(tar.AsSpan(header, 512));
        var before = GC.GetAllocatedBytesForCurrentThread();

        await Assert.ThrowsAsync<PackException>(() => ReadAsync(tar));

        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 20_000_000);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(700)]
    [InlineData(1600)]
    public async Task An_archive_that_ends_early_is_refused(int length)
    {
        var tar = new TestLayout().Layer(OciDigest.Of(SmallLayer), SmallLayer).ToTar().ToBytes();

        var failure = await Assert.ThrowsAsync<PackException>(() => ReadAsync(tar[..length]));

        Assert.Equal("LayoutInvalid", failure.ErrorId);
    }

    private static string Index(string digest) =>
        $$"""{"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"{{digest}}","size":1}]}""";

    private static async Task AssertInvalidAsync(TarFile tar, string problem)
    {
        var failure = await Assert.ThrowsAsync<PackException>(() => ReadAsync(tar.ToBytes()));
        Assert.Equal("LayoutInvalid", failure.ErrorId);
        Assert.Contains(problem, failure.Message, StringComparison.Ordinal);
    }

    private static Task<LayoutContent> ReadAsync(TarFile tar) => ReadAsync(tar.ToBytes());

    private static async Task<LayoutContent> ReadAsync(byte[] tar)
    {
        // What an engine gives cannot seek.
        using var reader = new LayoutReader(new PrefixedStream(default, new MemoryStream(tar)));
        while (await reader.ReadToLargeBlobAsync(CancellationToken.None) is not null)
        {
        }

        return reader.Complete();
    }

    /// <summary>A layout with one image.</summary>
    private sealed class TestLayout
    {
        private readonly List<(string DiffId, byte[]? Data)> _layers = [];

        public string? ExtraDiffId { get; init; }

        public string LayerType { get; init; } = MediaTypes.LayerTar;

        public byte[] Config => JsonSerializer.SerializeToUtf8Bytes(
            new OciImageConfig
            {
                Architecture = "amd64",
                Os = "linux",
                Rootfs = new OciRootFs { DiffIds = [.. _layers.Select(layer => layer.DiffId), .. ExtraDiffId is null ? (string[])[] : [ExtraDiffId]] },
            },
            OciJson.Default.OciImageConfig);

        public string ManifestDigest => OciDigest.Of(Manifest);

        private byte[] Manifest => JsonSerializer.SerializeToUtf8Bytes(
            new OciManifest
            {
                Config = new OciDescriptor { MediaType = MediaTypes.Config, Digest = OciDigest.Of(Config), Size = Config.Length },
                Layers = [.. _layers.Select(layer => new OciDescriptor { MediaType = LayerType, Digest = layer.DiffId, Size = layer.Data?.Length ?? 0 })],
            },
            OciJson.Default.OciManifest);

        public TestLayout Layer(string diffId, byte[]? data)
        {
            _layers.Add((diffId, data));
            return this;
        }

        public TarFile ToTar(TestLayout? before = null)
        {
            var tar = new TarFile().Folder("latest/").Folder("latest/blobs/").Folder("latest/blobs/sha256/");
            before?.AddBlobs(tar);
            AddBlobs(tar);
            var entries = string.Join(',', new[] { before, this }.OfType<TestLayout>().Select(layout =>
                $$"""{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"{{layout.ManifestDigest}}","size":1}"""));
            return tar.Text("latest/index.json", $$"""{"schemaVersion":2,"manifests":[{{entries}}]}""").Text("latest/oci-layout", LayoutPath.MarkerContent);
        }

        private void AddBlobs(TarFile tar)
        {
            foreach (var (diffId, data) in _layers.Where(layer => layer.Data is not null))
            {
                tar.Bytes("latest/" + LayoutPath.Blob(diffId), data!);
            }

            tar.Bytes("latest/" + LayoutPath.Blob(OciDigest.Of(Config)), Config).Bytes("latest/" + LayoutPath.Blob(ManifestDigest), Manifest);
        }
    }
}
