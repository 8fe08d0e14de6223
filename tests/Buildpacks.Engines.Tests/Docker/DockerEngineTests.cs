using System.Formats.Tar;
using System.Text;
using Buildpacks.Testing;
using Buildpacks.Testing.Engines;
using Buildpacks.Testing.Images;

namespace Buildpacks.Engines.Tests.Docker;

/// <summary>What is true of docker alone; what is true of every engine is in the contract.</summary>
public sealed class DockerEngineTests(DockerdFixture dockerd) : IClassFixture<DockerdFixture>, IAsyncLifetime
{
    private static readonly TestImage Image = new() { Name = "docker-engine-tests:1" };

    private readonly EngineCallLog _calls = new();
    private IEngine? _engine;

    private IEngine Engine => _engine!;

    public async Task InitializeAsync()
    {
        if (dockerd.Unavailable is null)
        {
            _engine = dockerd.CreateEngine(_calls);
            await Image.LoadAsync(_engine);
            _calls.Clear();
        }
    }

    public async Task DisposeAsync()
    {
        if (_engine is not null)
        {
            await _engine.DisposeAsync();
        }
    }

    [SkippableFact]
    public async Task It_describes_the_daemon()
    {
        dockerd.Require();

        var description = await Engine.DescribeAsync(detail: true, CancellationToken.None);

        Assert.NotEmpty(description.Version);
        Assert.Equal("linux", description.Os);
        Assert.False(description.Rootless);
        Assert.False(description.Remote);
        Assert.Contains(description.StorageDriver, new[] { "overlay2", "vfs", "overlayfs" });
        Assert.Equal(DockerdFixture.UsesContainerdStore, description.ContainerdStore);
    }

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_load_that_ends_in_its_middle_leaves_nothing(bool cancelled)
    {
        dockerd.Require();
        using var archive = new MemoryStream();
        await (Image with { Name = "docker-engine-tests:half", Padding = 8_000_000, Files = new Dictionary<string, string> { ["/half"] = "half" } })
            .WriteArchiveAsync(archive, CancellationToken.None);
        using var stop = new CancellationTokenSource();
        var before = await dockerd.ContentAsync();

        var failure = await Record.ExceptionAsync(() => Engine.Images.LoadAsync(WriteHalfAsync, progress: null, stop.Token));

        Assert.True(cancelled ? failure is OperationCanceledException : failure is InvalidDataException, failure?.ToString());
        Assert.Equal(before.Order(), (await dockerd.ContentAsync()).Order());

        async Task WriteHalfAsync(Stream destination, CancellationToken cancellationToken)
        {
            // The base is there whole, and some of the layer above it; the pause lets docker take what is on its way.
            await destination.WriteAsync(archive.GetBuffer().AsMemory(0, (int)archive.Length - 2_000_000), cancellationToken);
            await Task.Delay(500, cancellationToken);
            if (!cancelled)
            {
                throw new InvalidDataException("half");
            }

            await stop.CancelAsync();
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
    }

    [SkippableFact]
    public async Task What_docker_adds_to_a_config_is_kept_and_what_only_containers_or_Windows_have_is_not()
    {
        dockerd.Require();
        var image = Image with
        {
            Name = "docker-engine-tests:extended",
            Extensions = new Dictionary<string, string>
            {
                ["Healthcheck"] = """{"Test":["CMD","true"],"Interval":1000000000}""", ["Shell"] = """["/bin/sh","-c"]""", ["Hostname"] = "\"x\"",
                ["ArgsEscaped"] = "true",
            },
        };
        await image.LoadAsync(Engine);

        var config = (await Engine.Images.InspectAsync([image.Name], CancellationToken.None))[image.Name].Config.Config!;

        Assert.Equal(["Healthcheck", "Shell"], config.Other!.Keys.Order());
        Assert.Equal(1_000_000_000, config.Other["Healthcheck"].GetProperty("Interval").GetInt64());
    }

    [SkippableFact]
    public async Task A_run_takes_five_requests()
    {
        dockerd.Require();

        var id = await Engine.Containers.CreateAsync(
            new ContainerSpec { Image = Image.Name, Network = "none", Command = ["sh", "-c", "echo out; echo err >&2; exit 3"] }, CancellationToken.None);
        var output = new OutputCapture();
        var exitCode = await Engine.Containers.AttachAsync(id, start: true, output, CancellationToken.None);
        await Engine.Containers.RemoveAsync(id, force: false, CancellationToken.None);

        Assert.Equal((3, "out\n", "err\n"), (exitCode, output.Output, output.Error));
        Assert.Equal(
            [
                EngineOperation.ContainerAttach, EngineOperation.ContainerCreate, EngineOperation.ContainerRemove,
                EngineOperation.ContainerStart, EngineOperation.ContainerWait,
            ],
            _calls.Operations.Order());
        Assert.All(_calls.Calls, call => Assert.NotNull(call.Status));
    }

    [SkippableFact]
    public async Task A_large_upload_to_a_missing_folder_is_refused_before_it_is_all_sent()
    {
        dockerd.Require();
        var id = await Engine.Containers.CreateAsync(new ContainerSpec { Image = Image.Name, Network = "none" }, CancellationToken.None);
        _calls.Clear();

        var failure = await Assert.ThrowsAsync<PackException>(
            () => Engine.Containers.CopyToAsync(id, "/no/such/folder", WriteMegabytesAsync, CancellationToken.None));

        Assert.Equal(PackErrorKind.NotFound, failure.Kind);

        // Nothing, where the daemon keeps to "Expect: 100-continue"; what the socket holds, where it asks for the body unread.
        Assert.InRange(_calls.Calls.Single().BytesSent, 0, 8 << 20);
    }

    [SkippableFact]
    public async Task An_upload_that_docker_gives_up_on_ends_with_docker_s_reason()
    {
        dockerd.Require();

        var failure = await Assert.ThrowsAsync<PackException>(() => Engine.Images.LoadAsync(
            async (stream, cancellationToken) =>
            {
                await stream.WriteAsync(Encoding.ASCII.GetBytes(new string('x', 100_000)), cancellationToken);
                await WriteMegabytesAsync(stream, cancellationToken);
            },
            null,
            CancellationToken.None));

        Assert.Equal(PackErrorKind.Failed, failure.Kind);
        Assert.Contains("tar", failure.Message, StringComparison.OrdinalIgnoreCase);
    }

    [SkippableFact]
    public async Task A_failure_of_the_archive_s_writer_comes_out_as_it_is()
    {
        dockerd.Require();
        var id = await Engine.Containers.CreateAsync(new ContainerSpec { Image = Image.Name, Network = "none" }, CancellationToken.None);

        var failure = await Assert.ThrowsAsync<FileNotFoundException>(() => Engine.Containers.CopyToAsync(
            id,
            "/tmp",
            async (stream, cancellationToken) =>
            {
                await stream.WriteAsync(new byte[200_000], cancellationToken);
                throw new FileNotFoundException("gone");
            },
            CancellationToken.None));

        Assert.Equal("gone", failure.Message);
    }

    private static async Task WriteMegabytesAsync(Stream destination, CancellationToken cancellationToken)
    {
        await using var tar = new TarWriter(destination, TarEntryFormat.Pax, leaveOpen: true);
        for (var i = 0; i < 64; i++)
        {
            var entry = new PaxTarEntry(TarEntryType.RegularFile, $"file-{i}") { DataStream = new MemoryStream(new byte[1 << 20]) };
            await tar.WriteEntryAsync(entry, cancellationToken);
        }
    }
}
