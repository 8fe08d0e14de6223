using System.Text.Json;
using System.Text.Json.Nodes;
using Buildpacks.IO;
using Buildpacks.Oci;
using Buildpacks.Stores.Archives;

namespace Buildpacks.Stores.Layouts;

/// <summary>A folder with an OCI layout that images are added to. What was written can be taken back.</summary>
/// <param name="path">The folder.</param>
/// <param name="progress">Told the bytes written so far.</param>
internal sealed class LayoutFolder(string path, IProgress<long> progress) : IDisposable
{
    private readonly LayoutWriting _writing = new(path);

    /// <summary>The folder.</summary>
    public string Path => path;

    /// <summary>The bytes written so far.</summary>
    public long Written { get; private set; }

    /// <summary>Creates what is not there, and begins to write: blobs that are there stay from here on.</summary>
    public Task BeginAsync(CancellationToken cancellationToken) => _writing.BeginAsync(cancellationToken);

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
    public Task AddToIndexAsync(ArchiveImage image, CancellationToken cancellationToken) =>
        AddToIndexAsync([.. image.ToIndex().Select(ToNode)], cancellationToken);

    /// <summary>Gives an image, whose blobs are there, a name, which another image may have had. All that was written before holds from here on.</summary>
    /// <param name="name">The full name.</param>
    /// <param name="image">The image's manifest.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    public Task NameInIndexAsync(string name, OciDescriptor image, CancellationToken cancellationToken) => AddToIndexAsync(
        [ToNode(new OciDescriptor { MediaType = image.MediaType, Digest = image.Digest, Size = image.Size, Annotations = OciAnnotations.OfName(name) })], cancellationToken);

    /// <summary>Takes all images of another layout in, whose blobs are moved.</summary>
    /// <param name="other">The folder of the other layout.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task TakeAllAsync(string other, CancellationToken cancellationToken)
    {
        await BeginAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            foreach (var file in Directory.EnumerateFiles(System.IO.Path.Combine(other, "blobs", OciDigest.Algorithm)).ToList())
            {
                _writing.Take($"{OciDigest.Algorithm}:{System.IO.Path.GetFileName(file)}", file);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw FileErrors.Unusable(path, "written", exception);
        }

        var index = await ReadIndexAsync(System.IO.Path.Combine(other, LayoutPath.IndexFile), cancellationToken).ConfigureAwait(false);
        await AddToIndexAsync([.. Entries(index)], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Puts an image in the place of another one, under the same names. All that was written before holds from here on.</summary>
    /// <param name="digest">The image that is replaced.</param>
    /// <param name="names">The names that move to the new image; <see langword="null"/> for all.</param>
    /// <param name="image">The new image.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    /// <exception cref="PackException"><c>ImageInvalid</c>: the layout does not have the image any more.</exception>
    public Task ReplaceInIndexAsync(string digest, IReadOnlyList<string>? names, OciDescriptor image, CancellationToken cancellationToken) =>
        ChangeIndexAsync(
            entries =>
            {
                JsonNode?[] copies = [.. entries.Select(entry => entry?.DeepClone())];
                JsonObject[] replaced =
                [
                    .. copies.OfType<JsonObject>()
                        .Where(entry => (string?)entry["digest"] == digest && (names is null || (FullName(entry) is { } name && names.Contains(name)))),
                ];
                foreach (var entry in replaced)
                {
                    (entry["mediaType"], entry["digest"], entry["size"]) = (image.MediaType, image.Digest, image.Size);
                }

                return replaced.Length > 0 ? copies : throw FileErrors.Invalid(path, $"the image {digest} was replaced or removed meanwhile");
            },
            cancellationToken);

    /// <summary>Removes what was written and does not hold. Never throws.</summary>
    /// <param name="all">Whether the folder itself goes.</param>
    public void TakeBack(bool all)
    {
        if (all)
        {
            Dispose();
            FileWriting.TryDeleteFolder(path);
        }
        else
        {
            _writing.TakeBack();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _writing.Dispose();

    private async Task WriteAsync(string digest, Func<Stream, Task> write)
    {
        var before = Written;
        await _writing.WriteAsync(digest, async destination =>
        {
            var counting = new CountingStream(destination, new OffsetProgress(progress, before));
            await using (counting.ConfigureAwait(false))
            {
                await write(counting).ConfigureAwait(false);
                Written = before + counting.Written;
            }
        }).ConfigureAwait(false);
    }

    private Task AddToIndexAsync(IReadOnlyList<JsonNode?> added, CancellationToken cancellationToken)
    {
        var names = added.Select(FullName).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var nameless = added.Where(entry => FullName(entry) is null).Select(entry => (string?)entry?["digest"]).ToHashSet();
        return ChangeIndexAsync(
            entries => [.. entries.Where(entry => !IsReplaced(entry)).Select(entry => entry?.DeepClone()), .. added.Select(entry => entry?.DeepClone())], cancellationToken);

        bool IsReplaced(JsonNode? entry) => FullName(entry) is { } name ? names.Contains(name) : nameless.Count > 0 && nameless.Contains((string?)entry?["digest"]);
    }

    private Task ChangeIndexAsync(Func<IEnumerable<JsonNode?>, JsonNode?[]> change, CancellationToken cancellationToken) =>
        _writing.ChangeIndexAsync(
            async () =>
            {
                var index = await ReadIndexAsync(System.IO.Path.Combine(path, LayoutPath.IndexFile), cancellationToken).ConfigureAwait(false);
                try
                {
                    index["manifests"] = new JsonArray(change(Entries(index)));
                    return index.ToJsonString();
                }
                catch (Exception exception) when (exception is InvalidOperationException or ArgumentException)
                {
                    throw FileErrors.Invalid(path, $"its {LayoutPath.IndexFile} has an entry of another type, or a name twice", exception);
                }
            },
            cancellationToken);

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
