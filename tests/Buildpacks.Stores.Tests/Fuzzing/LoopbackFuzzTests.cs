using System.Text;
using Buildpacks.Stores.Loopback;
using Buildpacks.Testing.Fuzzing;

namespace Buildpacks.Stores.Tests.Fuzzing;

/// <summary>Requests to the registry of a build that are broken anywhere. Each is answered or refused; a body is never longer than what was sent.</summary>
public sealed class LoopbackFuzzTests
{
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(10);

    private static readonly string[] Words =
    [
        "Content-Length: ", "Content-Length: -1", "Content-Length: 99999999999999999999", "Content-Length: 9223372036854775807", "Transfer-Encoding: chunked", "Transfer-Encoding: gzip, chunked",
        "Expect: 100-continue", "Connection: close", "Authorization: Basic ", "HTTP/1.1", "HTTP/2.0", "PUT /v2/", "ffffffffffffffff\r\n", "7fffffffffffffff\r\n", "0\r\n\r\n", "-1\r\n", "%zz", "%00", "?digest=", "&", "\r\n\r\n", "\r\n", "\n",
    ];

    [Fact]
    public void Requests() => new Fuzzer(
        "requests to a loopback registry",
        [
            Bytes("GET /v2/ HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Basic eDp5\r\n\r\nHEAD /v2/a/blobs/sha256:00 HTTP/1.1\r\n\r\n"),
            Bytes("POST /v2/a/blobs/uploads/?mount=sha256:00&from=b%2Fc HTTP/1.1\r\nContent-Length: 0\r\n\r\n"),
            Bytes("PATCH /v2/a/blobs/uploads/1 HTTP/1.1\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n4\r\nblob\r\n3;x=y\r\nend\r\n0\r\nTrailer: x\r\n\r\nGET /v2/ HTTP/1.0\r\n\r\n"),
            Bytes("PUT /v2/a/manifests/latest HTTP/1.1\r\nContent-Length: 4\r\nConnection: close\r\n\r\nblob"),
        ],
        new Mutator(Words).Mutate).Run((byte[] input) => ReadAsync(input).GetAwaiter().GetResult());

    private static async Task ReadAsync(byte[] input)
    {
        using var client = new Client(input);
        var connection = new LoopbackConnection(client, Idle);
        try
        {
            var body = new byte[256];
            while (await connection.ReadAsync(CancellationToken.None) is { } request)
            {
                Assert.StartsWith("/", request.Path, StringComparison.Ordinal);
                var length = 0;
                while (await request.Body.ReadAsync(body) is > 0 and var count)
                {
                    length += count;
                }

                Assert.True(length <= input.Length, $"a body of {length} bytes");
                if (!await connection.AnswerAsync(request, new LoopbackAnswer(200), CancellationToken.None))
                {
                    break;
                }
            }
        }
        catch (Exception exception) when (exception is LoopbackRefusedException or IOException)
        {
            await connection.AnswerAsync(null, LoopbackAnswer.Refusal((exception as LoopbackRefusedException)?.Status ?? 400, "UNSUPPORTED", exception.Message), CancellationToken.None);
        }
    }

    private static byte[] Bytes(string text) => Encoding.ASCII.GetBytes(text);

    /// <summary>Sends some bytes, a few at a time, and takes every answer.</summary>
    private sealed class Client(byte[] input) : MemoryStream(input, writable: false)
    {
        private const int Piece = 50;

        public override bool CanWrite => true;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => base.ReadAsync(buffer[..Math.Min(buffer.Length, Piece)], cancellationToken);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.CompletedTask;
    }
}
