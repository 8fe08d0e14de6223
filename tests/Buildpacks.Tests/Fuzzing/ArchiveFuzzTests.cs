using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Buildpacks.Builders;
using Buildpacks.Builds.Apps;
using Buildpacks.Descriptors;
using Buildpacks.IO;
using Buildpacks.Modules;
using Buildpacks.Oci;
using Buildpacks.Sboms;
using Buildpacks.Stores;
using Buildpacks.Stores.Archives;
using Buildpacks.Stores.LayerCaching;
using Buildpacks.Stores.Layers;
using Buildpacks.Stores.Layouts;
using Buildpacks.Stores.Sparse;
using Buildpacks.Testing;
using Buildpacks.Testing.Fuzzing;
using Microsoft.Extensions.Logging.Abstractions;
using TarFile = Buildpacks.Tests.Builders.TarFile;

namespace Buildpacks.Tests.Fuzzing;

/// <summary>Layouts out of a container, archives of buildpacks and lifecycles, and apps in archives.</summary>
public sealed class ArchiveFuzzTests : IDisposable
{
    private const string BuildpackToml = "api = \"0.10\"\n[buildpack]\nid = \"a/b\"\nversion = \"1\"\n";
    private const string LifecycleToml = "[lifecycle]\nversion = \"0.1.0\"\n[api]\nbuildpack = \"0.10\"\nplatform = \"0.12\"\n";

    private static readonly byte[] Layer = Encoding.UTF8.GetBytes("a layer");

    private readonly TestFolder _folder = new("fuzz");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Layouts_as_archives() =>
        new Fuzzer("layout", [Layout(Index(Manifest(Config())), Manifest(Config()), Config())], TarMutator.Mutate).Run(ReadLayout);

    [Fact]
    public void Configs_of_layouts() =>
        Fuzzer.OfJson("layout's config", [Config()]).Run(text => ReadLayout(Layout(Index(Manifest(text)), Manifest(text), text)));

    [Fact]
    public void Manifests_of_layouts() =>
        Fuzzer.OfJson("layout's manifest", [Manifest(Config())]).Run(text => ReadLayout(Layout(Index(text), text, Config())));

    [Fact]
    public void Indexes_of_layouts() =>
        Fuzzer.OfJson("layout's index", [Index(Manifest(Config()))]).Run(text => ReadLayout(Layout(text, Manifest(Config()), Config())));

    [UnixFact]
    public void Archives_of_buildpacks() => FuzzArchive(
        "buildpack archive",
        new TarFile().Text("buildpack.toml", BuildpackToml).Folder("bin/").Text("bin/build", "#!/bin/sh", executable: true).Text("bin/detect", "#!/bin/sh", executable: true)
            .Link("link", "bin/build").HardLink("hard", "bin/build").Text(new string('l', 200), "long"),
        path => ModuleReader.ReadAsync(ArchiveContent.OfFile(path, "BuildpackArchiveInvalid"), ModuleKind.Buildpack, CancellationToken.None).GetAwaiter().GetResult().Layer);

    [UnixFact]
    public void Layers_with_sboms()
    {
        var layer = new TarFile().Folder("layers/").Text("layers/sbom/launch/sbom.legacy.json", "null").Text("/layers/sbom/launch/a_b/node/sbom.cdx.json", "{}")
            .Link("layers/sbom/launch/link", "/etc").Text($"layers/sbom/launch/{new string('l', 200)}/sbom.syft.json", "{}");
        new Fuzzer("SBOM layer", [layer.ToBytes()], TarMutator.Mutate).Run(tar =>
        {
            var path = _folder["layer.tar"];
            File.WriteAllBytes(path, tar);
            var cached = new CachedLayer(OciDigest.Of(tar), new OciDescriptor { Digest = OciDigest.Of(tar), MediaType = MediaTypes.LayerTar, Size = tar.Length }, path);
            var destination = _folder.Folder("sbom/out");
            try
            {
                SbomExporter.WriteAsync(new SbomRequest("example/web", destination), new AppMetadata(), cached, NullLogger.Instance, CancellationToken.None).GetAwaiter().GetResult();
            }
            finally
            {
                Assert.Equal([destination], Directory.GetFileSystemEntries(_folder["sbom"]));
                Assert.DoesNotContain(Directory.GetFileSystemEntries(destination, "*", SearchOption.AllDirectories), entry => new FileInfo(entry).LinkTarget is not null);
                Directory.Delete(destination, recursive: true);
            }
        });
    }

    [Fact]
    public void Archives_of_lifecycles()
    {
        var tar = new TarFile().Text("lifecycle.toml", LifecycleToml).Folder("lifecycle/").Text("lifecycle/lifecycle", "elf", executable: true).HardLink("lifecycle/launcher", "lifecycle/lifecycle");
        foreach (var program in new[] { "analyzer", "builder", "creator", "detector", "exporter", "restorer" })
        {
            tar.Link("lifecycle/" + program, "lifecycle");
        }

        FuzzArchive("lifecycle archive", tar, path => LifecycleArchive.ReadAsync(path, CancellationToken.None).GetAwaiter().GetResult().Layer);
    }

    [Fact]
    public void Apps_in_zip_files()
    {
        using var valid = new MemoryStream();
        using (var zip = new ZipArchive(valid, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, mode) in new[] { ("dir/", 0x41ED), ("dir/file", 0x81A4), ("link", 0xA1FF), ("plain", 0) })
            {
                var entry = zip.CreateEntry(name);
                entry.ExternalAttributes = mode << 16;
                using var content = entry.Open();
                content.Write("dir/file"u8);
            }
        }

        FuzzApp(new Fuzzer("zip", [valid.ToArray()], new Mutator("PK\u0001\u0002", "PK\u0003\u0004", "PK\u0005\u0006", "../", "/etc/passwd").Mutate) { Inputs = 800 }, "app.zip");
    }

    [Fact]
    public void Apps_in_tar_archives()
    {
        var valid = new TarFile().Folder("dir/").Text("dir/file", "content").Text("project.toml", "[project]\n").Link("link", "/etc/passwd").HardLink("hard", "dir/file")
            .Text(new string('l', 200), "long");
        FuzzApp(new Fuzzer("app's tar", [valid.ToBytes()], TarMutator.Mutate) { Inputs = 800 }, "app.tar");
    }

    private void FuzzApp(Fuzzer fuzzer, string name)
    {
        var path = _folder[name];
        fuzzer.Run((byte[] input) =>
        {
            File.WriteAllBytes(path, input);
            using var tar = new MemoryStream();
            using (var writer = new TarWriter(tar, TarEntryFormat.Pax, leaveOpen: true))
            {
                AppSource.Open(path, NullLogger.Instance).WriteAsync(writer, "workspace", new TarOwner(1, 1), progress: null, special: null, CancellationToken.None).GetAwaiter().GetResult();
            }

            AssertSafe(tar.ToArray(), "workspace/");
        });
    }

    private void FuzzArchive(string name, TarFile valid, Func<string, LayerFile> read)
    {
        var path = _folder["archive.tar"];
        new Fuzzer(name, [valid.ToBytes()], TarMutator.Mutate) { Inputs = 600 }.Run((byte[] input) =>
        {
            File.WriteAllBytes(path, input);
            var layer = read(path);
            try
            {
                using var tar = new MemoryStream();
                var writer = new ImageArchiveWriter(tar, ArchiveForm.Oci);
                layer.WriteToAsync(writer, CancellationToken.None).GetAwaiter().GetResult();
                writer.DisposeAsync().AsTask().GetAwaiter().GetResult();
                using var archive = new TarReader(new MemoryStream(tar.ToArray()));
                using var content = new MemoryStream();
                archive.GetNextEntry()!.DataStream!.CopyTo(content);
                AssertSafe(content.ToArray(), "cnb/");
            }
            finally
            {
                layer.DisposeAsync().AsTask().GetAwaiter().GetResult();
            }
        });
    }

    /// <summary>What was written can be read, has no name twice, and leads nowhere else.</summary>
    private static void AssertSafe(byte[] tar, string root)
    {
        using var reader = new TarReader(new MemoryStream(tar));
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (reader.GetNextEntry() is { } entry)
        {
            Assert.True(entry.Name.StartsWith(root, StringComparison.Ordinal) || entry.Name == "lifecycle", entry.Name);
            Assert.DoesNotContain("..", entry.Name.Split('/'));
            Assert.True(seen.Add(entry.Name.TrimEnd('/')) || entry.EntryType == TarEntryType.Directory, $"'{entry.Name}' occurs twice");
        }
    }

    private static void ReadLayout(byte[] tar)
    {
        // What an engine gives cannot seek.
        using var reader = new LayoutReader(new PrefixedStream(default, new MemoryStream(tar)));
        while (reader.ReadToLargeBlobAsync(CancellationToken.None).GetAwaiter().GetResult() is { } blob)
        {
            blob.Content.CopyTo(Stream.Null);
        }

        var content = reader.Complete();
        Assert.All(content.Layers, layer => Assert.True(OciDigest.IsValid(layer.DiffId) && OciDigest.IsValid(layer.Blob.Digest)));
        content.ToImage(["docker.io/library/x:latest"], new Dictionary<string, OciDescriptor>());
        AppMetadata.Read(content.Config);
    }

    private static byte[] Layout(string index, string manifest, string config) => new TarFile().Folder("latest/")
        .Bytes("latest/" + LayoutPath.Blob(OciDigest.Of(Layer)), Layer)
        .Text("latest/" + LayoutPath.Blob(Digest(config)), config)
        .Text("latest/" + LayoutPath.Blob(Digest(manifest)), manifest)
        .Text("latest/index.json", index)
        .Text("latest/oci-layout", LayoutPath.MarkerContent)
        .ToBytes();

    private static string Index(string manifest) =>
        $$$"""{"schemaVersion":2,"mediaType":"{{{MediaTypes.Index}}}","manifests":[{"mediaType":"{{{MediaTypes.Manifest}}}","digest":"{{{Digest(manifest)}}}","size":1,"annotations":{"a":"b"},"platform":{"os":"linux","architecture":"amd64"}}]}""";

    private static string Manifest(string config) =>
        $$$"""{"schemaVersion":2,"config":{"mediaType":"{{{MediaTypes.Config}}}","digest":"{{{Digest(config)}}}","size":1},"layers":[{"mediaType":"{{{MediaTypes.LayerTar}}}","digest":"{{{OciDigest.Of("base"u8)}}}","size":0},{"mediaType":"{{{MediaTypes.DockerLayerTarGzip}}}","digest":"{{{OciDigest.Of(Layer)}}}","size":7}]}""";

    private static string Config() =>
        $$$"""{"architecture":"amd64","os":"linux","created":"1980-01-01T00:00:01Z","config":{"User":"1","Env":["A=b"],"Entrypoint":["/cnb/process/web"],"Labels":{"io.buildpacks.lifecycle.metadata":"{}"}},"rootfs":{"type":"layers","diff_ids":["{{{OciDigest.Of("base"u8)}}}","{{{OciDigest.Of(Layer)}}}"]},"history":[{"created_by":"x"},{}]}""";

    private static string Digest(string content) => OciDigest.Of(Encoding.UTF8.GetBytes(content));
}
