using Buildpacks.Builds.Planning;
using Buildpacks.Builds.Tests.Support;
using Buildpacks.Engines;
using Buildpacks.Oci;
using Buildpacks.Sboms;
using Buildpacks.Stores.LayerCaching;
using Buildpacks.Stores.Registry;
using Buildpacks.Testing;
using Buildpacks.Testing.Builders;
using Buildpacks.Testing.Engines;
using Buildpacks.Testing.Registries;

namespace Buildpacks.Builds.Tests.Sboms;

/// <summary>SBOM files of images that were built, in an engine's store and in a registry.</summary>
public abstract class SbomExportTests(IBuildFixture fixture, RegistryFixture registry)
{
    /// <summary>Larger than everything that an export may download.</summary>
    private const int LargeFile = 2_000_000;

    [SkippableFact]
    public async Task The_files_of_a_build_come_out_of_the_engine()
    {
        await using var bench = new BuildBench(fixture);
        var built = await bench.BuildAsync();
        var calls = new EngineCallCollector();

        var files = await ExportAsync(bench, "engine", calls, bench.Name);
        await ExportAsync(bench, "again", calls, built.Id);

        AssertFiles(files, bench.Folder("engine"));
        Assert.All(files, file => Assert.Equal((built.Engine, bench.Engine.Endpoint, null), (file.Engine!.Value, file.Endpoint, file.Registry)));
        Assert.All(files, file => Assert.Equal(built.ImageName, ImageReference.Parse(file.Image).ToString()));

        // The second time, the layer is in the cache.
        Assert.Single(calls.Calls, call => call.Operation == EngineOperation.ImageSave);
    }

    [SkippableFact]
    public async Task After_a_build_the_engine_does_not_export_the_image()
    {
        await using var bench = new BuildBench(fixture);
        await bench.BuildAsync();
        var calls = new EngineCallCollector();
        await using var engine = fixture.Engine.CreateEngine(calls);

        var files = await SbomExporter.ExportAsync(
            new SbomRequest(bench.Name, bench.Folder("out")), engine, bench.Places.Layers, new RecordingSink(), CancellationToken.None);

        AssertFiles(files, bench.Folder("out"));
        Assert.DoesNotContain(calls.Calls, call => call.Operation == EngineOperation.ImageSave);
    }

    [SkippableFact]
    public async Task What_is_not_there_and_what_is_no_app_are_failures()
    {
        await using var bench = new BuildBench(fixture);
        var calls = new EngineCallCollector();

        var missing = await Assert.ThrowsAsync<PackException>(() => ExportAsync(bench, "out", calls, "test/none"));
        var plain = await Assert.ThrowsAsync<PackException>(() => ExportAsync(bench, "out", calls, fixture.RunImage));

        Assert.Equal(("ImageNotFound", "NotAnAppImage"), (missing.ErrorId, plain.ErrorId));
        Assert.All([missing, plain], failure => Assert.NotNull(failure.RecommendedAction));
        Assert.Empty(Directory.GetFileSystemEntries(bench.Folder("out")));
    }

    [SkippableFact]
    public async Task Of_a_published_image_only_the_layer_of_the_sbom_is_downloaded()
    {
        await using var bench = new BuildBench(fixture);
        bench.Write("large.bin", Convert.ToBase64String(System.Security.Cryptography.RandomNumberGenerator.GetBytes(LargeFile)));
        var runImage = await bench.PushAsync(registry, fixture.RunImage, "run");
        var request = bench.Request with { ImageName = registry.Image(bench.Name) + ":latest", RunImage = runImage, Publish = true, Credential = registry.Credential };
        await bench.BuildAsync(request);
        var calls = new EngineCallCollector();
        using var client = new RegistryClient(new RegistryOptions
        {
            Credentials = KnownCredentials.For(registry.Host, registry.Credential),
            Observer = new RegistryCallRecorder(calls, bench.Engine.Kind),
        });

        var files = await SbomExporter.ExportAsync(
            new SbomRequest(request.ImageName, bench.Folder("registry")), new RegistryImageStore(client), new LayerCache(bench.Folder("own-cache")), new RecordingSink(), CancellationToken.None);

        AssertFiles(files, bench.Folder("registry"));
        Assert.All(files, file => Assert.Equal((ImageReference.Parse(request.ImageName).ToString(), registry.Host, null), (file.Image, file.Registry, file.Engine)));
        Assert.Equal(2, calls.Calls.Count(call => call.Operation == "BlobGet"));
        Assert.InRange(calls.Calls.Sum(call => call.BytesReceived), 1, LargeFile / 10);
    }

    private static void AssertFiles(IReadOnlyList<PackSbomFile> files, string folder)
    {
        Assert.Equal(
            ["/  launch sbom.legacy.json", "test/app/data CycloneDx launch test_app/data/sbom.cdx.json"],
            files.Select(file => $"{file.BuildpackId}/{file.Layer} {file.Format} {file.Phase} {Path.GetRelativePath(Path.Combine(folder, "layers", "sbom", "launch"), file.Path)}"));
        Assert.Contains("CycloneDX", File.ReadAllText(files[1].Path), StringComparison.Ordinal);
        Assert.Equal(files.Select(file => file.Path).Order(), Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Order());
        Assert.All(files, file => Assert.Equal(new FileInfo(file.Path).Length, file.Size));
    }

    /// <summary>Exports with a cache that no build has written to.</summary>
    private async Task<IReadOnlyList<PackSbomFile>> ExportAsync(BuildBench bench, string folder, EngineCallCollector calls, string image)
    {
        await using var engine = fixture.Engine.CreateEngine(calls);
        return await SbomExporter.ExportAsync(
            new SbomRequest(image, bench.Folder(folder)), engine, new LayerCache(bench.Folder("own-cache")), new RecordingSink(), CancellationToken.None);
    }
}

[Collection(SharedEngines.Podman)]
public sealed class SbomExportOnPodman(BuildFixture<PodmanFixture> fixture, RegistryFixture registry)
    : SbomExportTests(fixture, registry), IClassFixture<RegistryFixture>;

[Collection(SharedEngines.Docker)]
public sealed class SbomExportOnDocker(BuildFixture<DockerdFixture> fixture, RegistryFixture registry)
    : SbomExportTests(fixture, registry), IClassFixture<RegistryFixture>;
