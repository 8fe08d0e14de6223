using System.Text.Json;
using Buildpacks.Builds.Tests.Support;
using Buildpacks.Engines;
using Buildpacks.Oci;
using Buildpacks.Stores;
using Buildpacks.Stores.Registry;
using Buildpacks.Testing;
using Buildpacks.Testing.Builders;
using Buildpacks.Testing.Processes;
using Buildpacks.Testing.Registries;

namespace Buildpacks.Builds.Tests;

/// <summary>Builds with lifecycles that can export to no layout, on whichever engine a derived class names.</summary>
public abstract class OldLifecycleTests(IBuildFixture fixture, RegistryFixture registry)
{
    private const string Surroundings = "env; cut -d: -f1 /proc/net/dev; cat /proc/self/environ /proc/1/environ 2>/dev/null | tr '\\0' '\\n'";

    [SkippableFact]
    public Task The_image_is_like_that_of_a_newer_lifecycle_and_an_unchanged_rebuild_makes_none() => BuildsAsync(stepwise: false);

    /// <summary>Builds with an old lifecycle, again, and with a changed app.</summary>
    /// <param name="stepwise">Whether an engine that builds in one run builds step by step.</param>
    private protected async Task BuildsAsync(bool stepwise)
    {
        var builder = await OldBuilder.MakeAsync(fixture, "0.7", "0.8", "0.9", "0.10", "0.11");
        await using var bench = new BuildBench(fixture);
        if (stepwise)
        {
            bench.Places.Unpiped.Store((await bench.Engine.Images.InspectAsync([builder], CancellationToken.None))[builder].Id, "stepwise");
        }

        var newer = await bench.BuildAsync(bench.Request with { ImageName = bench.Name + "-newer" });
        var request = bench.Request with { Builder = builder, Tags = [bench.Name + ":two"], ReportFolder = bench.Folder("report") };
        var (first, again) = (new RecordingSink(), new RecordingSink());

        var built = await bench.BuildAsync(request, first);
        var rebuilt = await bench.BuildAsync(request, again);
        bench.Write("app.txt", "changed\n");
        var changed = await bench.BuildAsync(request);

        Assert.Equal((ExportRoute.Registry, false), (built.ExportRoute, built.Unchanged));
        Assert.Equal((built.Id, true, 0), (rebuilt.Id, rebuilt.Unchanged, rebuilt.LayersAdded));
        Assert.Equal((false, 2), (changed.Unchanged, changed.LayersAdded));
        Assert.Equal("changed\n", await bench.RunImageAsync("--entrypoint", "show", bench.Name));
        Assert.Equal(await LabelAsync(bench, newer.Id, "reference"), await LabelAsync(bench, built.Id, "reference"));
        Assert.NotNull(AppMetadata.Read((await bench.Engine.Images.InspectAsync([changed.Id], CancellationToken.None))[changed.Id].Config)!.SbomLayer);
        Assert.Contains("reusing data", again.Text, StringComparison.Ordinal);
        Assert.Contains($"Saving docker.io/{bench.Name}:latest...", first.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("127.0.0.1", first.Text + again.Text, StringComparison.Ordinal);
        Assert.Contains(bench.Name, await File.ReadAllTextAsync(Path.Combine(request.ReportFolder, "report.toml")), StringComparison.Ordinal);
        Assert.DoesNotContain(await bench.LeftoversAsync(), left => !left.Contains("pack-cache", StringComparison.Ordinal));
        Assert.Empty(bench.LeftFiles());
    }

    [SkippableFact]
    public async Task A_published_image_is_in_its_registry_and_an_unchanged_publish_sends_nothing()
    {
        var builder = await OldBuilder.MakeAsync(fixture, "0.9");
        await using var bench = new BuildBench(fixture);
        var runImage = await bench.PushAsync(registry, fixture.RunImage, "run");
        var request = bench.Request with
        {
            ImageName = registry.Image(bench.Name) + ":latest", RunImage = runImage, Builder = builder, Publish = true, Credential = registry.Credential,
        };
        bench.Write("run", Surroundings);
        var sink = new RecordingSink();
        using var watch = new CommandLineWatch();

        var published = await bench.BuildAsync(request, sink);
        var again = await bench.BuildAsync(request);

        Assert.Equal(ExportRoute.Registry, published.ExportRoute);
        Assert.Equal((published.Digest, true), (again.Digest, again.Unchanged));
        Assert.DoesNotContain(again.EngineCalls, call => call.Registry is not null && call.Operation is "BlobSend" or "BlobUpload" or "ManifestPut");
        var raw = await Skopeo.RawAsync(request.ImageName, registry);
        Assert.Equal(published.Digest, OciDigest.Of(System.Text.Encoding.UTF8.GetBytes(raw)));
        using var client = new RegistryClient(new RegistryOptions { Credentials = KnownCredentials.For(registry.Host, registry.Credential) });
        var store = new RegistryImageStore(client);
        var image = await store.ResolveAsync(ImageReference.Parse(request.ImageName), new OciPlatform("amd64", "linux"), CancellationToken.None);
        var run = await store.ResolveAsync(ImageReference.Parse(runImage), new OciPlatform("amd64", "linux"), CancellationToken.None);
        Assert.Equal(run.Manifest.Layers, image.Manifest.Layers.Take(run.Manifest.Layers.Count));
        Assert.Contains(run.LabelReference, image.Config.Config!.Labels!["io.buildpacks.lifecycle.metadata"], StringComparison.Ordinal);
        Assert.Empty(await bench.Engine.Images.InspectAsync([request.ImageName, runImage], CancellationToken.None));
        Assert.All(watch.Seen().Append(sink.Text), text => Assert.DoesNotContain(registry.Credential.Password, text, StringComparison.Ordinal));
        Assert.DoesNotContain(watch.Seen(), line => line.Contains("Basic ", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task Buildpacks_know_nothing_of_the_registry_of_the_build()
    {
        var builder = await OldBuilder.MakeAsync(fixture, "0.9");
        await using var bench = new BuildBench(fixture);
        bench.Write("run", Surroundings);
        var sink = new RecordingSink();

        await bench.BuildAsync(bench.Request with { Builder = builder }, sink);

        Assert.Contains("CNB_PLATFORM_DIR=", sink.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("CNB_REGISTRY_AUTH", sink.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("127.0.0.1", sink.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("eth", sink.Text, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_build_that_fails_or_is_stopped_leaves_nothing()
    {
        var builder = await OldBuilder.MakeAsync(fixture, "0.9");
        await using var bench = new BuildBench(fixture);
        var request = bench.Request with { Builder = builder };
        bench.Write("fail", "");
        var failure = await bench.FailAsync(request);
        File.Delete(Path.Combine(bench.App, "fail"));
        bench.Write("sleep", "600");
        using var stop = new CancellationTokenSource();
        var sink = new RecordingSink { OnOutput = line => { if (line.Text == "sleeping") { stop.Cancel(); } } };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => bench.BuildAsync(request, sink, cancellationToken: stop.Token));

        Assert.Equal("BuildpackFailed", failure.ErrorId);
        Assert.Empty(await bench.LeftoversAsync());
        Assert.Empty(bench.LeftFiles());
        Assert.False(await bench.ImageExistsAsync());
    }

    [SkippableFact]
    public async Task Trust_decides_what_a_container_gets_and_not_which_image_comes_out()
    {
        var builder = await OldBuilder.MakeAsync(fixture, "0.9");
        await using var bench = new BuildBench(fixture);
        bench.Write("steady", "");
        var request = bench.Request with { Builder = builder, Network = "host" };
        var isDocker = fixture.Engine.Kind == PackEngineKind.Docker;

        var apart = await bench.BuildAsync(request);
        var trusted = await bench.BuildAsync(request with { ImageName = bench.Name + "-trusted", TrustBuilder = true });
        var failure = await bench.FailAsync(request with { ExportRoute = ExportRoute.Daemon });

        Assert.Equal((ExportRoute.Registry, isDocker ? ExportRoute.Daemon : ExportRoute.Registry), (apart.ExportRoute, trusted.ExportRoute));
        Assert.Equal(apart.Id, trusted.Id);
        Assert.Equal((2, 1), (Containers(apart), Containers(trusted)));
        Assert.Equal(isDocker ? "BuilderNotTrusted" : "DaemonRouteUnsupported", failure.ErrorId);

        static int Containers(BuildResult result) => result.EngineCalls.Count(call => call.Operation is EngineOperation.ContainerRun or EngineOperation.ContainerCreate);
    }

    [SkippableTheory]
    [InlineData(ExportRoute.Auto, "IncompatibleApi")]
    [InlineData(ExportRoute.Registry, "RegistryRouteUnsupported")]
    public async Task An_engine_of_another_machine_is_refused(ExportRoute route, string error)
    {
        var builder = await OldBuilder.MakeAsync(fixture, "0.9");
        await using var bench = new BuildBench(fixture);
        var calls = new EngineCallCollector();

        var failure = await Assert.ThrowsAsync<PackException>(() => PackBuild.RunAsync(
            bench.Request with { Builder = builder, ExportRoute = route }, ApartEngine.Of(bench.Engine, isKnown: true), calls, bench.Places, new RecordingSink(), CancellationToken.None));

        Assert.Equal(error, failure.ErrorId);
        Assert.Contains("far.example.com", failure.Message + failure.RecommendedAction, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Containers_that_do_not_reach_the_registry_of_the_build_are_told_of()
    {
        var builder = await OldBuilder.MakeAsync(fixture, "0.9");
        await using var bench = new BuildBench(fixture);

        var failure = await Assert.ThrowsAsync<PackException>(() => PackBuild.RunAsync(
            bench.Request with { Builder = builder }, ApartEngine.Of(bench.Engine, isKnown: false), new EngineCallCollector(), bench.Places, new RecordingSink(), CancellationToken.None));

        Assert.Equal("RegistryRouteUnsupported", failure.ErrorId);
        Assert.Contains("127.0.0.1", failure.Message, StringComparison.Ordinal);
        Assert.Empty(await bench.LeftoversAsync());
    }

    private static async Task<string?> LabelAsync(BuildBench bench, string id, string name) =>
        JsonDocument.Parse((await bench.Engine.Images.InspectAsync([id], CancellationToken.None))[id].Config.Config!.Labels!["io.buildpacks.lifecycle.metadata"])
            .RootElement.GetProperty("runImage").GetProperty(name).GetString();
}
