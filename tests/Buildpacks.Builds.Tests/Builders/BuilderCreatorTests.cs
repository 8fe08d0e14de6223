using System.Text.Json;
using Buildpacks.Builders;
using Buildpacks.Descriptors.Labels;
using Buildpacks.Engines;
using Buildpacks.Stores;
using Buildpacks.Testing;
using Buildpacks.Testing.Engines;
using Buildpacks.Testing.Samples;
using Microsoft.Extensions.Logging.Abstractions;

namespace Buildpacks.Builds.Tests.Builders;

/// <summary>Builders made in a real engine, looked at from inside their containers and through their labels.</summary>
public abstract class BuilderCreatorTests(EngineFixture fixture)
{
    private readonly CancellationToken _none = CancellationToken.None;

    [SkippableFact]
    public async Task The_sample_builder_says_what_it_is()
    {
        Require();
        var builder = await SampleBuilder.GetAsync(fixture);

        Assert.Equal((1000, 1000), (builder.UserId, builder.GroupId));
        Assert.Equal("io.buildpacks.samples", builder.StackId);
        Assert.Equal(SampleBuilder.RunImage, builder.GetDefaultRunImage().Image);
        Assert.Contains("0.12", builder.Lifecycle.AllPlatformApis());
        Assert.Equal(
            ["samples/perl", "samples/perl-runtime", "samples/perl-app", "samples/shell-web", "samples/static-site", "samples/procfile"],
            builder.Metadata.Buildpacks.Select(buildpack => buildpack.Id));
        Assert.Equal(4, builder.Order.Count);
        Assert.Equal("samples/perl-app@1.0.0", builder.BuildpackLayers["samples/perl"]["1.0.0"].Order![0].Group[1].ToString());
        Assert.Equal("/layers", builder.Detail.Config.Config!.WorkingDir);
        Assert.Equal("1980-01-01T00:00:01Z", builder.Detail.Config.Created);

        // The label's layers are layers of the image.
        var diffIds = builder.Detail.Config.Rootfs.DiffIds;
        Assert.All(builder.BuildpackLayers.Values.SelectMany(versions => versions.Values), layer => Assert.Contains(layer.LayerDiffId, diffIds));

        // What pack reads has to have pack's names.
        using var metadata = JsonDocument.Parse(builder.Detail.Label(BuilderLabels.Metadata)!);
        Assert.Equal("localhost/samples/run", metadata.RootElement.GetProperty("stack").GetProperty("runImage").GetProperty("image").GetString());
        Assert.Equal(JsonValueKind.Array, metadata.RootElement.GetProperty("images")[0].GetProperty("mirrors").ValueKind);
        Assert.True(metadata.RootElement.GetProperty("lifecycle").GetProperty("apis").GetProperty("platform").GetProperty("supported").GetArrayLength() > 0);
    }

    [SkippableFact]
    public async Task A_container_of_the_builder_sees_files_with_the_right_owners_and_modes()
    {
        Require();
        await SampleBuilder.GetAsync(fixture);

        var seen = await RunAsync(
            "cd /; stat -c '%n %a %u:%g' workspace layers platform/env cnb/order.toml cnb/run.toml cnb/build-config/env cnb/lifecycle "
            + "cnb/lifecycle/launcher cnb/buildpacks/samples_shell-web/1.0.0/bin/build cnb/buildpacks/samples_shell-web/1.0.0/buildpack.toml tmp home/cnb; "
            + "readlink lifecycle; stat -c %Y cnb/order.toml; cat cnb/build-config/env/BP_GREETING.default; echo; id -u; touch /workspace/x /layers/y && echo writable");

        Assert.Equal(
            """
            workspace 755 1000:1000
            layers 755 1000:1000
            platform/env 755 0:0
            cnb/order.toml 644 0:0
            cnb/run.toml 644 0:0
            cnb/build-config/env 755 0:0
            cnb/lifecycle 755 0:0
            cnb/lifecycle/launcher 755 0:0
            cnb/buildpacks/samples_shell-web/1.0.0/bin/build 755 0:0
            cnb/buildpacks/samples_shell-web/1.0.0/buildpack.toml 644 0:0
            tmp 1777 0:0
            home/cnb 755 1000:1000
            /cnb/lifecycle
            315532801
            Hello
            1000
            writable
            """, seen.Trim());
    }

    [SkippableFact]
    public async Task The_lifecycle_of_the_builder_runs_and_reads_the_order()
    {
        Require();
        await SampleBuilder.GetAsync(fixture);

        var answer = await RunAsync(
            "mkdir -p /workspace/public && touch /workspace/public/index.html && CNB_PLATFORM_API=0.12 /cnb/lifecycle/detector -layers /layers && cat /layers/group.toml");

        Assert.Contains("samples/static-site", answer, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task No_byte_of_the_build_image_moves_and_a_second_time_nothing_is_sent()
    {
        Require();
        await SampleBuilder.LoadBaseImagesAsync(fixture);
        var log = new EngineCallLog();
        await using var engine = fixture.CreateEngine(log);
        var request = await RequestAsync($"localhost/samples/other-{Guid.NewGuid():N}:1");

        var builder = await CreateAsync(engine, request);

        var sent = log.Calls.Sum(call => call.BytesSent);
        Assert.InRange(sent, 1, 40_000_000);
        Assert.True(builder.Detail.Size > sent, "the builder is larger than what was sent");

        // docker has to tell what containerd's store calls the build image's layers; it does that in an image that it saves.
        Assert.Equal(fixture.Kind == PackEngineKind.Docker && DockerdFixture.UsesContainerdStore, log.Operations.Contains("ImageSave"));

        log.Clear();
        var again = await CreateAsync(engine, request);

        Assert.Equal(builder.Detail.Id, again.Detail.Id);
        Assert.DoesNotContain("ImageLoad", log.Operations);
        Assert.DoesNotContain("ImageSave", log.Operations);
    }

    [SkippableFact]
    public async Task A_builder_can_have_several_names()
    {
        Require();
        await SampleBuilder.LoadBaseImagesAsync(fixture);
        var log = new EngineCallLog();
        await using var engine = fixture.CreateEngine(log);
        var name = $"localhost/samples/named-{Guid.NewGuid():N}";

        var builder = await CreateAsync(engine, (await RequestAsync(name + ":1")) with { Tags = [name + ":2"] });

        var found = await engine.Images.InspectAsync([name + ":2"], _none);
        Assert.Equal(builder.Detail.Id, found[name + ":2"].Id);

        log.Clear();
        await CreateAsync(engine, (await RequestAsync(name + ":1")) with { Tags = [name + ":3"] });

        Assert.DoesNotContain("ImageLoad", log.Operations);
        found = await engine.Images.InspectAsync([name + ":3"], _none);
        Assert.Equal(builder.Detail.Id, found[name + ":3"].Id);
    }

    [SkippableFact]
    public async Task A_builder_that_says_something_else_is_made_anew()
    {
        Require();
        await SampleBuilder.LoadBaseImagesAsync(fixture);
        await using var engine = fixture.CreateEngine();
        using var folder = new TestFolder("described");
        var request = await RequestAsync($"localhost/samples/described-{Guid.NewGuid():N}:1");
        await CreateAsync(engine, request with { ConfigPath = Config("first") });

        var second = await CreateAsync(engine, request with { ConfigPath = Config("second") });

        Assert.Equal("second", second.Metadata.Description);

        // All layers are those of the first: only a label tells the two apart.
        string Config(string description) => folder.File(
            "builder.toml", $"description = \"{description}\"\n[build]\nimage = \"localhost/samples/build\"\n[[run.images]]\nimage = \"localhost/samples/run\"\n");
    }

    [SkippableFact]
    public async Task What_cannot_be_made_leaves_nothing_in_the_store()
    {
        Require();
        await SampleBuilder.LoadBaseImagesAsync(fixture);
        await using var engine = fixture.CreateEngine();
        var before = await engine.Images.ListAsync(new ImageListOptions(), _none);
        using var folder = new TestFolder("broken");
        var config = folder.File("builder.toml", """
            [[buildpacks]]
            uri = "gone"
            [build]
            image = "localhost/samples/build"
            [[run.images]]
            image = "localhost/samples/run"
            """);

        var failure = await Assert.ThrowsAsync<PackException>(async () => await CreateAsync(
            engine, (await RequestAsync("localhost/samples/broken")) with { ConfigPath = config }));

        Assert.Equal("BuildpackNotFound", failure.ErrorId);
        Assert.Contains(folder["gone"], failure.Message, StringComparison.Ordinal);
        Assert.Equal(before.Count, (await engine.Images.ListAsync(new ImageListOptions(), _none)).Count);
    }

    [SkippableFact]
    public async Task A_builder_that_is_given_up_while_it_is_sent_is_not_there()
    {
        Require();
        await SampleBuilder.LoadBaseImagesAsync(fixture);
        await using var engine = fixture.CreateEngine();
        var request = await RequestAsync("localhost/samples/cancelled:1");
        using var stop = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => new BuilderCreator(engine, NullLogger.Instance).CreateAsync(request, new StopAfterFirst(stop), stop.Token));

        Assert.Empty(await engine.Images.InspectAsync([request.ImageName], _none));
    }

    [SkippableTheory]
    [InlineData(EngineOperation.ImageLoad)]
    [InlineData(EngineOperation.ImageInspect)]
    public async Task A_builder_that_is_given_up_when_the_engine_has_it_is_not_there(string call)
    {
        Require();
        await SampleBuilder.LoadBaseImagesAsync(fixture);
        var name = $"localhost/samples/given-up-{Guid.NewGuid():N}";
        (await fixture.RunAsync("tag", SampleBuilder.RunImage, name + ":1")).Checked();
        using var folder = new TestFolder("given-up");
        var request = (await RequestAsync(name + ":1")) with
        {
            Tags = [name + ":2"],
            ConfigPath = folder.File(
                "builder.toml", $"description = \"{name}\"\n[build]\nimage = \"localhost/samples/build\"\n[[run.images]]\nimage = \"{SampleBuilder.RunImage}\"\n"),
        };
        var before = await HeldAsync();
        using var stop = new CancellationTokenSource();
        await using var engine = fixture.CreateEngine(new StopAfterLoad(call, stop));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => new BuilderCreator(engine, NullLogger.Instance).CreateAsync(request, progress: null, stop.Token));

        Assert.Equal(before, await HeldAsync());
    }

    [SkippableTheory]
    [InlineData("localhost/samples/none", "localhost/samples/run", "", "BuildImageNotFound", "'localhost/samples/none'")]
    [InlineData("localhost/samples/build", "localhost/samples/run", "[stack]\nid = \"other\"\n", "StackMismatch", "has 'io.buildpacks.samples'")]
    [InlineData("localhost/samples/build", "localhost/samples/run", "[[targets]]\nos = \"windows\"\n", "BuilderTargetIncompatible", "is for windows/*")]
    [InlineData("localhost/samples/build", "localhost/samples/run", "[lifecycle]\nversion = \"0.20.0\"\n", "LifecycleDownloadUnsupported", "version 0.20.0")]
    [InlineData("localhost/samples/build", "localhost/samples/run", "[lifecycle]\nuri = \"https://example.org/l.tgz\"\n", "LifecycleDownloadUnsupported", "https://example.org/l.tgz")]
    [InlineData("localhost/samples/build", "localhost/samples/run", "[lifecycle]\nuri = \"l.tgz\"\n", "LifecycleNotFound", "l.tgz")]
    public async Task What_a_builder_lacks_is_named(string buildImage, string runImage, string more, string id, string expected)
    {
        Require();
        await SampleBuilder.LoadBaseImagesAsync(fixture);
        await using var engine = fixture.CreateEngine();
        using var folder = new TestFolder("lacking");
        var config = folder.File("builder.toml", $"[build]\nimage = \"{buildImage}\"\n[[run.images]]\nimage = \"{runImage}\"\n{more}");

        var failure = await Assert.ThrowsAsync<PackException>(
            () => CreateAsync(engine, new BuilderRequest { ImageName = "localhost/samples/lacking", ConfigPath = config }));

        Assert.Equal(id, failure.ErrorId);
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
    }

    private void Require()
    {
        Requirement.Meet(SampleBuilder.Missing);
        fixture.Require();
    }

    private static async Task<BuilderRequest> RequestAsync(string name) => new()
    {
        ImageName = name,
        ConfigPath = SampleFiles.BuilderToml,
        LifecyclePath = await LifecycleArchiveFile.GetAsync(),
    };

    private Task<BuilderImage> CreateAsync(IEngine engine, BuilderRequest request) =>
        new BuilderCreator(engine, NullLogger.Instance).CreateAsync(request, progress: null, _none);

    /// <summary>All images of the engine, with their names.</summary>
    private async Task<IEnumerable<string>> HeldAsync() =>
        (await fixture.RunAsync("images", "--all", "--no-trunc", "--format", "{{.ID}} {{.Repository}}:{{.Tag}}")).Checked().Split('\n').Order(StringComparer.Ordinal);

    /// <summary>Runs a script in a container of the builder.</summary>
    private async Task<string> RunAsync(string script)
    {
        await using var engine = fixture.CreateEngine();
        var container = await engine.Containers.CreateAsync(
            new ContainerSpec { Image = SampleBuilder.Name, Entrypoint = [], Command = ["/bin/bash", "-c", script], Network = "none" }, _none);
        try
        {
            var output = new OutputCapture();
            var code = await engine.Containers.AttachAsync(container, start: true, output, _none);
            Assert.True(code == 0, $"exit code {code}: {output.Output}{output.Error}");
            return output.Output;
        }
        finally
        {
            await engine.Containers.RemoveAsync(container, force: true, _none);
        }
    }

    /// <summary>Cancels when the first bytes have gone.</summary>
    private sealed class StopAfterFirst(CancellationTokenSource stop) : IProgress<long>
    {
        public void Report(long value) => stop.Cancel();
    }
}
