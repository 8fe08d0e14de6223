using System.Text.Json;
using System.Text.Json.Nodes;
using Buildpacks.IO;
using Buildpacks.Oci;

namespace Buildpacks.Stores.Layouts;

/// <summary>
/// Images in a folder that is an OCI layout. An entry of the layout's index has its full name; one of another tool, whose name is a tag
/// alone, is found under that tag in any repository. A layout has one place for all blobs.
/// </summary>
/// <param name="folder">The folder. It is made when something is put into it.</param>
internal sealed class LayoutStore(string folder) : IImageStore, IDisposable
{
    private readonly LayoutWriting _writing = new(folder);

    /// <inheritdoc/>
    public string Place => $"layout folder {folder}";

    private string IndexPath => Path.Combine(folder, LayoutPath.IndexFile);

    /// <inheritdoc/>
    public async Task<StoredManifest?> FindAsync(ImageReference name, CancellationToken cancellationToken)
    {
        if (name.Digest is { } digest)
        {
            return await ReadManifestAsync(digest, null, cancellationToken).ConfigureAwait(false);
        }

        var index = await ReadIndexAsync(cancellationToken).ConfigureAwait(false);
        var entry = Entries(index).FirstOrDefault(entry => IsNamed(entry, name));
        return entry is null ? null
            : Text(entry, "digest") is { } found && OciDigest.IsValid(found)
                ? await ReadManifestAsync(found, Text(entry, "mediaType"), cancellationToken).ConfigureAwait(false)
            : throw StoreErrors.ManifestInvalid(Place, $"the entry of {name} in {LayoutPath.IndexFile} has no digest");
    }

    /// <inheritdoc/>
    public Task<bool> HasBlobAsync(ImageReference image, OciDescriptor blob, CancellationToken cancellationToken) => Task.FromResult(Has(blob));

    /// <inheritdoc/>
    public Task<Stream> OpenBlobAsync(ImageReference image, OciDescriptor blob, CancellationToken cancellationToken)
    {
        try
        {
            var file = new FileStream(PathOf(blob.Digest), FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
            return file.Length == blob.Size
                ? Task.FromResult<Stream>(new VerifyingStream(file, blob, Place))
                : throw Closed(file, StoreErrors.SizeMismatch("the blob " + blob.Digest, Place, blob.Size, file.Length));
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw StoreErrors.BlobNotFound(image, blob, Place);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw FileErrors.Unusable(PathOf(blob.Digest), "read", exception);
        }
    }

    /// <inheritdoc/>
    public async Task<BlobTransfer> PutBlobAsync(ImageReference image, BlobSource blob, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        await _writing.BeginAsync(cancellationToken).ConfigureAwait(false);
        if (Has(blob.Descriptor))
        {
            return BlobTransfer.Present;
        }

        var content = await blob.OpenAsync(0, cancellationToken).ConfigureAwait(false)
            ?? throw new InvalidOperationException("the blob was read already");
        await using (content.ConfigureAwait(false))
        {
            await _writing.WriteAsync(blob.Descriptor.Digest, async destination =>
            {
                var counting = new CountingStream(destination, progress);
                await using (counting.ConfigureAwait(false))
                {
                    await content.CopyToAsync(counting, cancellationToken).ConfigureAwait(false);
                }

                cancellationToken.ThrowIfCancellationRequested();
            }).ConfigureAwait(false);
        }

        return BlobTransfer.Sent;
    }

    /// <inheritdoc/>
    public async Task PutManifestAsync(ImageReference name, StoredManifest manifest, CancellationToken cancellationToken)
    {
        await _writing.BeginAsync(cancellationToken).ConfigureAwait(false);
        if (!Has(manifest.Descriptor))
        {
            await _writing.WriteAsync(
                manifest.Descriptor.Digest, destination => destination.WriteAsync(manifest.Content, cancellationToken).AsTask()).ConfigureAwait(false);
        }

        if (name.Tag is null)
        {
            return;
        }

        await ChangeIndexAsync(
            entries =>
            {
                var kept = entries.Where(entry => !IsNamed(entry, name)).ToList();
                var named = manifest.Descriptor with
                {
                    Annotations = OciAnnotations.OfName(Full(name)),
                };
                kept.Add(JsonSerializer.SerializeToNode(named, OciJson.Default.OciDescriptor)!.AsObject());
                return kept;
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task TagAsync(ImageReference name, string tag, CancellationToken cancellationToken) =>
        await PutManifestAsync(name.WithTag(tag), await this.GetAsync(name, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async Task<bool> RemoveAsync(ImageReference name, CancellationToken cancellationToken)
    {
        if (await FindAsync(name, cancellationToken).ConfigureAwait(false) is not { } manifest)
        {
            return false;
        }

        await ChangeIndexAsync(
            entries => [.. entries.Where(entry => name.Digest is null ? !IsNamed(entry, name) : Text(entry, "digest") != name.Digest)], cancellationToken).ConfigureAwait(false);
        if (name.Digest is not null)
        {
            FileWriting.TryDelete(PathOf(manifest.Descriptor.Digest));
        }

        return true;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> ListTagsAsync(ImageReference image, CancellationToken cancellationToken)
    {
        var index = await ReadIndexAsync(cancellationToken).ConfigureAwait(false);
        return
        [
            .. Entries(index).Select(NameOf).OfType<string>()
                .Select(name => IsTag(name) ? name
                    : ImageReference.TryParse(name, out var reference, out _) && reference.Name == image.Name ? reference.Tag
                    : null)
                .OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>Removes the blobs that were written and that no image names. Never throws.</summary>
    public void TakeBack() => _writing.TakeBack();

    /// <inheritdoc/>
    public void Dispose() => _writing.Dispose();

    private static string Full(ImageReference name) => $"{name.Name}:{name.Tag}";

    private static PackException Closed(FileStream file, PackException failure)
    {
        file.Dispose();
        return failure;
    }

    private static IEnumerable<JsonObject> Entries(JsonObject index) => (index["manifests"] as JsonArray ?? []).OfType<JsonObject>();

    private static string? Text(JsonObject entry, string name) => entry[name] is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    private static string? NameOf(JsonObject entry) => entry["annotations"] is JsonObject annotations
        ? Text(annotations, OciAnnotations.ContainerdImageName) ?? Text(annotations, OciAnnotations.RefName)
        : null;

    private static bool IsNamed(JsonObject entry, ImageReference name) =>
        NameOf(entry) is { } known
        && (IsTag(known) ? known == name.Tag : ImageReference.TryParse(known, out var reference, out _) && Full(reference) == Full(name));

    /// <summary>Whether a name is a tag alone: a full name has a registry with a slash behind it.</summary>
    private static bool IsTag(string name) => !name.Contains('/', StringComparison.Ordinal) && !name.Contains(':', StringComparison.Ordinal);

    private bool Has(OciDescriptor blob) => new FileInfo(PathOf(blob.Digest)) is { Exists: true } file && file.Length == blob.Size;

    private string PathOf(string digest) => Path.Combine(folder, LayoutPath.Blob(digest));

    private async Task<StoredManifest?> ReadManifestAsync(string digest, string? mediaType, CancellationToken cancellationToken)
    {
        var file = new FileInfo(PathOf(digest));
        if (!file.Exists)
        {
            return null;
        }

        if (file.Length > StoredManifest.MaximumSize)
        {
            throw StoreErrors.ManifestInvalid(Place, $"{digest} has {file.Length} bytes");
        }

        var content = await ReadAsync(file.FullName, cancellationToken).ConfigureAwait(false);
        return OciDigest.Of(content) is var actual && actual == digest
            ? StoredManifest.Read(content, mediaType, Place)
            : throw StoreErrors.DigestMismatch("the manifest " + digest, Place, digest, actual);
    }

    private async Task<JsonObject> ReadIndexAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(IndexPath))
        {
            return JsonSerializer.SerializeToNode(new OciIndex(), OciJson.Default.OciIndex)!.AsObject();
        }

        try
        {
            var index = JsonNode.Parse(await ReadAsync(IndexPath, cancellationToken).ConfigureAwait(false)) as JsonObject
                ?? throw StoreErrors.ManifestInvalid(Place, $"{LayoutPath.IndexFile} is not an object");

            // A name that is there twice shows itself at the first look.
            _ = Entries(index).Select(NameOf).Count(name => name is not null);
            return index;
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException or InvalidOperationException)
        {
            throw StoreErrors.ManifestInvalid(Place, $"{LayoutPath.IndexFile} is malformed", exception);
        }
    }

    private Task ChangeIndexAsync(Func<IEnumerable<JsonObject>, IEnumerable<JsonObject>> change, CancellationToken cancellationToken) =>
        _writing.ChangeIndexAsync(
            async () =>
            {
                var index = await ReadIndexAsync(cancellationToken).ConfigureAwait(false);
                index["manifests"] = new JsonArray([.. change([.. Entries(index)]).Select(entry => entry.DeepClone())]);
                return index.ToJsonString();
            },
            cancellationToken);

    private static async Task<byte[]> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw FileErrors.Unusable(path, "read", exception);
        }
    }
}
