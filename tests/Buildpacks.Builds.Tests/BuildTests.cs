using Buildpacks.Builds.Tests.Support;
using Buildpacks.Caches;
using Buildpacks.Engines;
using Buildpacks.IO;
using Buildpacks.Oci;
using Buildpacks.Testing;
using Buildpacks.Testing.Builders;
using Buildpacks.Testing.Engines;

namespace Buildpacks.Builds.Tests;

/// <summary>Builds that go well, on whichever engine a derived class names.</summary>
public abstract class BuildTests(IBuildFixture fixture)
{
    /// <summary>What the tests of derived classes use.</summary>
    private protected IBuildFixture Fixture => fixture;

    [SkippableFact]
    public async Task A_first_build_gives_an_image_that_runs()
    {
        await using var bench = new BuildBench(fixture);
        var sink = new RecordingSink();

        var result = await bench.BuildAsync(sink: sink);

        Assert.Equal($"docker.io/{bench.Name}:latest", result.ImageName);
        Assert.False(result.Unchanged);
        Assert.Equal(0, result.LayersReused);
        Assert.True(result.LayersAdded > 0);
        Assert.Equal(ExportRoute.Layout, result.ExportRoute);
        Assert.Equal(fixture.Engine.Kind, result.Engine);
        Assert.Equal((fixture.Builder, fixture.RunImage), (result.Builder, result.RunImage));
        Assert.Equal(["test/app@1.2.3"], result.Buildpacks.Select(buildpack => buildpack.ToString()));
        Assert.Equal(["show", "web"], result.Processes.Select(process => process.Type).Order());
        Assert.True(result.Processes.Single(process => process.Type == "web").Default);
        Assert.Contains("===> BUILDING", sink.Text, StringComparison.Ordinal);
        Assert.Contains("whoami 1000:1000", sink.Text, StringComparison.Ordinal);
        Assert.Empty(sink.OpenActivities);
        Assert.Empty(result.Warnings);
        Assert.Equal("hello\n", await bench.RunImageAsync("--entrypoint", "show", bench.Name));
        Assert.Equal(["volume"], (await bench.LeftoversAsync()).Select(left => left.Split(' ')[0]).Distinct());
    }

    [SkippableFact]
    public async Task The_cache_is_listed_with_its_image_and_removed_when_no_build_runs()
    {
        await using var bench = new BuildBench(fixture);
        await bench.BuildAsync();
        var books = new CacheBooks(bench.Places.Keys, bench.Places.CacheUses, bench.Places.Markers);

        var cache = Assert.Single(await FindAsync());

        Assert.Equal((bench.Name, PackCacheKind.Build, PackCachePlace.Volume, (bool?)false), (cache.ImageName, cache.Kind, cache.Place, cache.Orphaned));
        Assert.Contains($"volume {cache.Name}", await bench.LeftoversAsync());
        Assert.InRange(cache.Size!.Value, 100, 10_000_000);
        Assert.InRange(cache.LastUsed!.Value, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddMinutes(1));
        await bench.Engine.Images.RemoveAsync(bench.Name, force: false, CancellationToken.None);
        Assert.True((await FindAsync()).Single().Orphaned);
        Assert.True(bench.Places.Markers.Turns.TryTake(Buildpacks.Sessions.BuildTurn.Name(EngineKey.Of(bench.Engine), $"docker.io/{bench.Name}:latest"), out var turn));
        using (turn)
        {
            var failure = await Assert.ThrowsAsync<PackException>(() => CacheRemover.RemoveAsync(bench.Engine, cache, books, CancellationToken.None));
            Assert.Equal("CacheInUse", failure.ErrorId);
        }

        await CacheRemover.RemoveAsync(bench.Engine, cache, books, CancellationToken.None);
        Assert.Empty(await FindAsync());
        Assert.Empty(await bench.LeftoversAsync());

        Task<IReadOnlyList<PackCache>> FindAsync() => CacheCatalog.ListAsync(
            bench.Engine, names => names.Any(name => name.Contains(bench.Name, StringComparison.Ordinal)), books, CancellationToken.None);
    }

    /// <summary>The folder of the layers, which is in the image, keeps its owner when that user builds with another group: so it is with pack.</summary>
    [SkippableTheory]
    [InlineData(1234, 2345, "1234:2345", "1234:2345")]
    [InlineData(null, 2345, "1000:2345", "1000:1000")]
    public async Task Another_user_builds_and_owns_the_app(int? user, int? group, string app, string layers)
    {
        await using var bench = new BuildBench(fixture);
        var request = bench.Request with { UserId = user, GroupId = group };
        var sink = new RecordingSink();

        await bench.BuildAsync(request, sink);
        var again = await bench.BuildAsync(request);

        Assert.Contains("whoami " + app, sink.Text, StringComparison.Ordinal);
        Assert.Equal(
            $"{app}\n{layers}", (await bench.RunImageAsync("--entrypoint", "/bin/stat", bench.Name, "-c", "%u:%g", "/workspace/app.txt", "/layers")).Trim());
        Assert.True(again.Unchanged);
    }

    [SkippableFact]
    public async Task A_rebuild_without_changes_gives_the_same_image_and_loads_nothing()
    {
        await using var bench = new BuildBench(fixture);
        var first = await bench.BuildAsync();
        await bench.BuildAsync();

        var result = await bench.BuildAsync();

        Assert.True(result.Unchanged);
        Assert.Equal((first.Id, first.Digest), (result.Id, result.Digest));
        Assert.Equal(0, result.LayersAdded);
        Assert.Equal(first.LayersAdded, result.LayersReused);
        Assert.DoesNotContain(EngineOperation.ImageLoad, result.EngineCalls.Select(call => call.Operation));
        Assert.DoesNotContain(EngineOperation.CopyFromContainer, result.EngineCalls.Select(call => call.Operation));
        if (fixture.Engine.Kind == PackEngineKind.Podman)
        {
            Assert.True(result.EngineCalls.Count <= 2, string.Join(", ", result.EngineCalls.Select(call => call.Operation)));
        }
    }

    [SkippableFact]
    public async Task An_engine_that_refuses_a_sparse_image_gets_a_whole_one()
    {
        await using var bench = new BuildBench(fixture);
        await bench.BuildAsync();
        bench.Write("app.txt", "other\n");

        // Without the layers that this machine keeps, docker's graph drivers have to be given what they hold; podman and containerd's
        // store find it by themselves.
        Directory.Delete(bench.Cache, recursive: true);
        var sink = new RecordingSink();
        var result = await bench.BuildAsync(sink: sink);

        Assert.True(result.LayersReused > 0);
        Assert.Equal("other\n", await bench.RunImageAsync("--entrypoint", "show", bench.Name));
        Assert.Empty(await bench.LayersNotSavedAsync());
        Assert.Equal(
            fixture.Engine.Kind == PackEngineKind.Docker && !DockerdFixture.UsesContainerdStore,
            sink.Messages(PackLogLevel.Verbose).Any(message => message.Contains("Loading it with all layers", StringComparison.Ordinal)));
    }

    [SkippableFact]
    public async Task The_cache_survives_in_the_volume_that_pack_would_name_and_can_be_cleared()
    {
        await using var bench = new BuildBench(fixture);
        var image = ImageReference.Parse(bench.Name);
        await bench.BuildAsync();
        var second = new RecordingSink();
        await bench.BuildAsync(sink: second);
        var cleared = new RecordingSink();
        await bench.BuildAsync(bench.Request with { ClearCache = true }, cleared);

        Assert.Contains("build number 2", second.Text, StringComparison.Ordinal);
        Assert.Contains("build number 1", cleared.Text, StringComparison.Ordinal);
        var names = CacheNames.For(image, bench.Places.Keys);
        Assert.Contains((await bench.Engine.Volumes.ListAsync(CancellationToken.None)), volume => volume.Name == names.Build);
        Assert.Contains(image.Repository, await File.ReadAllTextAsync(Path.Combine(bench.Home, "volume-keys.toml")), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Folders_of_the_machine_can_be_seen_by_the_build()
    {
        await using var bench = new BuildBench(fixture);
        Directory.CreateDirectory(Path.Combine(bench.App, "..", "shared"));
        await File.WriteAllTextAsync(Path.Combine(bench.App, "..", "shared", "file"), "seen");
        bench.Write("run", "cat /shared/file; echo; touch /shared/new 2>/dev/null || echo cannot write");
        var sink = new RecordingSink();

        await bench.BuildAsync(bench.Request with { Volumes = ["./shared:/shared"], BaseFolder = Path.GetDirectoryName(bench.App)! }, sink);

        Assert.Contains("seen\ncannot write", sink.Text, StringComparison.Ordinal);
    }
}

/// <summary>Tests of builds for which it does not matter who the engine runs as.</summary>
public abstract class FullBuildTests(IBuildFixture fixture) : BuildTests(fixture)
{
    [SkippableFact]
    public async Task The_result_tells_every_step_and_every_call()
    {
        await using var bench = new BuildBench(Fixture);

        var result = await bench.BuildAsync();

        string[] steps = ["inspect", "upload", "start", "analyzing", "detecting", "building", "exporting", "import", "cleanup"];
        Assert.Equal(steps, steps.Intersect(result.Phases.Select(phase => phase.Name)));
        Assert.All(result.Phases, phase => Assert.InRange(phase.Duration, TimeSpan.Zero, result.Duration));
        Assert.All(result.EngineCalls, call => Assert.Equal(Fixture.Engine.Kind, call.Engine));
        Assert.Equal(result.EngineCalls.OrderBy(call => call.Started), result.EngineCalls);
        var moved = Fixture.Engine.Kind == PackEngineKind.Podman ? EngineOperation.ContainerRun : EngineOperation.CopyToContainer;
        Assert.Contains(result.EngineCalls, call => call is { BytesSent: > 0 } and ({ ExitCode: 0 } or { Status: 200 }) && call.Operation == moved);
        Assert.Equal(result.EngineCalls.Sum(call => call.BytesSent), result.BytesSent);
        Assert.True(result.BytesReceived > 0);
        Assert.StartsWith(Fixture.Engine.Kind == PackEngineKind.Docker ? "docker at unix:///" : "podman store of ", result.Location, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task The_creation_time_and_the_execution_environment_are_in_the_image()
    {
        await using var bench = new BuildBench(Fixture);
        var time = new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

        await bench.BuildAsync(bench.Request with { CreationTime = time, ExecEnv = "test" });

        var config = (await bench.Engine.Images.InspectAsync([bench.Name], CancellationToken.None))[bench.Name].Config;
        Assert.Equal(("2026-03-04T05:06:07Z", "test"), (config.Created, config.Config!.Labels!["io.buildpacks.exec-env"]));
    }

    [SkippableFact]
    public async Task Layers_of_a_named_image_are_reused_for_another_name()
    {
        await using var bench = new BuildBench(Fixture);
        var first = await bench.BuildAsync();
        var branch = bench.Request with { ImageName = bench.Name + "-branch", PreviousImage = bench.Name };
        var sink = new RecordingSink();

        var result = await bench.BuildAsync(branch, sink);
        var again = await bench.BuildAsync(branch with { PreviousImage = first.Id });
        bench.Write("app.txt", "changed\n");
        var changed = await bench.BuildAsync(branch);
        var without = await bench.BuildAsync(branch with { ImageName = bench.Name + "-new", PreviousImage = bench.Name + "-none" });

        Assert.Equal((first.Id, false, 0, first.LayersAdded), (result.Id, result.Unchanged, result.LayersAdded, result.LayersReused));
        Assert.Contains("Reusing layer", sink.Text, StringComparison.Ordinal);
        Assert.Equal((first.Id, true), (again.Id, again.Unchanged));
        Assert.InRange(changed.LayersAdded, 1, first.LayersAdded - 1);
        Assert.False(changed.Unchanged);
        Assert.Equal(changed.Id, without.Id);
        Assert.Contains("does not exist", Assert.Single(without.Warnings), StringComparison.Ordinal);
        var images = await bench.Engine.Images.InspectAsync([bench.Name, branch.ImageName], CancellationToken.None);
        Assert.Equal([first.Id, changed.Id], [images[bench.Name].Id, images[branch.ImageName].Id]);
    }

    [SkippableFact]
    public async Task A_layout_that_is_known_is_imported_all_the_same_when_another_image_has_the_name()
    {
        await using var bench = new BuildBench(Fixture);
        for (var build = 0; build < 3; build++)
        {
            await bench.BuildAsync();
        }

        var known = (await bench.BuildAsync()).Id;
        await bench.Engine.Images.TagAsync(Fixture.RunImage, bench.Name, CancellationToken.None);

        var result = await bench.BuildAsync();

        Assert.False(result.Unchanged);
        Assert.Equal(known, result.Id);
        Assert.Equal("hello\n", await bench.RunImageAsync("--entrypoint", "show", bench.Name));
    }

    [SkippableFact]
    public async Task A_changed_app_gives_a_new_image_and_no_base_layer_moves()
    {
        await using var bench = new BuildBench(Fixture);
        var first = await bench.BuildAsync();
        bench.Write("page.html", "changed");

        var result = await bench.BuildAsync();

        Assert.NotEqual(first.Id, result.Id);
        Assert.Equal((1, first.LayersAdded - 1), (result.LayersAdded, result.LayersReused));
        Assert.Equal("changed", await bench.RunImageAsync("--entrypoint", "/bin/cat", bench.Name, "/workspace/page.html"));

        // The run image has 5 MB of noise, and busybox.
        Assert.DoesNotContain(EngineOperation.ImageSave, result.EngineCalls.Select(call => call.Operation));
        Assert.True(result.BytesReceived < 1_000_000);
    }

    [SkippableFact]
    public async Task A_changed_layer_below_others_gives_an_image_that_runs()
    {
        await using var bench = new BuildBench(Fixture);
        await bench.BuildAsync();
        bench.Write("app.txt", "other\n");

        var result = await bench.BuildAsync();

        Assert.True(result.LayersReused > 0);
        Assert.Equal("other\n", await bench.RunImageAsync("--entrypoint", "show", bench.Name));
    }

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_rebuild_keeps_the_SBOM_of_layers_that_are_reused(bool fromCache)
    {
        const string file = "/layers/sbom/launch/test_app/data/sbom.cdx.json";
        await using var bench = new BuildBench(Fixture);
        await bench.BuildAsync();
        var before = await bench.RunImageAsync("--entrypoint", "/bin/cat", bench.Name, file);
        bench.Write("page.html", "changed");
        if (!fromCache)
        {
            Directory.Delete(bench.Cache, recursive: true);
        }

        var result = await bench.BuildAsync();

        Assert.Contains("CycloneDX", before, StringComparison.Ordinal);
        Assert.Equal(before, await bench.RunImageAsync("--entrypoint", "/bin/cat", bench.Name, file));
        Assert.Equal(!fromCache, result.EngineCalls.Any(call => call.Operation == EngineOperation.ImageSave));
        Assert.Empty(result.Warnings);
    }

    [SkippableFact]
    public async Task The_image_serves()
    {
        await using var bench = new BuildBench(Fixture);
        bench.Write("index.html", "it serves");
        await bench.BuildAsync();
        var container = "serves-" + Guid.NewGuid().ToString("N")[..8];

        await bench.ToolAsync("run", "--detach", "--network=none", "--name", container, bench.Name);
        try
        {
            var page = await bench.ToolAsync(
                "exec", container, "/bin/sh", "-c", "for i in 1 2 3 4 5 6 7 8 9; do wget -q -O - http://127.0.0.1:8080/ && exit; sleep 1; done");
            Assert.Equal("it serves", page);
        }
        finally
        {
            await bench.Engine.Containers.RemoveAsync(container, force: true, CancellationToken.None);
        }
    }

    [SkippableFact]
    public async Task All_tags_name_the_image_also_when_nothing_changed()
    {
        await using var bench = new BuildBench(Fixture);
        var first = await bench.BuildAsync(bench.Request with { Tags = [bench.Name + ":one", bench.Name + ":two"] });
        var second = await bench.BuildAsync(bench.Request with { Tags = [bench.Name + ":two", bench.Name + ":three"] });

        Assert.Equal([first.ImageName, $"docker.io/{bench.Name}:one", $"docker.io/{bench.Name}:two"], first.Tags);
        Assert.True(second.Unchanged);
        string[] names = [bench.Name, bench.Name + ":one", bench.Name + ":two", bench.Name + ":three"];
        var found = await bench.Engine.Images.InspectAsync(names, CancellationToken.None);
        Assert.Equal(names.Order(), found.Keys.Order());
        Assert.All(found.Values, image => Assert.Equal(first.Id, image.Id));
    }

    [SkippableFact]
    public async Task Environment_reaches_the_buildpacks_and_not_the_image()
    {
        await using var bench = new BuildBench(Fixture);
        var file = Path.Combine(bench.App, "..", "build.env");
        await File.WriteAllTextAsync(file, "FROM_FILE=one\nBOTH=file\n");
        var sink = new RecordingSink();

        var result = await bench.BuildAsync(bench.Request with { Env = ["BOTH=parameter", "ODD=a b=\"c\" $d"], EnvFiles = [file] }, sink);

        Assert.Contains(sink.Lines, line => line.Text == "env FROM_FILE=one");
        Assert.Contains(sink.Lines, line => line.Text == "env BOTH=parameter");
        Assert.Contains(sink.Lines, line => line.Text == "env ODD=a b=\"c\" $d");
        Assert.DoesNotContain("BOTH", await bench.RunImageAsync("--entrypoint", "/bin/env", bench.Name), StringComparison.Ordinal);
        Assert.DoesNotContain(result.EngineCalls, call => call.Arguments.Any(argument => argument.Contains("parameter", StringComparison.Ordinal)));
    }

    [SkippableFact]
    public async Task The_default_process_can_be_chosen()
    {
        await using var bench = new BuildBench(Fixture);

        var result = await bench.BuildAsync(bench.Request with { DefaultProcess = "show" });

        Assert.True(result.Processes.Single(process => process.Type == "show").Default);
        Assert.Equal("hello\n", await bench.RunImageAsync(bench.Name));
    }

    [SkippableFact]
    public async Task A_long_line_comes_in_pieces()
    {
        await using var bench = new BuildBench(Fixture);
        bench.Write("long-line", "");
        var sink = new RecordingSink();

        await bench.BuildAsync(sink: sink);

        Assert.Equal(3000 * 1024, sink.Lines.Where(line => line.Text.StartsWith("xxx", StringComparison.Ordinal)).Sum(line => line.Text.Length));
        Assert.All(sink.Lines, line => Assert.True(line.Text.Length <= 16 * 1024));
    }
}
