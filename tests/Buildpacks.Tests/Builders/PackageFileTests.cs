using System.Formats.Tar;
using System.Text.Json;
using Buildpacks.Descriptors;
using Buildpacks.IO;
using Buildpacks.Modules;
using Buildpacks.Oci;
using Buildpacks.Stores.Archives;
using Buildpacks.Stores.Layers;
using Buildpacks.Testing;

namespace Buildpacks.Tests.Builders;

/// <summary>Packages written here as pack writes them: an OCI layout in a tar, a layer for each buildpack, labels that name them.</summary>
public sealed class PackageFileTests : IDisposable
{
    private const string NoLayer = "sha256:0000000000000000000000000000000000000000000000000000000000000000";

    private readonly TestFolder _folder = new("package");

    public void Dispose() => _folder.Dispose();

    [UnixTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_package_brings_its_buildpack_and_those_it_depends_on(bool compressed)
    {
        var path = await WriteAsync("samples/all", compressed: compressed);
        var archive = ArchiveContent.OfFile(path, "BuildpackArchiveInvalid");

        Assert.True(await PackageFile.IsPackageAsync(archive, CancellationToken.None));
        var modules = await new PackageFile(archive).ReadAsync(ModuleKind.Buildpack, CancellationToken.None);

        Assert.Equal(["samples/all@1", "samples/one@1"], modules.Select(module => module.Descriptor.FullName));
        Assert.True(modules[0].Descriptor.IsComposite);

        // The layer is the one that the buildpack's folder gives.
        await using var fromFolder = await ReadFolderAsync("samples/one");
        Assert.Equal(fromFolder.Layer.DiffId, modules[1].Layer.DiffId);
        foreach (var module in modules)
        {
            await module.DisposeAsync();
        }
    }

    [UnixTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_compressed_package_that_is_damaged_is_refused(bool atItsEnd)
    {
        var path = await WriteAsync("samples/all", compressed: true);
        var whole = await File.ReadAllBytesAsync(path);
        await File.WriteAllBytesAsync(path, whole[..(atItsEnd ? ^6 : whole.Length / 2)]);

        var failure = await Assert.ThrowsAsync<PackException>(() => new PathModules(path).ReadAsync(ModuleKind.Buildpack, CancellationToken.None));

        Assert.Equal("BuildpackArchiveInvalid", failure.ErrorId);
        Assert.Contains("is damaged or incomplete", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_in_a_tar_is_not_a_package()
    {
        var path = new TarFile().Text("buildpack.toml", "").Text("index.json", "{}").Save(_folder["plain.tar"]);

        Assert.False(await PackageFile.IsPackageAsync(ArchiveContent.OfFile(path, "BuildpackArchiveInvalid"), CancellationToken.None));
    }

    [Theory]
    [InlineData("labels", "no label io.buildpacks.buildpackage.metadata")]
    [InlineData("main", "the package of samples/gone@1, but does not contain it")]
    [InlineData("layer", "the layer sha256:0000000000000000000000000000000000000000000000000000000000000000, which it does not contain")]
    public async Task A_package_whose_labels_do_not_fit_is_refused(string wrong, string expected)
    {
        var path = await WriteAsync(wrong == "main" ? "samples/gone" : "samples/all", wrong);

        var failure = await Assert.ThrowsAsync<PackException>(() => ReadAsync(path));

        Assert.Equal("BuildpackArchiveInvalid", failure.ErrorId);
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_blob_with_a_wrong_digest_is_refused()
    {
        var path = await WriteAsync("samples/all");
        var changed = new TarFile();
        using (var reader = new TarReader(File.OpenRead(path)))
        {
            while (reader.GetNextEntry(copyData: true) is { } entry)
            {
                var bytes = new byte[entry.Length];
                entry.DataStream!.ReadExactly(bytes);
                if (bytes.Length > 0 && bytes[0] != (byte)'{')
                {
                    bytes[600] ^= 1;
                }

                changed.Bytes(entry.Name, bytes);
            }
        }

        var failure = await Assert.ThrowsAsync<PackException>(() => ReadAsync(changed.Save(_folder["changed.cnb"])));

        Assert.Contains("does not match its digest: the digest of its content is sha256:", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{", "'index.json'", false)]
    [InlineData("{}", "does not name a manifest", true)]
    [InlineData("""{"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"sha256:../../x","size":1}]}""", "is not a digest", true)]
    public async Task A_malformed_index_is_refused(string index, string expected, bool named)
    {
        var path = new TarFile().Text("oci-layout", "{}").Text("index.json", index).Save(_folder["bad.cnb"]);

        var failure = await Assert.ThrowsAsync<PackException>(() => ReadAsync(path));

        Assert.Equal("BuildpackArchiveInvalid", failure.ErrorId);
        Assert.Contains(named ? expected : "index.json is malformed", failure.Message, StringComparison.Ordinal);
    }

    private static Task<IReadOnlyList<BuilderModule>> ReadAsync(string path) =>
        new PackageFile(ArchiveContent.OfFile(path, "BuildpackArchiveInvalid")).ReadAsync(ModuleKind.Buildpack, CancellationToken.None);

    private Task<BuilderModule> ReadFolderAsync(string id)
    {
        var composite = id == "samples/all";
        var name = id.Replace('/', '-');
        var order = composite ? "[[order]]\ngroup = [{ id = \"samples/one\", version = \"1\" }]\n" : "";
        _folder.File(name + "/buildpack.toml", $"api = \"0.10\"\n[buildpack]\nid = \"{id}\"\nversion = \"1\"\n{order}");
        if (!composite)
        {
            _folder.File(name + "/bin/detect", "#!/bin/sh\n");
            _folder.File(name + "/bin/build", "#!/bin/sh\n");
        }

        return ModuleReader.ReadAsync(new FolderContent(_folder[name]), ModuleKind.Buildpack, CancellationToken.None);
    }

    private async Task<string> WriteAsync(string main, string wrong = "", bool compressed = false)
    {
        await using var all = await ReadFolderAsync("samples/all");
        await using var one = await ReadFolderAsync("samples/one");
        LayerFile[] layers = [one.Layer, all.Layer];
        var labels = new Dictionary<string, string>
        {
            ["io.buildpacks.buildpackage.metadata"] = $$"""{"id":"{{main}}","version":"1","stacks":null}""",
            ["io.buildpacks.buildpack.layers"] = $"{{{Entry("samples/one", wrong == "layer" ? NoLayer : one.Layer.DiffId)},{Entry("samples/all", all.Layer.DiffId)}}}",
        };
        var config = new OciImageConfig
        {
            Os = "linux",
            Config = new OciContainerConfig { Labels = wrong == "labels" ? [] : labels },
            Rootfs = new OciRootFs { DiffIds = [.. layers.Select(layer => layer.DiffId)] },
        };
        var path = _folder["all.cnb"];
        await using var file = File.Create(path);
        await using Stream stream = compressed ? new System.IO.Compression.GZipStream(file, System.IO.Compression.CompressionLevel.Fastest) : file;
        await using var writer = new ImageArchiveWriter(stream, ArchiveForm.Oci);
        var written = new List<ArchiveLayer>();
        foreach (var layer in layers)
        {
            written.Add(await layer.WriteToAsync(writer, CancellationToken.None));
        }

        await writer.CompleteAsync(
            new ArchiveImage(JsonSerializer.SerializeToUtf8Bytes(config, OciJson.Default.OciImageConfig), written, ["package"]), CancellationToken.None);
        return path;
    }

    private static string Entry(string id, string diffId) => $$$"""
        "{{{id}}}": { "1": { "api": "0.10", "layerDiffID": "{{{diffId}}}" } }
        """;
}
