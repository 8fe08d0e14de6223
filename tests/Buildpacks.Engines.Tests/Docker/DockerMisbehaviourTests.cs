using System.Text;
using Buildpacks.Engines.Tests.Fixtures;
using Buildpacks.Testing;

namespace Buildpacks.Engines.Tests.Docker;

/// <summary>A docker that talks nonsense, breaks off, floods or hangs gives a clear failure, soon, and in bounded memory.</summary>
[Collection(MemoryHungry.Name)]
public sealed class DockerMisbehaviourTests
{
    private static readonly byte[] Chunked = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"u8.ToArray();

    private static CancellationToken None => CancellationToken.None;

    public static TheoryData<string> Nonsense => new(
        "garbage that is no HTTP\r\n\r\n",
        "\0\u0001\u0002\u0003",
        "",
        "HTTP/1.1 200 OK\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[{\"Id\":",
        "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n[]",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n[]\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFFF\r\n[]\r\n",
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 13\r\n\r\n<html></html>",
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nxx",
        "HTTP/1.1 500 Oops\r\nContent-Length: 4\r\n\r\n\"\\u\"",
        "HTTP/1.1 500 Oops\r\nContent-Length: 13\r\n\r\n{\"message\":5}",
        "HTTP/1.1 204 No Content\r\n\r\n",
        "HTTP/1.1 301 Moved\r\nLocation: http://elsewhere/\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n");

    [Theory]
    [MemberData(nameof(Nonsense))]
    public async Task An_answer_that_is_none_is_a_failure_of_each_operation_or_nothing(string answer)
    {
        await using var docker = new FakeDocker(Encoding.UTF8.GetBytes(answer));
        var engine = docker.Engine;
        Func<Task>[] operations =
        [
            () => engine.DescribeAsync(detail: false, None), () => engine.DescribeAsync(detail: true, None), () => engine.Images.ListAsync(new ImageListOptions(), None),
            () => engine.Images.InspectAsync(["x"], None), () => engine.Images.GetHistoryAsync("x", None), () => engine.Volumes.ListAsync(None),
            () => engine.Containers.ListAsync("l", None), () => engine.Containers.InspectAsync("c", None), () => engine.Containers.WaitAsync("c", None),
            () => engine.Containers.CreateAsync(new ContainerSpec { Image = "x" }, None),
            () => engine.Containers.AttachAsync("c", start: true, new OutputCapture(), None),
            async () => await (await engine.Containers.CopyFromAsync("c", "/x", None)).CopyToAsync(Stream.Null),
        ];

        foreach (var operation in operations)
        {
            if (await Record.ExceptionAsync(() => operation().WaitAsync(Hang.Limit)) is { } failure)
            {
                Assert.NotEmpty(Assert.IsType<PackException>(failure).ErrorId);
            }
        }
    }

    [Fact]
    public async Task An_answer_without_end_is_broken_off()
    {
        await using var docker = new FakeDocker((_, stream, cancellationToken) => FloodAsync(stream, Chunked, "\"" + new string('x', 1 << 20), cancellationToken));

        var failure = await Assert.ThrowsAsync<PackException>(() => docker.Engine.Images.InspectAsync(["x"], None));
        var list = await Assert.ThrowsAsync<PackException>(() => docker.Engine.Images.ListAsync(new ImageListOptions(), None));

        Assert.Contains("docker answered with more than", failure.Message, StringComparison.Ordinal);
        Assert.Contains("docker answered with more than", list.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_without_end_is_broken_off()
    {
        var refused = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Chunked).Replace("200 OK", "500 Oops", StringComparison.Ordinal));
        await using var docker = new FakeDocker((_, stream, cancellationToken) => FloodAsync(stream, refused, new string('x', 1 << 20), cancellationToken));

        var failure = await Assert.ThrowsAsync<PackException>(() => docker.Engine.Containers.CopyFromAsync("c", "/x", None));

        Assert.Equal((null, 500), (failure.ExitCode, failure.Status));
        Assert.EndsWith("docker answered with more than 1048576 bytes", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Long_words_of_a_refusal_are_cut()
    {
        await using var docker = new FakeDocker(FakeDocker.Whole("500 Oops", "text/plain", new string('w', 500_000)));

        var failure = await Assert.ThrowsAsync<PackException>(() => docker.Engine.Volumes.ListAsync(None));

        Assert.InRange(failure.Message.Length, 1000, 10_000);
    }

    [Fact]
    public async Task A_question_that_hangs_is_given_up()
    {
        await using var docker = new FakeDocker((_, _, cancellationToken) => Task.Delay(Timeout.Infinite, cancellationToken), TimeSpan.FromMilliseconds(300));

        var failure = await Assert.ThrowsAsync<PackException>(() => docker.Engine.Images.ListAsync(new ImageListOptions(), None).WaitAsync(Hang.Limit));

        Assert.Equal(("DockerUnreachable", PackErrorKind.Unreachable), (failure.ErrorId, failure.Kind));
        Assert.NotNull(failure.RecommendedAction);
    }

    [Fact]
    public async Task An_answer_that_comes_in_drops_is_given_up()
    {
        await using var docker = new FakeDocker(
            async (_, stream, cancellationToken) =>
            {
                await stream.WriteAsync(Chunked, cancellationToken);
                while (true)
                {
                    await stream.WriteAsync("1\r\n \r\n"u8.ToArray(), cancellationToken);
                    await Task.Delay(20, cancellationToken);
                }
            },
            TimeSpan.FromMilliseconds(500));

        var failure = await Assert.ThrowsAsync<PackException>(() => docker.Engine.Volumes.ListAsync(None).WaitAsync(Hang.Limit));

        Assert.Equal("DockerUnreachable", failure.ErrorId);
    }

    [Fact]
    public async Task An_archive_that_hangs_ends_with_its_cancellation()
    {
        await using var docker = new FakeDocker(async (_, stream, cancellationToken) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: application/x-tar\r\nX-Docker-Container-Path-Stat: e30=\r\nContent-Length: 100000\r\n\r\nxx"u8.ToArray(), cancellationToken);
            await Task.Delay(Timeout.Infinite, cancellationToken);
        });
        using var cancellation = new CancellationTokenSource();
        var archive = await docker.Engine.Containers.CopyFromAsync("c", "/x", cancellation.Token);
        var reading = archive.CopyToAsync(Stream.Null);

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.WaitAsync(Hang.Limit));
        await archive.DisposeAsync();
    }

    private static async Task FloodAsync(Stream stream, byte[] head, string part, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(head, cancellationToken);
        for (var begin = part; ; begin = new string('x', part.Length))
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes($"{begin.Length:x}\r\n{begin}\r\n"), cancellationToken);
        }
    }
}
