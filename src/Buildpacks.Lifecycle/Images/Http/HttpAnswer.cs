using System.Globalization;
using System.Text;

namespace Buildpacks.Lifecycle.Images.Http;

/// <summary>A server's answer: its status, and a body that is read as it comes. Disposing gives the connection back.</summary>
internal sealed class HttpAnswer : IAsyncDisposable
{
    // What is left of a body up to this much is read and dropped; beyond it a new connection is cheaper.
    private const int WorthReading = 1 << 16;

    private readonly AnswerBody body;
    private readonly Dictionary<string, string> headers;
    private readonly bool keepsConnection;
    private readonly Action<bool> release;

    private HttpAnswer(int status, Dictionary<string, string> headers, AnswerBody body, bool keepsConnection, Action<bool> release)
    {
        Status = status;
        this.headers = headers;
        this.body = body;
        this.keepsConnection = keepsConnection;
        this.release = release;
    }

    /// <summary>The status code.</summary>
    public int Status { get; }

    /// <summary>Whether the status means success.</summary>
    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>The body.</summary>
    public Stream Body => body;

    /// <summary>The value of a header, or <see langword="null"/>.</summary>
    public string? Header(string name) => headers.GetValueOrDefault(name);

    /// <summary>Reads status and headers.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="hasBody">Whether a body may follow: none follows a request for headers alone.</param>
    /// <param name="release">Is told at the end whether the connection can be used again.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="IOException">The server hung up, or what it says is no HTTP.</exception>
    public static async Task<HttpAnswer> ReadAsync(Stream connection, bool hasBody, Action<bool> release, CancellationToken cancellationToken)
    {
        var reader = new AnswerReader(connection);
        int status;
        Dictionary<string, string> headers;
        do
        {
            var first = await reader.ReadLineAsync(cancellationToken);
            var parts = first.Split(' ', 3);
            if (parts.Length < 2 || !parts[0].StartsWith("HTTP/1.", StringComparison.Ordinal)
                || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out status))
            {
                throw new IOException($"the server does not speak HTTP: '{first}'");
            }

            headers = await ReadHeadersAsync(reader, cancellationToken);
        }
        while (status is >= 100 and < 200);

        var isChunked = headers.GetValueOrDefault("Transfer-Encoding", "").Contains("chunked", StringComparison.OrdinalIgnoreCase);
        long? length = long.TryParse(headers.GetValueOrDefault("Content-Length"), NumberStyles.None, CultureInfo.InvariantCulture, out var given)
            ? given
            : status is 204 or 304 ? 0 : null;
        length = hasBody ? length : 0;
        var closes = headers.GetValueOrDefault("Connection", "").Contains("close", StringComparison.OrdinalIgnoreCase) || (length is null && !isChunked);
        return new HttpAnswer(status, headers, new AnswerBody(reader, isChunked && hasBody, length), !closes, release);
    }

    /// <summary>The body as text.</summary>
    public async Task<string> ReadTextAsync(CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(body, Encoding.UTF8, leaveOpen: true);
        return await reader.ReadToEndAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        var complete = body.IsAtEnd;
        if (!complete && keepsConnection)
        {
            try
            {
                var rest = new byte[WorthReading];
                complete = await body.ReadAtLeastAsync(rest, rest.Length, throwOnEndOfStream: false) < rest.Length;
            }
            catch (IOException)
            {
                complete = false;
            }
        }

        release(complete && keepsConnection);
    }

    private static async Task<Dictionary<string, string>> ReadHeadersAsync(AnswerReader reader, CancellationToken cancellationToken)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (await reader.ReadLineAsync(cancellationToken) is { Length: > 0 } line)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0)
            {
                headers[line[..colon]] = line[(colon + 1)..].Trim();
            }
        }

        return headers;
    }
}
