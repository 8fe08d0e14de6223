using System.Text.Json;
using Buildpacks.Builds.Running;
using Buildpacks.Builds.Tests.Support;
using Buildpacks.Configuration;
using Buildpacks.Engines;
using Buildpacks.IO;
using Buildpacks.Oci;
using Buildpacks.Stores;
using Buildpacks.Stores.Copies;
using Buildpacks.Testing;
using Buildpacks.Testing.Builders;
using Buildpacks.Testing.Engines;

namespace Buildpacks.Builds.Tests.Identity;

/// <summary>The same app, builder and settings make the same image in every engine, whatever the names and however a lifecycle reads them.</summary>
[Trait("Category", "Long")]
public sealed class OneImageTests(
    NamesFixture<PodmanFixture> podman, NamesFixture<RootlessPodmanFixture> rootless, NamesFixture<DockerdFixture> docker)
    : IClassFixture<NamesFixture<PodmanFixture>>, IClassFixture<NamesFixture<RootlessPodmanFixture>>, IClassFixture<NamesFixture<DockerdFixture>>
{
    private IBuildFixture[] All => [podman, rootless, docker];

    public static TheoryData<string, string> NamesAndReadings()
    {
        var data = new TheoryData<string, string>();
        foreach (var registry in NamesFixture.Registries)
        {
            // All lifecycles read a name with a dot or a port in the same way.
            foreach (var reading in registry == NamesFixture.Registries[0] ? NamesFixture.Readings : NamesFixture.Readings[1..])
            {
                data.Add(registry, reading);
            }
        }

        return data;
    }

    [SkippableTheory]
    [MemberData(nameof(NamesAndReadings))]
    public async Task Every_engine_makes_the_same_image_and_makes_it_once(string registry, string reading)
    {
        var ids = new Dictionary<string, string>();
        foreach (var fixture in All)
        {
            await using var bench = new BuildBench(fixture);
            var name = $"{registry}/{bench.Name}";
            var request = bench.Request with
            {
                ImageName = name,
                Tags = [name + "-more:2"],
                Builder = NamesFixture.BuilderName(registry, reading),
                RunImage = NamesFixture.RunImageName(registry),
            };
            var sink = new RecordingSink();

            var first = await bench.BuildAsync(request, sink);
            await bench.BuildAsync(request, sink);
            var again = await bench.BuildAsync(request, sink);

            Assert.Equal((first.Id, true, 0), (again.Id, again.Unchanged, again.LayersAdded));
            Assert.Equal([$"{name}:latest", $"{name}-more:2"], first.Tags);
            var images = await bench.Engine.Images.InspectAsync([name, name + "-more:2", request.RunImage], CancellationToken.None);
            Assert.Equal([first.Id, first.Id], [images[name].Id, images[name + "-more:2"].Id]);
            Assert.Equal(OciDigest.Hex(images[request.RunImage].Id), ReferenceOf(images[name]));
            Assert.DoesNotContain("/.layouts", sink.Text, StringComparison.Ordinal);
            Assert.DoesNotContain(".invalid", sink.Text, StringComparison.Ordinal);
            Assert.Contains($"Saving {name}:latest...", sink.Text, StringComparison.Ordinal);
            Assert.Contains($"*** Images ({OciDigest.Hex(first.Id)[..12]}):\n      {name}:latest\n", sink.Text, StringComparison.Ordinal);
            Assert.Equal("hello\n", await bench.RunImageAsync("--entrypoint", "show", name));
            Assert.Equal("777", (await bench.RunImageAsync("--entrypoint", "/bin/stat", name, "-c", "%a", "/workspace")).Trim());
            ids[fixture.Engine.Name] = first.Id;

            if (fixture.Engine.Kind == PackEngineKind.Podman)
            {
                Assert.Equal([EngineOperation.ImageInspect, EngineOperation.ContainerRun], again.EngineCalls.Select(call => call.Operation));
                await bench.RunStepwiseAsync();
                var builder = (await bench.Engine.Images.InspectAsync([request.Builder], CancellationToken.None))[request.Builder];
                bench.Places.Unpiped.Store(builder.Id, "stepwise");
                var steps = await bench.BuildAsync(request);
                await bench.Engine.Images.RemoveAsync(name, force: true, CancellationToken.None);
                var fresh = await bench.BuildAsync(request with { ClearCache = true });
                Assert.Equal((first.Id, true, first.Id, false), (steps.Id, steps.Unchanged, fresh.Id, fresh.Unchanged));
            }
        }

        if (!DockerdFixture.UsesContainerdStore)
        {
            Assert.True(ids.Values.Distinct().Count() == 1, string.Join(", ", ids));
        }
    }

    [SkippableTheory]
    [MemberData(nameof(NamesAndReadings))]
    public async Task The_daemon_route_makes_it_too(string registry, string reading)
    {
        await using var bench = new BuildBench(docker);
        var name = $"{registry}/{bench.Name}";
        var request = bench.Request with
        {
            ImageName = name,
            Builder = NamesFixture.BuilderName(registry, reading),
            RunImage = NamesFixture.RunImageName(registry),
            ExportRoute = ExportRoute.Daemon,
            TrustBuilder = true,
        };

        var first = await bench.BuildAsync(request);
        bench.Write("page.html", "changed");
        var changed = await bench.BuildAsync(request);
        var built = (await bench.Engine.Images.InspectAsync([name], CancellationToken.None))[name];
        Assert.Equal(changed.Id, built.Id);
        var layout = await bench.BuildAsync(request with { ExportRoute = ExportRoute.Layout });

        var image = (await bench.Engine.Images.InspectAsync([name], CancellationToken.None))[name];
        Assert.NotEqual(first.Id, changed.Id);
        Assert.True(changed.LayersReused > 0);
        Assert.Equal(layout.Id, image.Id);
        Assert.Equal(built.Config.Rootfs.DiffIds, image.Config.Rootfs.DiffIds);
        Assert.Equal(ReferenceOf(image), ReferenceOf(built));
        if (!DockerdFixture.UsesContainerdStore)
        {
            Assert.Equal((built.Id, true), (layout.Id, layout.Unchanged));
        }
    }

    [SkippableFact]
    public async Task The_labels_name_the_run_image_that_the_user_chose()
    {
        foreach (var fixture in All)
        {
            await using var bench = new BuildBench(fixture);
            ExportRoute[] routes = fixture.Engine.Kind == PackEngineKind.Docker ? [ExportRoute.Layout, ExportRoute.Daemon] : [ExportRoute.Layout];
            foreach (var route in routes)
            {
                // The builder knows a run image of another name.
                await bench.BuildAsync(bench.Request with { RunImage = NamesFixture.StepsRunImage, ExportRoute = route, TrustBuilder = true });
                Assert.Equal((NamesFixture.StepsRunImage, NamesFixture.StepsRunImage, null), await RunImageLabelsAsync(bench));

                await bench.BuildAsync(bench.Request with { RunImage = null, ExportRoute = route, TrustBuilder = true });
                Assert.Equal((fixture.RunImage, fixture.RunImage, NamesFixture.Mirror), await RunImageLabelsAsync(bench));
            }
        }
    }

    [SkippableFact]
    public async Task Every_engine_makes_the_same_builder()
    {
        var ids = new HashSet<string>();
        foreach (var fixture in All)
        {
            await using var bench = new BuildBench(fixture);
            ids.Add((await bench.Engine.Images.InspectAsync([fixture.Builder], CancellationToken.None))[fixture.Builder].Id);
            var history = await bench.Engine.Images.GetHistoryAsync(fixture.Builder, CancellationToken.None);
            Assert.Equal("test image", history[^1].CreatedBy);
        }

        if (!DockerdFixture.UsesContainerdStore)
        {
            Assert.Single(ids);
        }
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_base_layers_keep_their_history_when_every_step_made_a_layer(bool emptyStep)
    {
        foreach (var fixture in All)
        {
            await using var bench = new BuildBench(fixture);
            await bench.BuildAsync(bench.Request with { RunImage = emptyStep ? NamesFixture.StepsRunImage : fixture.RunImage });

            var history = (await bench.Engine.Images.GetHistoryAsync(bench.Name, CancellationToken.None)).Reverse().ToList();

            string[] expected = emptyStep ? ["", ""] : ["test image", "test image"];
            Assert.Equal(expected, history.Take(2).Select(step => step.CreatedBy));
            Assert.Equal(emptyStep ? "" : "a <layer> & more", history[0].Comment);
            Assert.Contains(history.Skip(2), step => step.CreatedBy.Contains("data", StringComparison.Ordinal));
        }
    }

    [SkippableFact]
    public Task A_copied_image_is_unchanged_on_both_sides_from_podman_to_docker() => CopyAndRebuildAsync(podman, docker);

    [SkippableFact]
    public Task A_copied_image_is_unchanged_on_both_sides_from_docker_to_podman() => CopyAndRebuildAsync(docker, podman);

    [SkippableFact]
    public Task A_copied_image_is_unchanged_on_both_sides_from_rootless_podman_to_docker() => CopyAndRebuildAsync(rootless, docker);

    /// <summary>The run image's name in both places of the label, and its mirror.</summary>
    private static async Task<(string? RunImage, string? StackRunImage, string? Mirror)> RunImageLabelsAsync(BuildBench bench)
    {
        var image = (await bench.Engine.Images.InspectAsync([bench.Name], CancellationToken.None))[bench.Name];
        using var label = JsonDocument.Parse(image.Label(AppLabels.Lifecycle)!);
        var runImage = label.RootElement.GetProperty("runImage");
        return (
            runImage.GetProperty("image").GetString(),
            label.RootElement.GetProperty("stack").GetProperty("runImage").GetProperty("image").GetString(),
            runImage.TryGetProperty("mirrors", out var mirrors) ? Assert.Single(mirrors.EnumerateArray()).GetString() : null);
    }

    private static string ReferenceOf(ImageDetail image)
    {
        using var label = JsonDocument.Parse(image.Label(AppLabels.Lifecycle)!);
        return label.RootElement.GetProperty("runImage").GetProperty("reference").GetString()!;
    }

    private static async Task CopyAndRebuildAsync(IBuildFixture from, IBuildFixture to)
    {
        await using var source = new BuildBench(from);
        await using var target = new BuildBench(to);
        using var folder = new TestFolder("copy");
        var name = "localhost/" + source.Name;
        var request = source.Request with { ImageName = name };
        var first = await source.BuildAsync(request);
        await ImageCopier.CopyAsync(
            new CopyRequest(CopyPlace.In(source.Engine), CopyPlace.In(target.Engine)) { Image = name, Names = [name] }, new SilentSink(), CancellationToken.None);

        var there = await target.BuildAsync(request with { Builder = to.Builder }, other: Other(from.Engine, "there"));
        var here = await source.BuildAsync(request, other: Other(to.Engine, "here"));
        source.Write("page.html", "changed");
        var changed = await source.BuildAsync(request, other: Other(to.Engine, "changed"));

        Assert.Equal((true, true, false), (there.Unchanged, here.Unchanged, changed.Unchanged));
        Assert.Empty(there.Warnings);
        Assert.Empty(here.Warnings);
        Assert.Single(changed.Warnings);
        Assert.Equal(first.Id, here.Id);

        OtherEngine Other(EngineFixture engine, string hints) => new(OtherEngineEnvironment.Of(engine, folder), new Hints(folder[hints]));
    }
}
