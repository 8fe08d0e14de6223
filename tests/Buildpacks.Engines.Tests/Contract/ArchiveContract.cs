using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Buildpacks.IO;
using Buildpacks.Oci;
using Buildpacks.Stores;
using Buildpacks.Stores.Archives;
using Buildpacks.Stores.Layers;
using Buildpacks.Testing;
using Buildpacks.Testing.Images;

namespace Buildpacks.Engines.Tests.Contract;

/// <summary>How images get into every engine's store as archives and out of it.</summary>
public abstract class ArchiveContract(EngineUnderTest subject) : EngineContract(subject)
{
    [SkippableFact]
    public async Task A_loaded_archive_is_an_image_and_its_name_is_told()
    {
        Subject.Require();
        var image = new TestImage { Name = NewImageName("loaded"), Files = new Dictionary<string, string> { ["/file"] = "text" } };

        var names = await Engine.Images.LoadAsync(image.WriteArchiveAsync, progress: null, None);

        Assert.Equal([image.Name], Full(names));
        Assert.Equal((0, "text", ""), await RunAsync(new ContainerSpec { Image = image.Name, Command = ["cat", "/file"] }));
    }

    [SkippableFact]
    public async Task A_name_moves_to_the_image_that_is_loaded_last()
    {
        Subject.Require();
        var name = NewImageName("moving");
        await LoadAsync(new TestImage { Name = name, Labels = new Dictionary<string, string> { ["version"] = "1" } });

        await LoadAsync(new TestImage { Name = name, Labels = new Dictionary<string, string> { ["version"] = "2" } });

        Assert.Equal("2", (await Engine.Images.InspectAsync([name], None))[name].Label("version"));
    }

    [SkippableFact]
    public async Task An_image_loads_without_the_layers_that_the_engine_holds()
    {
        Subject.Require();
        var baseLayers = (await Engine.Images.InspectAsync([ImageName], None))[ImageName].Config.Rootfs.DiffIds;
        var name = NewImageName("sparse");

        await LoadSparseAsync(name, baseLayers);

        var image = (await Engine.Images.InspectAsync([name], None))[name];
        Assert.Equal(baseLayers, image.Config.Rootfs.DiffIds.SkipLast(1));
        Assert.Equal((0, "hello\nsparse\n", ""), await RunAsync(new ContainerSpec { Image = name, Command = ["cat", "/etc/hello", "/new"] }));
        Assert.InRange(Calls.Calls.Last(call => call.Operation == EngineOperation.ImageLoad).BytesSent, 1, 100_000);
    }

    [SkippableFact]
    public async Task An_image_without_a_layer_that_the_engine_does_not_hold_is_refused_whole()
    {
        Subject.Require();
        var name = NewImageName("sparse");

        var failure = await Assert.ThrowsAsync<PackException>(() => LoadSparseAsync(name, ["sha256:" + new string('a', 64)]));

        Assert.True(
            failure.Kind is PackErrorKind.Failed or PackErrorKind.NotFound or PackErrorKind.Unsupported or PackErrorKind.InvalidInput,
            $"{failure.Kind}: {failure.Message}");
        if (!(await Engine.DescribeAsync(detail: true, None)).ContainerdStore)
        {
            // containerd's store names an image before it unpacks it, and keeps the name when that fails; a full load mends it.
            Assert.Empty(await Engine.Images.InspectAsync([name], None));
        }
    }

    [SkippableFact]
    public async Task What_is_no_archive_is_refused_with_the_engine_s_words()
    {
        Subject.Require();

        var failure = await FailsAsync(PackErrorKind.Failed, () => Engine.Images.LoadAsync(
            async (destination, cancellationToken) => await destination.WriteAsync(Encoding.ASCII.GetBytes(new string('x', 2000)), cancellationToken),
            progress: null,
            None));

        Assert.True(failure.Message.Length > 40, failure.Message);
    }

    [SkippableFact]
    public async Task A_truncated_archive_is_refused()
    {
        Subject.Require();
        var name = NewImageName("truncated");
        var archive = new MemoryStream();
        await new TestImage { Name = name, Environment = ["PATH=/bin", "TRUNCATED=1"] }.WriteArchiveAsync(archive, None);

        await Assert.ThrowsAsync<PackException>(() => Engine.Images.LoadAsync(
            async (destination, cancellationToken) => await destination.WriteAsync(archive.GetBuffer().AsMemory(0, (int)archive.Length / 2), cancellationToken),
            progress: null,
            None));

        Assert.Empty(await Engine.Images.InspectAsync([name], None));
    }

    [SkippableFact]
    public async Task A_writer_s_own_failure_comes_out_and_nothing_is_loaded()
    {
        Subject.Require();
        var name = NewImageName("failing");

        var failure = await Assert.ThrowsAsync<InvalidDataException>(() => Engine.Images.LoadAsync(
            async (destination, cancellationToken) =>
            {
                await new TestImage { Name = name }.WriteArchiveAsync(destination, cancellationToken);
                throw new InvalidDataException("no");
            },
            progress: null,
            None));

        Assert.Equal("no", failure.Message);
        Assert.Empty(await Engine.Images.InspectAsync([name], None));
    }

    [SkippableFact]
    public async Task A_cancelled_load_ends_at_once_and_loads_nothing()
    {
        Subject.Require();
        var name = NewImageName("cancelled");

        await CancelsAsync(token => Engine.Images.LoadAsync(
            async (destination, cancellationToken) =>
            {
                // Without the blocks that end an archive: some engines are done when they have read those.
                var whole = new MemoryStream();
                await new TestImage { Name = name }.WriteArchiveAsync(whole, cancellationToken);
                await destination.WriteAsync(whole.GetBuffer().AsMemory(0, (int)whole.Length - 1024), cancellationToken);
                await TestTar.OfLargeFile("more", 1L << 40)(destination, cancellationToken);
            },
            progress: null,
            token));

        Assert.Empty(await Engine.Images.InspectAsync([name], None));
    }

    [SkippableFact]
    public async Task A_cancelled_load_whose_writer_ends_its_archive_on_the_way_out_is_cancelled()
    {
        Subject.Require();

        await CancelsAsync(token => Engine.Images.LoadAsync(
            async (destination, cancellationToken) =>
            {
                try
                {
                    await TestTar.OfLargeFile("large", 1L << 40)(destination, cancellationToken);
                }
                finally
                {
                    // A tar writer that is disposed writes the end of its archive, and knows of no token. By then nobody reads.
                    await Task.Delay(TimeSpan.FromMilliseconds(700), None);
                    await destination.WriteAsync(new byte[1024], None);
                }
            },
            progress: null,
            token));
    }

    [SkippableFact]
    public async Task A_saved_image_loads_again_as_the_same_image()
    {
        Subject.Require();
        var image = await LoadAsync(new TestImage { Name = NewImageName("saved"), Environment = ["PATH=/bin", "SAVED=1"] });
        var id = (await Engine.Images.InspectAsync([image], None))[image].Id;
        var archive = new MemoryStream();

        await using (var stream = await Engine.Images.SaveAsync([image], None))
        {
            await stream.CopyToAsync(archive);
        }

        await Engine.Images.RemoveAsync(image, force: false, None);
        archive.Position = 0;
        var names = await Engine.Images.LoadAsync((destination, cancellationToken) => archive.CopyToAsync(destination, cancellationToken), null, None);

        Assert.Equal([image], Full(names));
        Assert.Equal(id, (await Engine.Images.InspectAsync([image], None))[image].Id);
    }

    [SkippableFact]
    public async Task Several_images_are_saved_in_one_archive()
    {
        Subject.Require();
        var other = await LoadAsync(new TestImage { Name = NewImageName("other"), Environment = ["PATH=/bin", "OTHER=1"] });

        await using var archive = await Engine.Images.SaveAsync([ImageName, other], None);
        var entries = await TestTar.ReadAsync(archive);

        using var manifest = JsonDocument.Parse(entries["manifest.json"].Text);
        var tags = manifest.RootElement.EnumerateArray().SelectMany(entry => entry.GetProperty("RepoTags").EnumerateArray()).Select(tag => tag.GetString()!);
        Assert.Equal(Full([ImageName, other]), Full(tags));
    }

    [SkippableTheory]
    [InlineData("missing:1")]
    [InlineData("-x")]
    [InlineData("--help")]
    public async Task What_is_not_there_is_not_saved(string name)
    {
        Subject.Require();

        await RefusesAsync(async () =>
        {
            await using var archive = await Engine.Images.SaveAsync([name], None);
            await archive.CopyToAsync(Stream.Null);
        });
    }

    [SkippableFact]
    public async Task A_save_that_nobody_reads_on_ends_when_it_is_disposed()
    {
        Subject.Require();
        var image = await LoadAsync(new TestImage { Name = NewImageName("large"), Padding = 32 << 20 });
        var archive = await Engine.Images.SaveAsync([image], None);
        await archive.ReadExactlyAsync(new byte[100_000]);

        await archive.DisposeAsync().AsTask().WaitAsync(Hang.Limit);

        Assert.InRange(Calls.Calls[^1].BytesReceived, 100_000, (32 << 20) - 1);
        Assert.Equal(EngineOperation.ImageSave, Calls.Calls[^1].Operation);
    }

    [SkippableFact]
    public async Task Reading_an_archive_to_its_last_entry_only_is_no_failure()
    {
        Subject.Require();
        await using (var archive = await Engine.Images.SaveAsync([ImageName], None))
        {
            await using var tar = new TarReader(archive, leaveOpen: true);
            while (await tar.GetNextEntryAsync() is not null)
            {
            }
        }

        Assert.NotNull(Calls.Calls[^1].ExitCode ?? Calls.Calls[^1].Status);
    }

    private async Task LoadSparseAsync(string name, IReadOnlyList<string> held)
    {
        var form = await ArchiveForms.ForAsync(Engine, None);
        var layer = new MemoryStream();
        await TestTar.Of(TestTar.File("new", "sparse\n"))(layer, None);
        var digest = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(layer.ToArray()));
        var config = JsonSerializer.SerializeToUtf8Bytes(
            new OciImageConfig
            {
                Architecture = "amd64",
                Os = "linux",
                Config = new OciContainerConfig { Env = ["PATH=/bin"] },
                Rootfs = new OciRootFs { DiffIds = [.. held, digest] },
            },
            OciJson.Default.OciImageConfig);
        var own = new ArchiveLayer
        {
            DiffId = digest,
            Blob = new OciDescriptor { MediaType = MediaTypes.LayerTar, Digest = digest, Size = layer.Length },
        };
        await Engine.Images.LoadAsync(
            async (destination, cancellationToken) =>
            {
                await using var writer = new ImageArchiveWriter(destination, form);
                layer.Position = 0;
                await writer.WriteBlobAsync(digest, layer.Length, layer, cancellationToken);
                await writer.CompleteAsync(new ArchiveImage(config, [.. held.Select(ArchiveLayer.HeldBy), own], [name]), cancellationToken);
            },
            progress: null,
            None);
    }
}
