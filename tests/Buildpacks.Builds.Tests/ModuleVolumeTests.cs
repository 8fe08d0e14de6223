using Buildpacks.Builds.Running;
using Buildpacks.Builds.Tests.Support;
using Buildpacks.Caches;
using Buildpacks.Engines;
using Buildpacks.Sessions;
using Buildpacks.Testing;
using Buildpacks.Testing.Builders;
using Buildpacks.Testing.Engines;

namespace Buildpacks.Builds.Tests;

/// <summary>Large buildpacks that the builder does not have are sent once, and kept in volumes that builds only read.</summary>
public abstract class ModuleVolumeTests(IBuildFixture fixture)
{
    private const int Large = (int)ModuleVolumes.Smallest + 1_000_000;

    /// <summary>What a rebuild may send beside, as the description of the previous image.</summary>
    private const int Other = 500_000;

    [SkippableFact]
    public async Task A_large_buildpack_is_sent_once_and_no_build_can_change_it()
    {
        await using var bench = new BuildBench(fixture);
        using var folder = new TestFolder("module");
        var buildpack = WriteLarge(folder, "1.0.0");
        var request = bench.Request with { PostBuildpacks = [buildpack] };
        var sink = new RecordingSink();

        var first = await bench.BuildAsync(request, sink);
        bench.Write("app.txt", "changed\n");
        var second = await bench.BuildAsync(request);
        await bench.RunStepwiseAsync();
        var stepwise = await bench.BuildAsync(request);

        Assert.Contains($"large has {Large} bytes and link, and cannot be changed", sink.Text, StringComparison.Ordinal);
        Assert.True(first.BytesSent >= Large);
        Assert.InRange(second.BytesSent, 1, first.BytesSent - Large + Other);
        Assert.Equal((second.Id, true), (stepwise.Id, stepwise.Unchanged));
        Assert.InRange(stepwise.BytesSent, 1, first.BytesSent - Large + Other);
        var volume = Assert.Single(await VolumesAsync(bench, "1.0.0"));
        Assert.StartsWith("pack-module-test_large_1.0.0-", volume.Name, StringComparison.Ordinal);
        var cache = Assert.Single(await CacheCatalog.ListAsync(bench.Engine, wants: null, Books(bench), default), cache => cache.Name == volume.Name);
        Assert.Equal((PackCacheKind.Module, true), (cache.Kind, cache.Size >= Large * 0.9));
        await CacheRemover.RemoveAsync(bench.Engine, cache, Books(bench), default);
        Assert.Empty(await VolumesAsync(bench, "1.0.0"));
        Assert.Empty(bench.LeftFiles());
    }

    [SkippableFact]
    public async Task A_volume_that_this_machine_did_not_fill_is_filled_again()
    {
        await using var bench = new BuildBench(fixture);
        using var folder = new TestFolder("module");
        var request = bench.Request with { PostBuildpacks = [WriteLarge(folder, "2.0.0")] };
        await bench.BuildAsync(request);
        var name = Assert.Single(await VolumesAsync(bench, "2.0.0")).Name;
        await bench.Engine.Volumes.RemoveAsync(name, force: false, default);
        await bench.Engine.Volumes.CreateAsync(name, new Dictionary<string, string> { [BuildVolumes.SessionLabel] = "another" }, default);
        var sink = new RecordingSink();

        var again = await bench.BuildAsync(request, sink);

        Assert.Contains($"large has {Large} bytes", sink.Text, StringComparison.Ordinal);
        Assert.True(again.BytesSent >= Large);
        Assert.NotEqual("another", Assert.Single(await VolumesAsync(bench, "2.0.0")).Labels[BuildVolumes.SessionLabel]);
        await bench.Engine.Volumes.RemoveAsync(name, force: false, default);
    }

    [SkippableFact]
    public async Task A_build_that_is_cancelled_while_a_volume_is_filled_leaves_none()
    {
        await using var bench = new BuildBench(fixture);
        using var folder = new TestFolder("module");
        using var stop = new CancellationTokenSource();
        bench.OnCall = call =>
        {
            if (call.Operation == EngineOperation.ContainerCreate)
            {
                stop.Cancel();
            }
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => bench.BuildAsync(bench.Request with { PostBuildpacks = [WriteLarge(folder, "3.0.0")] }, cancellationToken: stop.Token));

        Assert.Empty(await VolumesAsync(bench, "3.0.0"));
        Assert.Empty(await bench.LeftoversAsync());
        Assert.Empty(bench.LeftFiles());
    }

    private static CacheBooks Books(BuildBench bench) => new(bench.Places.Keys, bench.Places.CacheUses, bench.Places.Markers);

    private static async Task<IReadOnlyList<VolumeSummary>> VolumesAsync(BuildBench bench, string version) =>
        [.. (await bench.Engine.Volumes.ListAsync(default)).Where(volume => volume.Name.Contains($"large_{version}-", StringComparison.Ordinal))];

    private static string WriteLarge(TestFolder folder, string version)
    {
        var path = SystemBuilder.WriteTalker(folder, "large", version);
        File.WriteAllBytes(folder["large/data"], new byte[Large]);
        File.CreateSymbolicLink(folder["large/link"], "data");
        File.WriteAllText(folder["large/bin/build"], """
            #!/bin/sh
            cd "$CNB_BUILDPACK_DIR"
            touch new 2>/dev/null || echo no > data 2>/dev/null || rm -f link 2>/dev/null || changed=cannot
            echo "large has $(wc -c < data) bytes and $(ls link), and $changed be changed"
            """);
        return path;
    }
}

[Collection(SharedEngines.Podman)]
public sealed class PodmanModuleVolumeTests(BuildFixture<PodmanFixture> fixture) : ModuleVolumeTests(fixture);

[Collection(SharedEngines.RootlessPodman)]
[Trait("Category", "Long")]
public sealed class RootlessPodmanModuleVolumeTests(BuildFixture<RootlessPodmanFixture> fixture) : ModuleVolumeTests(fixture);

[Collection(SharedEngines.Docker)]
public sealed class DockerModuleVolumeTests(BuildFixture<DockerdFixture> fixture) : ModuleVolumeTests(fixture);
