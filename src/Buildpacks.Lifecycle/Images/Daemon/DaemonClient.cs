using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Buildpacks.Lifecycle.Images.Http;

namespace Buildpacks.Lifecycle.Images.Daemon;

/// <summary>The few requests of docker's Engine API that a lifecycle needs. Podman answers them too.</summary>
/// <param name="connection">The way to the daemon; closed with this.</param>
internal sealed class DaemonClient(HttpConnection connection) : IDisposable
{
    private const int NotFound = 404;

    /// <summary>Looks an image up by name or id; <see langword="null"/> when there is none.</summary>
    public Task<DaemonImage?> InspectAsync(string name, CancellationToken cancellationToken) =>
        GetAsync($"images/{Escape(name)}/json", DaemonJson.Default.DaemonImage, cancellationToken);

    /// <summary>The steps in which an image was made, the newest first.</summary>
    public async Task<IReadOnlyList<DaemonHistoryEntry>> HistoryAsync(string name, CancellationToken cancellationToken) =>
        await GetAsync($"images/{Escape(name)}/history", DaemonJson.Default.DaemonHistoryEntryArray, cancellationToken) ?? [];

    /// <summary>Asks whether the daemon is there.</summary>
    public async Task PingAsync(CancellationToken cancellationToken)
    {
        await using var answer = await connection.SendAsync("GET", "_ping", null, cancellationToken);
    }

    /// <summary>Reads the archive of an image with all its layers.</summary>
    /// <param name="name">The image.</param>
    /// <param name="read">Reads the archive.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task SaveAsync(string name, Func<Stream, Task> read, CancellationToken cancellationToken)
    {
        await using var answer = await connection.SendAsync("GET", $"images/{Escape(name)}/get", null, cancellationToken);
        await CheckAsync(answer, $"read the image '{name}'", cancellationToken);
        await read(answer.Body);
    }

    /// <summary>Loads an archive.</summary>
    /// <param name="write">Writes the archive.</param>
    /// <param name="cancellationToken">Ends the loading.</param>
    /// <exception cref="IOException">The daemon refused; the message has its words.</exception>
    public async Task LoadAsync(Func<Stream, Task> write, CancellationToken cancellationToken)
    {
        await using var answer = await connection.SendAsync("POST", "images/load?quiet=1", write, cancellationToken);
        await CheckAsync(answer, "load the image", cancellationToken);
        using var lines = new StreamReader(answer.Body, leaveOpen: true);
        while (await lines.ReadLineAsync(cancellationToken) is { } line)
        {
            if (ReadMessage(line)?.Error is { } error)
            {
                throw new IOException($"the daemon could not load the image: {error}");
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => connection.Dispose();

    // The slashes, colons and at signs of image names are part of the path.
    private static string Escape(string name) => Uri.EscapeDataString(name)
        .Replace("%2F", "/", StringComparison.Ordinal)
        .Replace("%3A", ":", StringComparison.Ordinal)
        .Replace("%40", "@", StringComparison.Ordinal);

    private static async Task CheckAsync(HttpAnswer answer, string action, CancellationToken cancellationToken)
    {
        if (!answer.IsSuccess)
        {
            var text = await answer.ReadTextAsync(cancellationToken);
            throw new IOException($"the daemon could not {action}: {ReadMessage(text)?.Message ?? text.Trim()} ({answer.Status})");
        }
    }

    private static DaemonMessage? ReadMessage(string text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, DaemonJson.Default.DaemonMessage);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private async Task<T?> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        await using var answer = await connection.SendAsync("GET", path, null, cancellationToken);
        if (answer.Status == NotFound)
        {
            return null;
        }

        await CheckAsync(answer, $"answer {path}", cancellationToken);
        try
        {
            return await JsonSerializer.DeserializeAsync(answer.Body, type, cancellationToken);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"the daemon's answer to {path} is not what was expected: {e.Message}", e);
        }
    }
}
