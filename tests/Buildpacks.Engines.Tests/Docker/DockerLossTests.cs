using Buildpacks.Engines.Tests.Contract;
using Buildpacks.Testing;
using Buildpacks.Testing.Engines;
using Buildpacks.Testing.Images;

namespace Buildpacks.Engines.Tests.Docker;

/// <summary>A daemon that dies while it is talked to: each operation ends at once, and says that the engine is gone.</summary>
public sealed class DockerLossTests : IAsyncLifetime
{
    private static readonly TestImage Image = new() { Name = "docker-loss-tests:1", Padding = 32 << 20 };

    private readonly DockerdFixture _dockerd = new();

    public Task InitializeAsync() => _dockerd.InitializeAsync();

    public Task DisposeAsync() => _dockerd.DisposeAsync();

    [SkippableFact]
    public async Task While_a_container_is_followed()
    {
        await using var engine = await StartAsync();
        var capture = new OutputCapture();
        var container = await CreateAsync(engine, "echo begun; sleep 60");

        await FailsAsync(
            engine.Containers.AttachAsync(container, start: true, capture, CancellationToken.None), () => capture.Output == "begun\n");
    }

    [SkippableFact]
    public async Task While_a_container_s_end_is_waited_for()
    {
        await using var engine = await StartAsync();
        var container = await CreateAsync(engine, "sleep 60");
        await engine.Containers.StartAsync(container, CancellationToken.None);

        await FailsAsync(engine.Containers.WaitAsync(container, CancellationToken.None), () => true);
    }

    [SkippableFact]
    public async Task While_an_archive_goes_in()
    {
        await using var engine = await StartAsync();
        var container = await CreateAsync(engine, "true");
        long sent = 0;

        await FailsAsync(
            engine.Containers.CopyToAsync(
                container,
                "/tmp",
                (stream, token) => TestTar.OfLargeFile("large", 1L << 40)(new CountingSink(stream, count => sent += count), token),
                CancellationToken.None),
            () => sent > 1 << 20);
    }

    [SkippableFact]
    public async Task While_an_archive_comes_out()
    {
        await using var engine = await StartAsync();
        await using var archive = await engine.Images.SaveAsync([Image.Name], CancellationToken.None);
        await archive.ReadExactlyAsync(new byte[100_000]);

        await FailsAsync(
            Task.Run(async () =>
            {
                await Task.Delay(500);
                await archive.CopyToAsync(Stream.Null);
            }),
            () => true);
    }

    private async Task<IEngine> StartAsync()
    {
        _dockerd.Require();
        var engine = _dockerd.CreateEngine();
        await Image.LoadAsync(engine);
        return engine;
    }

    private static Task<string> CreateAsync(IEngine engine, string line) => engine.Containers.CreateAsync(
        new ContainerSpec { Image = Image.Name, Network = "none", Command = ["sh", "-c", line] }, CancellationToken.None);

    private async Task FailsAsync(Task running, Func<bool> isUnderWay)
    {
        for (var waited = 0; !isUnderWay(); waited++)
        {
            Assert.True(waited < 200, "it did not get under way");
            await Task.Delay(50);
        }

        _dockerd.Crash();

        var failure = await Assert.ThrowsAsync<PackException>(() => running.WaitAsync(Hang.Limit));
        Assert.Equal(PackErrorKind.Unreachable, failure.Kind);
        Assert.NotNull(failure.RecommendedAction);
    }

    private sealed class CountingSink(Stream inner, Action<int> written) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await inner.WriteAsync(buffer, cancellationToken);
            written(buffer.Length);
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

        public override void Flush() => inner.Flush();

        public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
