using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Docker.DotNet;

namespace Buildpacks.Engines.Docker;

/// <summary>Translates what Docker.DotNet and HTTP throw into the failures that all engines share.</summary>
internal static class DockerErrors
{
    private const int LongestWords = 4000;

    /// <summary>Translates a failure.</summary>
    public static PackException Translate(Exception exception, string operation, string? target, Uri endpoint) => exception switch
    {
        PackException known => known,
        DockerApiException refused => Refused(refused, operation, target),
        HttpRequestException { InnerException: PackException known } => known,
        _ when SocketErrorOf(exception) is { } error && IsConnecting(exception) => DockerEndpointErrors.Connecting(endpoint, error, exception),
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError } =>
            DockerEndpointErrors.Connecting(endpoint, null, exception),
        HttpRequestException or IOException or SocketException or OperationCanceledException =>
            EngineErrors.Create(
                PackEngineKind.Docker, PackErrorKind.Unreachable, operation,
                $"the connection to {endpoint.OriginalString} was interrupted: {Innermost(exception).Message}", null, target, exception),
        JsonException => EngineErrors.Create(
            PackEngineKind.Docker, PackErrorKind.Failed, operation,
            $"the answer of the engine does not match its API: {exception.Message}", null, target, exception),
        _ => EngineErrors.Create(PackEngineKind.Docker, PackErrorKind.Failed, operation, exception.Message, null, target, exception),
    };

    /// <summary>A failure that the engine told in the middle of a stream of messages.</summary>
    public static PackException Told(string words, string operation, string? target, long? code = null) =>
        EngineErrors.Create(PackEngineKind.Docker, DockerErrorWords.Classify(words) ?? PackErrorKind.Failed, operation, words, target: target, status: (int?)code);

    private static PackException Refused(DockerApiException refused, string operation, string? target)
    {
        var words = Words(refused);
        var kind = DockerErrorWords.Classify(words) ?? refused.StatusCode switch
        {
            HttpStatusCode.NotFound => PackErrorKind.NotFound,
            HttpStatusCode.Conflict => PackErrorKind.Conflict,
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => PackErrorKind.Unauthorized,
            HttpStatusCode.BadRequest when operation != EngineOperation.ContainerStart => PackErrorKind.InvalidInput,
            HttpStatusCode.NotImplemented => PackErrorKind.Unsupported,
            _ => PackErrorKind.Failed,
        };
        return EngineErrors.Create(PackEngineKind.Docker, kind, operation, words, null, target, refused, status: (int)refused.StatusCode);
    }

    private static string Words(DockerApiException refused)
    {
        if (string.IsNullOrWhiteSpace(refused.ResponseBody))
        {
            return $"HTTP status {(int)refused.StatusCode}";
        }

        try
        {
            using var json = JsonDocument.Parse(refused.ResponseBody);
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("message", out var message)
                && message.ValueKind == JsonValueKind.String
                ? Shown(message.GetString()!)
                : Shown(refused.ResponseBody);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return Shown(refused.ResponseBody);
        }
    }

    private static string Shown(string words) => words.Length > LongestWords ? words[..LongestWords] + "…" : words;

    private static bool IsConnecting(Exception exception) =>
        exception is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError };

    private static SocketError? SocketErrorOf(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is SocketException socket)
            {
                return socket.SocketErrorCode;
            }
        }

        return null;
    }

    private static Exception Innermost(Exception exception)
    {
        while (exception.InnerException is { } inner)
        {
            exception = inner;
        }

        return exception;
    }
}
