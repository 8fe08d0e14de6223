using System.Text;
using System.Text.Json.Nodes;

namespace Buildpacks.Stores.Loopback;

/// <summary>A request of a client, without anything that is not needed to answer it.</summary>
/// <param name="Method">Such as <c>GET</c>.</param>
/// <param name="Path">The path without the query, as it was sent.</param>
/// <param name="Query">The query, decoded.</param>
/// <param name="Headers">The headers.</param>
/// <param name="Body">The body; reading it fails when the client breaks it off.</param>
internal sealed record LoopbackRequest(
    string Method, string Path, IReadOnlyDictionary<string, string> Query, IReadOnlyDictionary<string, string> Headers, LoopbackBody Body)
{
    /// <summary>Whether the answer has a body.</summary>
    public bool IsHead => Method == "HEAD";
}

/// <summary>An answer.</summary>
/// <param name="Status">The status code.</param>
internal sealed record LoopbackAnswer(int Status)
{
    /// <summary>The headers beside the length.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>The content, which is closed after it was sent; <see langword="null"/> for none.</summary>
    public Stream? Content { get; init; }

    /// <summary>The length of the content, also where only the headers are sent.</summary>
    public long Length { get; init; }

    /// <summary>Whether the connection ends after this answer: what the client goes on to send is not read.</summary>
    public bool EndsConnection { get; init; }

    /// <summary>A refusal in the form of the distribution specification.</summary>
    /// <param name="status">The status code.</param>
    /// <param name="code">The code of the specification.</param>
    /// <param name="message">What is wrong.</param>
    public static LoopbackAnswer Refusal(int status, string code, string message)
    {
        var text = new JsonObject { ["errors"] = new JsonArray(new JsonObject { ["code"] = code, ["message"] = message }) }.ToJsonString();
        return Document(status, "application/json", Encoding.UTF8.GetBytes(text));
    }

    /// <summary>A small document.</summary>
    public static LoopbackAnswer Document(int status, string mediaType, ReadOnlyMemory<byte> content) => new(status)
    {
        Headers = new Dictionary<string, string> { ["Content-Type"] = mediaType },
        Content = new MemoryStream(content.ToArray(), writable: false),
        Length = content.Length,
    };

    /// <summary>The same with another header.</summary>
    public LoopbackAnswer With(string header, string value) =>
        this with { Headers = new Dictionary<string, string>(Headers) { [header] = value } };
}

/// <summary>A client that does not keep to HTTP, or asks for more than it may.</summary>
/// <param name="status">The status code of the answer.</param>
/// <param name="message">What is wrong.</param>
internal sealed class LoopbackRefusedException(int status, string message) : Exception(message)
{
    /// <summary>The status code of the answer.</summary>
    public int Status => status;
}
