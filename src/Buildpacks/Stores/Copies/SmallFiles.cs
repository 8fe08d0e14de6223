using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Buildpacks.IO;
using Buildpacks.Stores.Layouts;

namespace Buildpacks.Stores.Copies;

/// <summary>The documents of an image, manifests and configs, by their paths. They are small; what is not is no document.</summary>
/// <param name="place">Where the image is.</param>
internal sealed class SmallFiles(string place)
{
    private readonly Dictionary<string, byte[]> _files = new(StringComparer.Ordinal);
    private long _bytes;

    /// <summary>Keeps a file, unless it is too large.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="file">Its content, from the beginning.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task KeepAsync(string path, Stream file, CancellationToken cancellationToken)
    {
        if (file.Length > LayoutReader.MaximumHeldBlob || (_bytes += file.Length) > LayoutReader.MaximumHeld)
        {
            return;
        }

        file.Position = 0;
        var content = new byte[file.Length];
        await file.ReadExactlyAsync(content, cancellationToken).ConfigureAwait(false);
        _files[path] = content;
    }

    /// <summary>A file's content.</summary>
    /// <exception cref="PackException"><c>ImageInvalid</c>: it is not there, or is too large.</exception>
    public ReadOnlyMemory<byte> Get(string path) =>
        _files.TryGetValue(path, out var content)
            ? content
            : throw FileErrors.Invalid(place, $"it has no {path}, or one of more than {LayoutReader.MaximumHeldBlob} bytes");

    /// <summary>A file's content, read.</summary>
    /// <exception cref="PackException"><c>ImageInvalid</c>: it is not there, or not what it should be.</exception>
    public T Parse<T>(string path, JsonTypeInfo<T> type)
        where T : class => Parse(Get(path), path, type, place);

    /// <summary>Reads a document.</summary>
    /// <exception cref="PackException"><c>ImageInvalid</c>.</exception>
    public static T Parse<T>(ReadOnlyMemory<byte> json, string path, JsonTypeInfo<T> type, string place)
        where T : class
    {
        try
        {
            return StrictJson.Deserialize(json.Span, type);
        }
        catch (JsonException exception)
        {
            throw FileErrors.Invalid(place, $"its {path} is malformed at {exception.Path ?? "$"}: {exception.Message.TrimEnd('.')}", exception);
        }
    }
}
