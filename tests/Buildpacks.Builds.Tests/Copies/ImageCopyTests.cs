using Buildpacks.Builds.Tests.Support;
using Buildpacks.Engines;
using Buildpacks.Stores.Copies;
using Buildpacks.Testing;
using Buildpacks.Testing.Engines;
using Buildpacks.Testing.Images;

namespace Buildpacks.Builds.Tests.Copies;

/// <summary>Copies between two real engines, directly and through files.</summary>
public abstract class ImageCopyTests(EngineFixture from, EngineFixture to) : IDisposable
{
    /// <summary>What the tests of derived classes use.</summary>
    private protected EngineFixture From => from;

    /// <summary>What the tests of derived classes use.</summary>
    private protected EngineFixture To => to;

    private const int Padding = 3_000_000;

    private protected readonly TestFolder Folder = new("copies");
    private protected readonly string ImageName = $"docker.io/copies/{Guid.NewGuid().ToString("N")[..8]}:1";

    public void Dispose() => Folder.Dispose();

    [SkippableFact]
    public async Task A_copy_is_the_same_image_under_the_same_name_and_runs()
    {
        Require();
        await using var source = from.CreateEngine();
        await using var target = to.CreateEngine();
        var id = await LoadAsync(source);
        var sink = new RecordingSink();

        var copy = await CopyAsync(CopyPlace.In(source), CopyPlace.In(target), id, sink: sink);

        Assert.Equal((ImageName, to.Kind), (copy.Name, copy.Engine));
        Assert.Equal([ImageName], copy.Tags);
        Assert.Equal(await IdAsync(target, ImageName), copy.Id);
        await AssertSameAsync(source, target);
        Assert.Equal(3, copy.LayersMoved + copy.LayersSkipped);
        Assert.Equal(ImageName, await RunAsync(ImageName));
        Assert.Empty(sink.OpenActivities);
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Only_the_layers_that_are_missing_are_sent(bool compressed)
    {
        Require();
        await using var source = from.CreateEngine();
        var calls = new EngineCallLog();
        await using var target = to.CreateEngine(calls);

        // No other image has this layer, so that the store knows it in one form only.
        var image = Image(ImageName, ImageName) with { Padding = Padding + (compressed ? 1 : 2) };
        var id = await IdAsync(source, await image.LoadAsync(source));
        await (image with { Name = "copies/base:1", Files = new Dictionary<string, string>(), Compressed = compressed }).LoadAsync(target);
        calls.Clear();

        var copy = await CopyAsync(CopyPlace.In(source), CopyPlace.In(target), id);

        Assert.Equal((1, 2), (copy.LayersMoved, copy.LayersSkipped));
        Assert.InRange(copy.BytesMoved, 1, 100_000);
        Assert.InRange(calls.Calls.Single(call => call.Operation == EngineOperation.ImageLoad).BytesSent, 1, 100_000);
        await AssertSameAsync(source, target);
        Assert.Equal(ImageName, await RunAsync(ImageName));

        // A layer under a name that the store does not have would be missed only here.
        var whole = await CopyAsync(CopyPlace.In(target), CopyPlace.At(Folder["whole"]), ImageName);
        Assert.Equal((3, 0), (whole.LayersMoved, whole.LayersSkipped));
    }

    [SkippableTheory]
    [InlineData(PackImageFormat.Layout)]
    [InlineData(PackImageFormat.OciArchive)]
    [InlineData(PackImageFormat.DockerArchive)]
    public async Task An_image_goes_from_one_engine_to_the_other_through_a_file(PackImageFormat format)
    {
        Require();
        await using var source = from.CreateEngine();
        await using var target = to.CreateEngine();
        var id = await LoadAsync(source);
        var config = await SavedConfig.DigestAsync(source, id);
        var file = CopyPlace.At(Folder["image"]) with { Format = format };

        var written = await CopyAsync(CopyPlace.In(source), file, id);
        var read = await CopyAsync(file, CopyPlace.In(target), image: null);

        Assert.Equal((config, await IdAsync(target, ImageName)), (written.Id, read.Id));
        await AssertSameAsync(source, target);
        Assert.Equal((ImageName, Folder["image"], 3, 0), (written.Name, written.Destination, written.LayersMoved, written.LayersSkipped));
        Assert.InRange(written.BytesMoved, Padding, 2 * Padding + 4_000_000);
        Assert.Equal([Folder["image"]], Directory.GetFileSystemEntries(Folder.Path));
        Assert.Equal(ImageName, await RunAsync(ImageName));

        // What came out of a layout can be given on as it is.
        var back = await CopyAsync(CopyPlace.In(target), CopyPlace.At(Folder["again"]), ImageName);
        Assert.Equal(config, back.Id);
    }

    private protected void Require()
    {
        Requirement.Meet(TestImage.Unavailable);
        from.Require();
        to.Require();
    }

    private protected TestImage Image(string name, string? told) => new()
    {
        Name = name,
        Padding = Padding,
        Environment = ["PATH=/bin", "COPY=" + ImageName],
        Files = told is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["/told"] = told },
    };

    /// <summary>More than any other layer has, and than any other image.</summary>
    private protected string Large() => new string('x', 3 * Padding) + ImageName;

    private protected Task<string> LoadAsync(IEngine engine) => LoadAsync(engine, ImageName, ImageName);

    private protected async Task<string> LoadAsync(IEngine engine, string name, string told)
    {
        await Image(name, told).LoadAsync(engine);
        return await IdAsync(engine, name);
    }

    private protected Task<PackImageCopy> CopyAsync(
        CopyPlace source, CopyPlace target, string? image, string? newName = null, IReadOnlyList<string>? names = null, IPackSink? sink = null,
        CancellationToken cancellationToken = default) =>
        ImageCopier.CopyAsync(
            new CopyRequest(source, target) { Image = image, Names = names ?? [ImageName], NewName = newName }, sink ?? new RecordingSink(), cancellationToken);

    /// <summary>Both engines hold the same image: one config, which is the id wherever an image has but one.</summary>
    private protected async Task AssertSameAsync(IEngine source, IEngine target)
    {
        var config = await SavedConfig.DigestAsync(source, ImageName);
        Assert.Equal(config, await SavedConfig.DigestAsync(target, ImageName));
        foreach (var engine in new[] { source, target }.Where(engine => engine.Kind == PackEngineKind.Podman || !DockerdFixture.UsesContainerdStore))
        {
            Assert.Equal(config, await IdAsync(engine, ImageName));
        }
    }

    private protected static async Task<string> IdAsync(IEngine engine, string name) =>
        (await engine.Images.InspectAsync([name], CancellationToken.None))[name].Id;

    private protected async Task<string> RunAsync(string image) => (await to.RunAsync("run", "--rm", "--network=none", image, "/bin/cat", "/told")).Checked();

    /// <summary>Cancels as soon as bytes move.</summary>
    private protected sealed class StoppingSink(CancellationTokenSource stop) : IPackSink
    {
        public void Log(PackLogLevel level, string category, string message)
        {
        }

        public void Progress(PackProgress progress)
        {
            if (progress.Current is not null)
            {
                stop.Cancel();
            }
        }

        public void Output(PackOutputLine line)
        {
        }
    }
}

/// <summary>Copies for which it does not matter who the engines run as.</summary>
public abstract class FullImageCopyTests(EngineFixture from, EngineFixture to) : ImageCopyTests(from, to)
{
    [SkippableFact]
    public async Task An_image_whose_layers_are_compressed_is_copied()
    {
        Require();
        await using var source = From.CreateEngine();
        await using var target = To.CreateEngine();
        await (Image(ImageName, ImageName) with { Compressed = true }).LoadAsync(source);

        await CopyAsync(CopyPlace.In(source), CopyPlace.In(target), ImageName);

        await AssertSameAsync(source, target);
        Assert.Equal(ImageName, await RunAsync(ImageName));
    }

    [SkippableFact]
    public async Task An_image_that_differs_in_its_config_alone_is_another_image()
    {
        Require();
        await using var source = From.CreateEngine();
        await using var target = To.CreateEngine();
        await LoadAsync(source);
        await (Image(ImageName, ImageName) with { Environment = ["PATH=/bin"] }).LoadAsync(target);

        var copy = await CopyAsync(CopyPlace.In(source), CopyPlace.In(target), ImageName);

        Assert.Equal((0, 3), (copy.LayersMoved, copy.LayersSkipped));
        Assert.InRange(copy.BytesMoved, 1, 100_000);
        Assert.Equal(await IdAsync(target, ImageName), copy.Id);
        await AssertSameAsync(source, target);
    }

    [SkippableFact]
    public async Task What_was_copied_is_the_same_image_on_its_way_back()
    {
        Require();
        await using var source = From.CreateEngine();
        await using var target = To.CreateEngine();
        var id = await LoadAsync(source);
        var config = await SavedConfig.DigestAsync(source, id);
        await CopyAsync(CopyPlace.In(source), CopyPlace.In(target), id);

        var nothing = await CopyAsync(CopyPlace.In(target), CopyPlace.In(source), ImageName);
        await source.Images.RemoveAsync(ImageName, force: true, CancellationToken.None);
        var back = await CopyAsync(CopyPlace.In(target), CopyPlace.In(source), ImageName);

        Assert.Equal((id, 0, 3, 0), (nothing.Id, nothing.LayersMoved, nothing.LayersSkipped, nothing.BytesMoved));
        Assert.Equal(await IdAsync(source, ImageName), back.Id);
        Assert.Equal(config, await SavedConfig.DigestAsync(source, ImageName));
        Assert.Equal(ImageName, (await From.RunAsync("run", "--rm", "--network=none", ImageName, "/bin/cat", "/told")).Checked());
    }

    [SkippableFact]
    public async Task An_image_that_is_there_gets_the_name_and_nothing_moves()
    {
        Require();
        var calls = new EngineCallLog();
        await using var source = From.CreateEngine(calls);
        await using var target = To.CreateEngine();
        var id = await LoadAsync(source);
        await CopyAsync(CopyPlace.In(source), CopyPlace.In(target), id);
        calls.Clear();

        var copy = await CopyAsync(CopyPlace.In(source), CopyPlace.In(target), id, newName: "copies/renamed");

        Assert.Equal(("docker.io/copies/renamed:latest", 0, 3, 0), (copy.Name, copy.LayersMoved, copy.LayersSkipped, copy.BytesMoved));
        Assert.DoesNotContain(EngineOperation.ImageSave, calls.Operations);
        Assert.Equal(await IdAsync(target, ImageName), copy.Id);
        Assert.Equal(await IdAsync(target, ImageName), await IdAsync(target, "copies/renamed"));
    }

    [SkippableFact]
    public async Task A_layout_does_not_get_a_blob_twice()
    {
        Require();
        await using var source = From.CreateEngine();
        var id = await LoadAsync(source);
        var other = await LoadAsync(source, "docker.io/copies/other:1", "other\n");
        var layout = CopyPlace.At(Folder["layout"]);
        await CopyAsync(CopyPlace.In(source), layout, id);

        var second = await CopyAsync(CopyPlace.In(source), layout, other, names: ["docker.io/copies/other:1"]);
        var again = await CopyAsync(CopyPlace.In(source), layout, id);

        Assert.Equal((1, 2), (second.LayersMoved, second.LayersSkipped));
        Assert.Equal((0, 3), (again.LayersMoved, again.LayersSkipped));
        await using var target = To.CreateEngine();
        var copy = await CopyAsync(layout, CopyPlace.In(target), "copies/other:1");
        Assert.Equal((await IdAsync(target, "docker.io/copies/other:1"), "docker.io/copies/other:1"), (copy.Id, copy.Name));
        Assert.Equal(await SavedConfig.DigestAsync(source, other), await SavedConfig.DigestAsync(target, copy.Id));
    }

    [SkippableFact]
    public async Task A_copy_that_is_cancelled_leaves_nothing()
    {
        Require();
        await using var source = From.CreateEngine();
        await using var target = To.CreateEngine();
        var id = await LoadAsync(source, ImageName, Large());
        CopyPlace[] places =
        [
            CopyPlace.In(target), CopyPlace.At(Folder["layout"]), CopyPlace.At(Folder["archive.tar"]),
            CopyPlace.At(Folder["oci.tar"]) with { Format = PackImageFormat.OciArchive },
        ];
        var before = await To.ContentAsync();

        foreach (var place in places)
        {
            using var stop = new CancellationTokenSource();
            var sink = new StoppingSink(stop);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => CopyAsync(CopyPlace.In(source), place, id, sink: sink, cancellationToken: stop.Token));
        }

        Assert.Empty(Directory.GetFileSystemEntries(Folder.Path));
        Assert.Empty(await target.Images.InspectAsync([ImageName], CancellationToken.None));
        Assert.Equal(before.Order(), (await To.ContentAsync()).Order());
        Assert.Equal(id, await IdAsync(source, ImageName));
    }

    [SkippableTheory]
    [InlineData(EngineOperation.ImageLoad)]
    [InlineData(EngineOperation.ImageInspect)]
    public async Task A_copy_that_is_cancelled_when_the_engine_has_it_is_not_there(string call)
    {
        Require();
        await using var source = From.CreateEngine();
        var id = await LoadAsync(source, ImageName, Large());
        using var stop = new CancellationTokenSource();
        await using var target = To.CreateEngine(new StopAfterLoad(call, stop));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => CopyAsync(CopyPlace.In(source), CopyPlace.In(target), id, cancellationToken: stop.Token));

        Assert.Empty(await target.Images.InspectAsync([id, ImageName], CancellationToken.None));
    }

    [SkippableTheory]
    [InlineData(EngineOperation.ImageLoad)]
    [InlineData(EngineOperation.ImageInspect)]
    public async Task An_image_keeps_its_only_name_when_a_copy_of_that_name_is_cancelled(string call)
    {
        Require();
        await using var source = From.CreateEngine();
        using var stop = new CancellationTokenSource();
        await using var target = To.CreateEngine(new StopAfterLoad(call, stop));
        var id = await LoadAsync(source, ImageName, Large());
        await using var other = To.CreateEngine();
        var had = await LoadAsync(other);
        var before = await To.ContentAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => CopyAsync(CopyPlace.In(source), CopyPlace.In(target), id, cancellationToken: stop.Token));

        Assert.Equal(had, await IdAsync(other, ImageName));
        Assert.Equal(before.Order(), (await To.ContentAsync()).Order());
        Assert.Equal(ImageName, await RunAsync(ImageName));
    }

    [SkippableFact]
    public async Task A_damaged_layer_does_not_get_in()
    {
        Require();
        await using var source = From.CreateEngine();
        await using var target = To.CreateEngine();
        var id = await LoadAsync(source, ImageName, Large());
        var layout = CopyPlace.At(Folder["layout"]);
        await CopyAsync(CopyPlace.In(source), layout, id);
        var blob = new DirectoryInfo(Folder["layout/blobs/sha256"]).GetFiles().MaxBy(file => file.Length)!;
        await using (var file = blob.OpenWrite())
        {
            file.Position = blob.Length / 2;
            file.Write("damage"u8);
        }

        var failure = await Assert.ThrowsAsync<PackException>(() => CopyAsync(layout, CopyPlace.In(target), image: null));

        Assert.Equal("ImageInvalid", failure.ErrorId);
        Assert.Contains(blob.Name, failure.Message, StringComparison.Ordinal);
        Assert.Empty(await target.Images.InspectAsync([ImageName], CancellationToken.None));
    }
}
