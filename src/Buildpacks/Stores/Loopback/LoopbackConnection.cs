using System.Globalization;
using System.Text;
using Buildpacks.IO;

namespace Buildpacks.Stores.Loopback;

/// <summary>
/// HTTP/1.1 on one connection: requests are read and answered one after the other. Only what clients of registries send is understood, and
/// every part of it has a largest size and a longest time.
/// </summary>
/// <remarks>The listener of the framework takes no free port, and bounds neither connections nor the time that a body takes.</remarks>
/// <param name="stream">The connection; not closed.</param>
/// <param name="idle">How long a client may send and take nothing.</param>
internal sealed class LoopbackConnection(Stream stream, TimeSpan idle)
{
    /// <summary>More than the tokens and names of any client take.</summary>
    private const int MaximumHead = 32 * 1024;

    private const int BufferSize = 64 * 1024;

    /// <summary>What is left of a body up to this much is read and dropped; beyond it the connection ends.</summary>
    private const int WorthReading = 64 * 1024;

    private readonly byte[] _buffer = new byte[BufferSize];
    private int _start;
    private int _end;
    private int _headLeft;
    private bool _continues;

    /// <summary>Reads the next request up to its body.</summary>
    /// <returns>The request; <see langword="null"/> when the client hung up.</returns>
    /// <exception cref="LoopbackRefusedException">It is no request that is understood.</exception>
    /// <exception cref="IOException">The client hung up within it.</exception>
    public async Task<LoopbackRequest?> ReadAsync(CancellationToken cancellationToken)
    {
        _headLeft = MaximumHead;
        if (_start == _end && !await FillAsync(cancellationToken).ConfigureAwait(false))
        {
            return null;
        }

        if (!char.IsAsciiLetterUpper((char)_buffer[_start]))
        {
            // Clients try TLS first. Those of newer lifecycles try it for seconds when they get no answer, and know this one.
            throw new LoopbackRefusedException(400, "This registry speaks HTTP without TLS.");
        }

        var first = (await ReadLineAsync(cancellationToken).ConfigureAwait(false)).Split(' ');
        if (first is not [var method, ['/', ..] target, "HTTP/1.1" or "HTTP/1.0"])
        {
            throw new LoopbackRefusedException(400, "The request line is not valid.");
        }

        var headers = await ReadHeadersAsync(cancellationToken).ConfigureAwait(false);
        _continues = headers.GetValueOrDefault("Expect", "").Equals("100-continue", StringComparison.OrdinalIgnoreCase);
        var query = target.IndexOf('?', StringComparison.Ordinal);
        return new LoopbackRequest(method, query < 0 ? target : target[..query], QueryOf(query < 0 ? "" : target[(query + 1)..]), headers, BodyOf(headers));
    }

    /// <summary>Sends an answer.</summary>
    /// <param name="request">The request; <see langword="null"/> when it was not understood.</param>
    /// <param name="answer">The answer; its content is closed.</param>
    /// <param name="cancellationToken">Ends the sending.</param>
    /// <returns>Whether the connection can be used for another request.</returns>
    public async Task<bool> AnswerAsync(LoopbackRequest? request, LoopbackAnswer answer, CancellationToken cancellationToken)
    {
        try
        {
            var goesOn = request is not null && !answer.EndsConnection
                && !request.Headers.GetValueOrDefault("Connection", "").Contains("close", StringComparison.OrdinalIgnoreCase)
                && await DropAsync(request.Body, cancellationToken).ConfigureAwait(false);
            var head = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {answer.Status} {ReasonOf(answer.Status)}\r\n"));
            foreach (var (name, value) in answer.Headers)
            {
                head.Append(name).Append(": ").Append(value).Append("\r\n");
            }

            if (answer.Status != 204)
            {
                head.Append(CultureInfo.InvariantCulture, $"Content-Length: {answer.Length}\r\n");
            }

            head.Append(goesOn ? "" : "Connection: close\r\n").Append("\r\n");
            await WriteAsync(Encoding.ASCII.GetBytes(head.ToString()), cancellationToken).ConfigureAwait(false);
            if (answer.Content is { } content && request?.IsHead != true)
            {
                var buffer = new byte[BufferSize];
                while (await content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var count)
                {
                    await WriteAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
                }
            }

            return goesOn;
        }
        finally
        {
            if (answer.Content is { } content)
            {
                await content.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>Reads some bytes of a body.</summary>
    /// <exception cref="IOException">The client hung up, or sends nothing.</exception>
    internal async ValueTask<int> ReadBodyAsync(Memory<byte> target, CancellationToken cancellationToken)
    {
        await ContinueAsync(cancellationToken).ConfigureAwait(false);
        if (_start == _end && !await FillAsync(cancellationToken).ConfigureAwait(false))
        {
            throw new IOException("The client ended the connection within a request.");
        }

        var count = Math.Min(target.Length, _end - _start);
        _buffer.AsMemory(_start, count).CopyTo(target);
        _start += count;
        return count;
    }

    /// <summary>Reads a line that says how a body goes on.</summary>
    internal async ValueTask<string> ReadChunkLineAsync(CancellationToken cancellationToken)
    {
        await ContinueAsync(cancellationToken).ConfigureAwait(false);
        _headLeft = MaximumHead;
        return await ReadLineAsync(cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask ContinueAsync(CancellationToken cancellationToken)
    {
        if (_continues)
        {
            _continues = false;
            await WriteAsync("HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray(), cancellationToken).ConfigureAwait(false);
        }
    }

    private LoopbackBody BodyOf(Dictionary<string, string> headers)
    {
        var length = headers.GetValueOrDefault("Content-Length");
        if (headers.TryGetValue("Transfer-Encoding", out var encoding))
        {
            return length is null && encoding.Equals("chunked", StringComparison.OrdinalIgnoreCase)
                ? new LoopbackBody(this, null)
                : throw new LoopbackRefusedException(400, "The length of the body is not understood.");
        }

        return length is null ? new LoopbackBody(this, 0)
            : long.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? new LoopbackBody(this, count)
            : throw new LoopbackRefusedException(400, "The length of the body is not understood.");
    }

    private async Task<Dictionary<string, string>> ReadHeadersAsync(CancellationToken cancellationToken)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (await ReadLineAsync(cancellationToken).ConfigureAwait(false) is { Length: > 0 } line)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0 || line[..colon].Any(character => character is <= ' ' or > '~'))
            {
                throw new LoopbackRefusedException(400, "A header is not valid.");
            }

            var (name, value) = (line[..colon], line[(colon + 1)..].Trim());
            if (!headers.TryAdd(name, value) && name.ToUpperInvariant() is "CONTENT-LENGTH" or "TRANSFER-ENCODING" or "AUTHORIZATION")
            {
                throw new LoopbackRefusedException(400, "A header is there twice.");
            }
        }

        return headers;
    }

    private static Dictionary<string, string> QueryOf(string query)
    {
        var result = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            result[Uri.UnescapeDataString(equals < 0 ? pair : pair[..equals])] = equals < 0 ? "" : Uri.UnescapeDataString(pair[(equals + 1)..]);
        }

        return result;
    }

    /// <summary>Reads what is left of a body that is not wanted.</summary>
    /// <returns>Whether it was read to its end.</returns>
    private static async Task<bool> DropAsync(LoopbackBody body, CancellationToken cancellationToken)
    {
        var rest = new byte[4096];
        for (var dropped = 0; dropped < WorthReading; )
        {
            var count = await body.ReadAsync(rest, cancellationToken).ConfigureAwait(false);
            if (count == 0)
            {
                return true;
            }

            dropped += count;
        }

        return false;
    }

    private async ValueTask<string> ReadLineAsync(CancellationToken cancellationToken)
    {
        var line = new StringBuilder();
        while (_headLeft-- > 0)
        {
            if (_start == _end && !await FillAsync(cancellationToken).ConfigureAwait(false))
            {
                throw new IOException("The client ended the connection within a request.");
            }

            var character = (char)_buffer[_start++];
            if (character == '\n')
            {
                return line is [.., '\r'] ? line.ToString(0, line.Length - 1) : line.ToString();
            }

            line.Append(character);
        }

        throw new LoopbackRefusedException(431, "The head of the request is too large.");
    }

    private async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(idle);
        _start = _end = 0;
        _end = await stream.ReadAsync(_buffer, limit.Token).ConfigureAwait(false);
        return _end > 0;
    }

    private async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(idle);
        await stream.WriteAsync(bytes, limit.Token).ConfigureAwait(false);
    }

    private static string ReasonOf(int status) => status switch
    {
        200 => "OK",
        201 => "Created",
        202 => "Accepted",
        204 => "No Content",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        409 => "Conflict",
        413 => "Content Too Large",
        416 => "Range Not Satisfiable",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        507 => "Insufficient Storage",
        _ => "Error",
    };
}

/// <summary>The body of a request: in chunks, or of a known length.</summary>
/// <param name="connection">The connection, behind the headers.</param>
/// <param name="length">Its length; <see langword="null"/> when it comes in chunks.</param>
internal sealed class LoopbackBody(LoopbackConnection connection, long? length) : ForwardStream
{
    private const int LongestSize = 15;

    private long _remaining = length ?? 0;
    private bool _begun;
    private bool _ended = length == 0;

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_ended || buffer.IsEmpty || length is null && _remaining == 0 && !await NextChunkAsync(cancellationToken).ConfigureAwait(false))
        {
            return 0;
        }

        var count = await connection.ReadBodyAsync(buffer[..(int)Math.Min(buffer.Length, _remaining)], cancellationToken).ConfigureAwait(false);
        _remaining -= count;
        _ended = length is not null && _remaining == 0;
        return count;
    }

    private async ValueTask<bool> NextChunkAsync(CancellationToken cancellationToken)
    {
        if (_begun && await connection.ReadChunkLineAsync(cancellationToken).ConfigureAwait(false) is not "")
        {
            throw new LoopbackRefusedException(400, "A chunk is longer than it says.");
        }

        _begun = true;
        var size = (await connection.ReadChunkLineAsync(cancellationToken).ConfigureAwait(false)).Split(';')[0].Trim();
        if (size.Length is 0 or > LongestSize || !long.TryParse(size, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out _remaining))
        {
            throw new LoopbackRefusedException(400, "The size of a chunk is not valid.");
        }

        if (_remaining > 0)
        {
            return true;
        }

        while (await connection.ReadChunkLineAsync(cancellationToken).ConfigureAwait(false) is { Length: > 0 })
        {
            // Trailers say nothing that is needed.
        }

        _ended = true;
        return false;
    }
}
