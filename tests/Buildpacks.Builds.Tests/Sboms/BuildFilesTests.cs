using Buildpacks.Builds.Tests.Support;
using Buildpacks.Engines;
using Buildpacks.Oci;
using Buildpacks.Testing;
using Buildpacks.Testing.Builders;
using Buildpacks.Testing.Engines;
using Buildpacks.Testing.Registries;

namespace Buildpacks.Builds.Tests.Sboms;

[Collection(SharedEngines.Podman)]
public sealed class BuildFilesOnPodman(BuildFixture<PodmanFixture> fixture, RegistryFixture registry)
    : BuildFilesTests(fixture, registry), IClassFixture<RegistryFixture>
{
    [SkippableFact]
    public Task Files_are_written_step_by_step() => WritesAsync(stepwise: true);
}

[Collection(SharedEngines.Docker)]
public sealed class BuildFilesOnDocker(BuildFixture<DockerdFixture> fixture, RegistryFixture registry)
    : BuildFilesTests(fixture, registry), IClassFixture<RegistryFixture>;

/// <summary>SBOM files and reports that a build writes beside its image.</summary>
public abstract class BuildFilesTests(IBuildFixture fixture, RegistryFixture registry)
{
    [SkippableFact]
    public Task Files_are_written() => WritesAsync(stepwise: false);

    [SkippableFact]
    public async Task A_report_of_a_published_image_has_its_digest()
    {
        await using var bench = new BuildBench(fixture);
        var runImage = await bench.PushAsync(registry, fixture.RunImage, "run");
        var request = bench.Request with
        {
            ImageName = registry.Image(bench.Name),
            RunImage = runImage,
            Publish = true,
            Credential = registry.Credential,
            CacheImage = registry.Image(bench.Name) + "-cache",
            ReportFolder = bench.Folder("files"),
            SbomFolder = bench.Folder("files"),
            Tags = [":2"],
        };

        var first = await bench.BuildAsync(request);
        var size = System.Text.Encoding.UTF8.GetByteCount(await Skopeo.RawAsync(request.ImageName, registry));

        var expected = $"[image]\n  tags = [\"{request.ImageName}\", \"{request.ImageName}:2\"]\n  digest = \"{first.Digest}\"\n  manifest-size = {size}\n";
        Assert.Equal(expected, await ReportAsync(bench));
        Assert.Contains("build number 2", await OutputAsync(bench, request), StringComparison.Ordinal);
        Assert.Equal(expected, await ReportAsync(bench));
        Assert.True(File.Exists(Sbom(bench)));
    }

    [SkippableTheory]
    [InlineData("app.txt")]
    [InlineData("app.txt/below")]
    public async Task A_folder_that_is_a_file_or_below_one_ends_the_build_before_a_container_runs(string folder)
    {
        await using var bench = new BuildBench(fixture);
        var (sboms, reports) = (Path.Combine(bench.Folder("files"), "new", "sboms"), Path.Combine(bench.App, folder));

        var failure = await bench.FailAsync(bench.Request with { SbomFolder = sboms, ReportFolder = reports });

        Assert.Equal((PackErrorIds.PathUnusable, reports), (failure.ErrorId, failure.Target));
        Assert.Empty(bench.Calls.Calls);
        Assert.False(Directory.Exists(Path.GetDirectoryName(sboms)));
    }

    [SkippableFact]
    public async Task A_link_below_the_folder_is_not_followed()
    {
        await using var bench = new BuildBench(fixture);
        var (files, elsewhere) = (bench.Folder("files"), bench.Folder("elsewhere"));
        Directory.CreateSymbolicLink(Path.Combine(files, "sbom"), elsewhere);

        var failure = await bench.FailAsync(bench.Request with { SbomFolder = files });

        Assert.Equal(PackErrorIds.PathUnusable, failure.ErrorId);
        Assert.Empty(Directory.EnumerateFileSystemEntries(elsewhere));
        Assert.Empty(bench.LeftFiles());
    }

    protected async Task WritesAsync(bool stepwise)
    {
        await using var bench = new BuildBench(fixture);
        if (stepwise)
        {
            await bench.RunStepwiseAsync();
        }

        bench.Write("run", "mkdir -p /layers/sbom/launch; ln -s /etc/passwd /layers/sbom/launch/link");
        var request = bench.Request with { SbomFolder = bench.Folder("files"), ReportFolder = bench.Folder("files"), Tags = ["test/more"] };

        var result = await bench.BuildAsync(request);
        File.Delete(Sbom(bench));
        var again = await bench.BuildAsync(request);

        var expected = $"[image]\n  tags = [\"{bench.Name}\", \"test/more\"]\n  image-id = \"{OciDigest.Hex(result.Id)}\"\n";
        Assert.True(again.Unchanged);
        Assert.Equal(expected, await ReportAsync(bench));
        Assert.Contains("CycloneDX", await File.ReadAllTextAsync(Sbom(bench)), StringComparison.Ordinal);
        Assert.DoesNotContain(Directory.GetFileSystemEntries(bench.Folder("files"), "*", SearchOption.AllDirectories), path => path.EndsWith("link", StringComparison.Ordinal));
        Assert.Contains(result.Warnings, warning => warning.Contains("link", StringComparison.Ordinal));
    }

    private static string Sbom(BuildBench bench) =>
        Path.Combine(bench.Folder("files"), "sbom", "launch", TestBuildpack.Id.Replace('/', '_'), "data", "sbom.cdx.json");

    private static Task<string> ReportAsync(BuildBench bench) => File.ReadAllTextAsync(Path.Combine(bench.Folder("files"), "report.toml"));

    private static async Task<string> OutputAsync(BuildBench bench, BuildRequest request)
    {
        var sink = new RecordingSink();
        await bench.BuildAsync(request, sink);
        return sink.Text;
    }
}
