using System.Text.Json;
using Buildpacks.Builds.Tests.Support;
using Buildpacks.Engines;
using Buildpacks.Stores;
using Buildpacks.Testing.Builders;
using Buildpacks.Testing.Engines;
using Buildpacks.Testing.Processes;
using Buildpacks.Testing.Registries;

namespace Buildpacks.Builds.Tests.Targets;

[Trait("Category", "Long")]
[Collection(SharedEngines.Podman)]
public sealed class FileTargetsOfPodman(BuildFixture<PodmanFixture> fixture, RegistryFixture registry)
    : FileTargetTests(fixture, registry), IClassFixture<RegistryFixture>;

[Trait("Category", "Long")]
[Collection(SharedEngines.RootlessPodman)]
public sealed class FileTargetsOfRootlessPodman(BuildFixture<RootlessPodmanFixture> fixture, RegistryFixture registry)
    : FileTargetTests(fixture, registry), IClassFixture<RegistryFixture>;

[Collection(SharedEngines.Docker)]
public sealed class FileTargetsOfDocker(BuildFixture<DockerdFixture> fixture, RegistryFixture registry)
    : FileTargetTests(fixture, registry), IClassFixture<RegistryFixture>;

/// <summary>Builds that write their image to a layout folder or an archive. The engine gets no image.</summary>
public abstract class FileTargetTests(IBuildFixture fixture, RegistryFixture registry)
{
    [SkippableTheory]
    [InlineData(PackImageFormat.Layout)]
    [InlineData(PackImageFormat.OciArchive)]
    [InlineData(PackImageFormat.DockerArchive)]
    public async Task The_image_is_whole_and_the_next_build_reuses_its_layers(PackImageFormat format)
    {
        await using var bench = new BuildBench(fixture);
        var path = Path.Combine(bench.Folder("files"), "shop");
        var request = Request(bench, format, path);
        bench.Write("steady", "");

        var first = await bench.BuildAsync(request);

        Assert.Equal((request.ImageName + ":shop", false, 0), (first.ImageName, first.Unchanged, first.LayersReused));
        Assert.EndsWith(path, first.Location, StringComparison.Ordinal);
        Assert.Equal(["docker.io/library/shop:latest"], first.Tags);
        Assert.Equal(format == PackImageFormat.DockerArchive, first.Digest is null);
        Assert.Empty(await bench.Engine.Images.InspectAsync(["docker.io/library/shop:latest"], CancellationToken.None));
        await LooksWholeAsync(format, path, first);

        var before = Files(path);
        var again = await bench.BuildAsync(request);

        Assert.Equal((true, first.Id, first.Digest, 0), (again.Unchanged, again.Id, again.Digest, again.LayersAdded));
        Assert.Equal(before, Files(path));
        Assert.DoesNotContain(again.EngineCalls, call => call.Operation is EngineOperation.ImageSave or EngineOperation.ImageLoad);

        bench.Write("app.txt", "changed\n");
        var changed = await bench.BuildAsync(request);

        Assert.False(changed.Unchanged);
        Assert.True(changed.LayersReused > 0 && changed.LayersAdded > 0);
        Assert.DoesNotContain(changed.EngineCalls, call => call.Operation is EngineOperation.ImageSave or EngineOperation.ImageLoad);
        await LooksWholeAsync(format, path, changed);

        // The same image as in the engine.
        var built = await bench.BuildAsync(bench.Request with { Tags = ["example.org/shop/other"] });
        Assert.Equal(built.Id, changed.Id);
        Assert.Equal(["shop"], Directory.GetFileSystemEntries(Path.GetDirectoryName(path)!).Select(Path.GetFileName));
    }

    [SkippableFact]
    public async Task A_layout_keeps_its_other_images_and_a_build_that_ends_half_way_leaves_it_as_it_was()
    {
        await using var bench = new BuildBench(fixture);
        var path = Path.Combine(bench.Folder("files"), "shop");
        var first = await bench.BuildAsync(Request(bench, PackImageFormat.Layout, path, "v1"));

        // A layer of the run image is missing, so that it is read out of the engine: the build is cancelled while it is.
        using var manifest = Blob(path, first.Digest!);
        var missing = BlobPath(path, manifest.RootElement.GetProperty("layers")[0].GetProperty("digest").GetString()!);
        File.Delete(missing);

        var before = Files(path);
        var index = await File.ReadAllTextAsync(Path.Combine(path, "index.json"));
        bench.Write("app.txt", "changed\n");
        using var cancel = new CancellationTokenSource();
        bench.OnCall = call =>
        {
            if (call.Operation is EngineOperation.ImageSave)
            {
                cancel.Cancel();
            }
        };
        foreach (var target in new[] { path, Path.Combine(bench.Folder("files"), "other") })
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => bench.BuildAsync(Request(bench, PackImageFormat.Layout, target, "v1"), cancellationToken: cancel.Token));
        }

        // The missing layer belongs to the image that is there.
        Assert.Equal(before, Files(path).Where(file => file.Path != missing));
        Assert.Equal(index, await File.ReadAllTextAsync(Path.Combine(path, "index.json")));
        Assert.Equal(["shop"], Directory.GetFileSystemEntries(bench.Folder("files")).Select(Path.GetFileName));

        bench.OnCall = null;
        await bench.BuildAsync(Request(bench, PackImageFormat.Layout, path, "v2"));
        Assert.Equal(
            ["docker.io/library/shop:v1", "docker.io/library/shop:v2"],
            Index(path).GetProperty("manifests").EnumerateArray().Select(image => image.GetProperty("annotations").GetProperty("org.opencontainers.image.ref.name").GetString()));
    }

    [SkippableFact]
    public async Task A_sparse_layout_names_the_layers_of_the_run_image_as_their_registry_does()
    {
        await using var bench = new BuildBench(fixture);
        var runImage = await bench.PushAsync(registry, fixture.RunImage, "run");
        var path = Path.Combine(bench.Folder("files"), "shop");
        var request = Request(bench, PackImageFormat.Layout, path) with { Sparse = true, RunImage = runImage, Credential = registry.Credential, PullPolicy = PullPolicy.IfNotPresent };

        var result = await bench.BuildAsync(request);

        using var remote = JsonDocument.Parse(await Skopeo.RawAsync(runImage, registry));
        using var manifest = Blob(path, result.Digest!);
        var baseLayers = remote.RootElement.GetProperty("layers").EnumerateArray().Select(layer => layer.GetProperty("digest").GetString()!).ToList();
        var layers = manifest.RootElement.GetProperty("layers").EnumerateArray().Select(layer => layer.GetProperty("digest").GetString()!).ToList();
        Assert.Equal(baseLayers, layers.Take(baseLayers.Count));
        Assert.Equal(layers.Skip(baseLayers.Count), layers.Where(layer => File.Exists(BlobPath(path, layer))));
        Assert.True((await bench.BuildAsync(request)).Unchanged);

        // The same layout becomes whole.
        var whole = await bench.BuildAsync(request with { Sparse = false, Credential = null });
        Assert.Equal(result.Id, whole.Id);
        await LooksWholeAsync(PackImageFormat.Layout, path, whole);
    }

    [SkippableFact]
    public async Task What_is_there_and_is_no_image_is_not_replaced()
    {
        await using var bench = new BuildBench(fixture);
        var file = Path.Combine(bench.Folder("files"), "letter.txt");
        File.WriteAllText(file, "dear");

        foreach (var (format, path) in new[] { (PackImageFormat.DockerArchive, file), (PackImageFormat.OciArchive, file), (PackImageFormat.Layout, file), (PackImageFormat.Layout, bench.App), (PackImageFormat.OciArchive, bench.App) })
        {
            Assert.Equal("DestinationExists", (await bench.FailAsync(Request(bench, format, path))).ErrorId);
        }

        Assert.Equal("dear", File.ReadAllText(file));
        Assert.Equal("DestinationInvalid", (await bench.FailAsync(Request(bench, PackImageFormat.Layout, file + "2") with { Publish = true })).ErrorId);
        Assert.Equal("DestinationInvalid", (await bench.FailAsync(Request(bench, PackImageFormat.OciArchive, file + "2") with { Sparse = true })).ErrorId);
        Assert.Equal("DestinationInvalid", (await bench.FailAsync(bench.Request with { Sparse = true })).ErrorId);
    }

    private static BuildRequest Request(BuildBench bench, PackImageFormat format, string path, string? image = null)
    {
        var place = new ImageFilePlace(format, path) { Image = image };
        return bench.Request with { ImageName = place.ToString(), Target = place };
    }

    /// <summary>An independent program reads all of the image.</summary>
    private static async Task LooksWholeAsync(PackImageFormat format, string path, BuildResult result)
    {
        var source = format switch
        {
            PackImageFormat.Layout => $"oci:{path}:docker.io/library/shop:latest",
            PackImageFormat.OciArchive => $"oci-archive:{path}",
            _ => $"docker-archive:{path}",
        };
        Requirement.Meet(Requirement.MissingTool("skopeo"));
        var copy = Directory.CreateTempSubdirectory("buildpacks-test-").FullName;
        try
        {
            (await ToolRun.RunAsync("skopeo", ["copy", "--quiet", source, $"dir:{copy}"])).Checked();
            using var manifest = JsonDocument.Parse(File.ReadAllText(Path.Combine(copy, "manifest.json")));
            Assert.Equal(result.Id, manifest.RootElement.GetProperty("config").GetProperty("digest").GetString());
        }
        finally
        {
            Directory.Delete(copy, recursive: true);
        }
    }

    private static JsonElement Index(string layout) => JsonDocument.Parse(File.ReadAllText(Path.Combine(layout, "index.json"))).RootElement;

    private static JsonDocument Blob(string layout, string digest) => JsonDocument.Parse(File.ReadAllText(BlobPath(layout, digest)));

    private static string BlobPath(string layout, string digest) => Path.Combine(layout, "blobs", "sha256", digest["sha256:".Length..]);

    private static IReadOnlyList<(string Path, long Length, DateTime Time)> Files(string path) =>
    [
        .. (Directory.Exists(path) ? Directory.GetFiles(path, "*", SearchOption.AllDirectories) : [path])
            .Order(StringComparer.Ordinal).Select(file => new FileInfo(file)).Select(file => (file.FullName, file.Length, file.LastWriteTimeUtc)),
    ];
}
