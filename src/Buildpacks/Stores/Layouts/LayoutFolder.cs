using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Buildpacks.IO;
using Buildpacks.Oci;
using Buildpacks.Stores.Archives;

namespace Buildpacks.Stores.Layouts;

/// <summary>A folder with an OCI layout that images are added to. What was written can be taken back.</summary>
/// <param name="path">The folder.</param>
/// <param name="progress">Told the bytes written so far.</param>
internal sealed class LayoutFolder(string path, IProgress<long> progress)
{
    private readonly List<string> _written = [];

    /// <summary>The folder.</summary>
    public string Path => path;

    /// <summary>The bytes written so far.</summary>
    public long Written { get; private set; }

    /// <summary>Makes the folders that are not there.</summary>
    public void Create()
    {
        try
        {
            Directory.CreateDirectory(System.IO.Path.Combine(path, "blobs", OciDigest.Algorithm));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw FileErrors.Unusable(path, "written", exception);
        }
    }

    /// <summary>Whether a blob is there.</summary>
    public bool Has(OciDescriptor blob) => new FileInfo(PathOf(blob.Digest)) is { Exists: true } file && file.Length == blob.Size;

    /// <summary>Writes a blob.</summary>
    /// <param name="blob">The blob.</param>
    /// <param name="content">Its content, which checks itself.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    public Task WriteAsync(OciDescriptor blob, Stream content, CancellationToken cancellationToken) =>
        WriteAsync(blob.Digest, destination => content.CopyToAsync(destination, cancellationToken));

    /// <summary>Writes a small blob, unless it is there.</summary>
    public async Task WriteAsync(string digest, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        if (!File.Exists(PathOf(digest)))
        {
            await WriteAsync(digest, destination => destination.WriteAsync(content, cancellationToken).AsTask()).ConfigureAwait(false);
        }
    }

    /// <summary>Makes the image one of the layout's, in the place of one that has its names. All that was written before holds from here on.</summary>
    public Task AddToIndexAsync(ArchiveImage image, CancellationToken cancellationToken)
    {
        var names = image.Names.ToHashSet(StringComparer.Ordinal);
        return ChangeIndexAsync(
            entries => [.. entries.Where(entry => !IsReplaced(entry)).Select(entry => entry?.DeepClone()), .. image.ToIndex().Select(ToNode)], cancellationToken);

        bool IsReplaced(JsonNode? entry) =>
            FullName(entry) is { } name ? names.Contains(name) : names.Count == 0 && (string?)entry?["digest"] == image.ManifestDigest;
    }

    /// <summary>Puts an image in the place of another one, under the same names. All that was written before holds from here on.</summary>
    /// <param name="digest">The image that is replaced.</param>
    /// <param name="names">The names that move to the new image; <see langword="null"/> for all.</param>
    /// <param name="image">The new image.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    public Task ReplaceInIndexAsync(string digest, IReadOnlyList<string>? names, OciDescriptor image, CancellationToken cancellationToken) =>
        ChangeIndexAsync(
            entries =>
            [
                .. entries.Select(entry =>
                {
                    var copy = entry?.DeepClone();
                    if (copy is JsonObject known && (string?)known["digest"] == digest && (names is null || (FullName(entry) is { } name && names.Contains(name))))
                    {
                        (known["mediaType"], known["digest"], known["size"]) = (image.MediaType, image.Digest, image.Size);
                    }

                    return copy;
                }),
            ],
            cancellationToken);

    /// <summary>Removes what was written and does not hold. Never throws.</summary>
    /// <param name="all">Whether the folder itself goes.</param>
    public void TakeBack(bool all)
    {
        foreach (var blob in _written)
        {
            FileWriting.TryDelete(blob);
        }

        if (all)
        {
            FileWriting.TryDeleteFolder(path);
        }
    }

    private async Task WriteAsync(string digest, Func<Stream, Task> write)
    {
        var file = PathOf(digest);
        var before = Written;
        await FileWriting.WriteAsync(file, async destination =>
        {
            var counting = new CountingStream(destination, new OffsetProgress(progress, before));
            await using (counting.ConfigureAwait(false))
            {
                await write(counting).ConfigureAwait(false);
                Written = before + counting.Written;
            }
        }).ConfigureAwait(false);
        _written.Add(file);
    }

    private async Task ChangeIndexAsync(Func<IEnumerable<JsonNode?>, JsonNode?[]> change, CancellationToken cancellationToken)
    {
        var file = System.IO.Path.Combine(path, LayoutPath.IndexFile);
        var index = await ReadIndexAsync(file, cancellationToken).ConfigureAwait(false);
        try
        {
            index["manifests"] = new JsonArray(change(Entries(index)));
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException)
        {
            throw FileErrors.Invalid(path, $"its {LayoutPath.IndexFile} has an entry of another type, or a name twice", exception);
        }

        await FileWriting.WriteAsync(
            System.IO.Path.Combine(path, LayoutPath.MarkerFile),
            destination => destination.WriteAsync(Encoding.UTF8.GetBytes(LayoutPath.MarkerContent), cancellationToken).AsTask()).ConfigureAwait(false);
        await FileWriting.WriteAsync(
            file, destination => destination.WriteAsync(Encoding.UTF8.GetBytes(index.ToJsonString()), cancellationToken).AsTask()).ConfigureAwait(false);
        _written.Clear();
    }

    private async Task<JsonNode> ReadIndexAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            var json = File.Exists(file)
                ? await File.ReadAllBytesAsync(file, cancellationToken).ConfigureAwait(false)
                : JsonSerializer.SerializeToUtf8Bytes(new OciIndex(), OciJson.Default.OciIndex);
            return JsonNode.Parse(json) as JsonObject ?? throw FileErrors.Invalid(path, $"its {LayoutPath.IndexFile} is not an object");
        }
        catch (JsonException exception)
        {
            throw FileErrors.Invalid(path, $"its {LayoutPath.IndexFile} is malformed at {exception.Path ?? "$"}", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw FileErrors.Unusable(file, "read", exception);
        }
    }

    private static IEnumerable<JsonNode?> Entries(JsonNode index) => index["manifests"] as JsonArray ?? [];

    private static JsonNode? ToNode(OciDescriptor entry) => JsonSerializer.SerializeToNode(entry, OciJson.Default.OciDescriptor);

    private static string? FullName(JsonNode? entry) => NameOf(entry, OciAnnotations.ContainerdImageName) ?? NameOf(entry, OciAnnotations.RefName);

    private static string? NameOf(JsonNode? entry, string annotation) =>
        (entry as JsonObject)?["annotations"] is JsonObject annotations && annotations[annotation] is JsonValue value && value.TryGetValue(out string? name) ? name : null;

    private string PathOf(string digest) => System.IO.Path.Combine(path, LayoutPath.Blob(digest));

    private sealed class OffsetProgress(IProgress<long> progress, long offset) : IProgress<long>
    {
        public void Report(long value) => progress.Report(offset + value);
    }
}
