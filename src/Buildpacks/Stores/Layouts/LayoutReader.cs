using System.Formats.Tar;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Buildpacks.IO;
using Buildpacks.Oci;
using Buildpacks.Stores.Archives;

namespace Buildpacks.Stores.Layouts;

/// <summary>
/// Reads an OCI layout from a tar stream in one pass. Blobs come in any order, before what describes them: small ones are held,
/// large ones are handed out as they come.
/// </summary>
internal sealed class LayoutReader : IDisposable
{
    /// <summary>The largest blob that is held. Manifests and configs are far smaller.</summary>
    public const int MaximumHeldBlob = 4 * 1024 * 1024;

    /// <summary>How much is held of one layout in all.</summary>
    public const int MaximumHeld = 16 * 1024 * 1024;

    /// <summary>More than any image has, with those that an older image of its name left in the layout.</summary>
    private const int MaximumBlobs = 2000;

    private readonly TarInput _tar;
    private readonly Dictionary<string, ReadOnlyMemory<byte>> _held = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _sizes = new(StringComparer.Ordinal);
    private readonly string? _runImageReference;
    private readonly string? _runImageTopLayer;
    private ReadOnlyMemory<byte>? _index;
    private long _heldBytes;

    /// <summary>Begins to read.</summary>
    /// <param name="layout">The tar stream; all names begin with one folder, the layout's own. Not closed.</param>
    /// <param name="runImageReference">What the image's labels are to call its run image; <see langword="null"/> to leave what they say.</param>
    /// <param name="runImageTopLayer">What they are to call the run image's top layer; <see langword="null"/> to leave what they say.</param>
    public LayoutReader(Stream layout, string? runImageReference = null, string? runImageTopLayer = null) =>
        (_tar, _runImageReference, _runImageTopLayer) = (new TarInput(layout), runImageReference, runImageTopLayer);

    /// <summary>Reads on to the next large blob.</summary>
    /// <returns>The blob, which has to be read before the next call; <see langword="null"/> at the end of the layout.</returns>
    public async Task<LayoutBlob?> ReadToLargeBlobAsync(CancellationToken cancellationToken)
    {
        while (await NextEntryAsync(cancellationToken).ConfigureAwait(false) is { } entry)
        {
            var path = PathWithin(entry);
            if (entry.EntryType == TarEntryType.Directory)
            {
                continue;
            }

            if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile))
            {
                throw LayoutErrors.Invalid($"'{entry.Name}' in its layout is a {entry.EntryType}, not a file");
            }

            if (path == LayoutPath.IndexFile)
            {
                _index = _index is null
                    ? await HoldAsync(entry, cancellationToken).ConfigureAwait(false)
                    : throw LayoutErrors.Invalid("its layout has two indexes");
            }
            else if (DigestOf(path) is { } digest)
            {
                if (!_sizes.TryAdd(digest, entry.Length))
                {
                    throw LayoutErrors.Invalid($"its layout has the blob {digest} twice");
                }

                if (_sizes.Count > MaximumBlobs)
                {
                    throw LayoutErrors.Invalid($"its layout has more than {MaximumBlobs} blobs");
                }

                if (entry.Length > MaximumHeldBlob || entry.Length > MaximumHeld - _heldBytes)
                {
                    return new LayoutBlob(digest, entry.Length, entry.DataStream ?? Stream.Null);
                }

                _held[digest] = await HoldAsync(entry, cancellationToken).ConfigureAwait(false);
            }
        }

        return null;
    }

    /// <summary>Understands the layout, once all of it was read.</summary>
    /// <exception cref="PackException"><c>LayoutInvalid</c>: something is missing, or does not fit together.</exception>
    public LayoutContent Complete()
    {
        var index = Parse(_index ?? throw Incomplete(), OciJson.Default.OciIndex, "index");

        // Where an older image of that name was in the layout, the new one is added at the end.
        var entry = index.Manifests is [.., var last] ? last : throw LayoutErrors.Invalid("its layout does not name an image");
        var manifest = Parse(Held(entry.Digest, "manifest"), OciJson.Default.OciManifest, "manifest");
        var configBytes = Held(manifest.Config.Digest, "config");
        var config = Parse(configBytes, OciJson.Default.OciImageConfig, "config");
        var written = _runImageReference is { } reference ? RunImageLabel.Write(configBytes, reference) ?? configBytes : configBytes;
        written = _runImageTopLayer is { } topLayer ? RunImageLabel.WriteTopLayer(written, topLayer) ?? written : written;
        if (!written.Equals(configBytes))
        {
            configBytes = written;
            config = Parse(written, OciJson.Default.OciImageConfig, "config");
        }

        var diffIds = config.Rootfs.DiffIds;
        if (diffIds.Count != manifest.Layers.Count)
        {
            throw LayoutErrors.Invalid($"its manifest has {manifest.Layers.Count} layers and its config {diffIds.Count}");
        }

        foreach (var diffId in diffIds.Where(diffId => !OciDigest.IsValid(diffId)))
        {
            throw LayoutErrors.Invalid($"'{diffId}' in its layers is not a digest");
        }

        return new LayoutContent
        {
            Digest = entry.Digest,
            ConfigBytes = configBytes,
            Config = config,
            Layers = [.. manifest.Layers.Zip(diffIds, Layer)],
            Held = _held,
        };
    }

    /// <inheritdoc/>
    public void Dispose() => _tar.Dispose();

    private async Task<TarEntry?> NextEntryAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _tar.NextAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (InvalidDataException exception)
        {
            throw LayoutErrors.Invalid($"the engine's copy of its layout is not a complete tar archive: {exception.Message.TrimEnd('.')}", exception);
        }
    }

    private ArchiveLayer Layer(OciDescriptor blob, string diffId) =>
        _sizes.TryGetValue(blob.Digest, out var size) && size > 0
            ? new ArchiveLayer { DiffId = diffId, Blob = new OciDescriptor { Digest = blob.Digest, Size = size, MediaType = OciMediaType(blob) } }
            : ArchiveLayer.HeldBy(diffId);

    /// <summary>The entry's path within the layout. The first folder is the layout's own and says nothing.</summary>
    private static string PathWithin(TarEntry entry)
    {
        var segments = entry.Name.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(segment => segment != ".").ToArray();
        return segments.Contains("..") || entry.Name.StartsWith('/')
            ? throw LayoutErrors.Invalid($"'{entry.Name}' in its layout points outside")
            : string.Join('/', segments.Skip(1));
    }

    private static string? DigestOf(string path)
    {
        const string folder = "blobs/" + OciDigest.Algorithm + "/";
        return path.StartsWith(folder, StringComparison.Ordinal) && $"{OciDigest.Algorithm}:{path[folder.Length..]}" is var digest && OciDigest.IsValid(digest)
            ? digest
            : null;
    }

    private async Task<ReadOnlyMemory<byte>> HoldAsync(TarEntry entry, CancellationToken cancellationToken)
    {
        if (entry.Length > MaximumHeldBlob)
        {
            throw LayoutErrors.Invalid($"'{entry.Name}' in its layout has {entry.Length} bytes, more than {MaximumHeldBlob}");
        }

        var content = new byte[entry.Length];
        try
        {
            if (entry.DataStream is { } data)
            {
                await data.ReadExactlyAsync(content, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (EndOfStreamException exception)
        {
            throw LayoutErrors.Invalid($"'{entry.Name}' in its layout ends early", exception);
        }

        _heldBytes += content.Length;
        return content;
    }

    /// <summary>Every layout has an index. One without it may have been cut on its way, so it is worth another reading.</summary>
    private static PackException Incomplete() =>
        LayoutErrors.Invalid($"its layout has no {LayoutPath.IndexFile}", new InvalidDataException("The archive ended before the index."));

    private ReadOnlyMemory<byte> Held(string digest, string what)
    {
        if (!_held.TryGetValue(digest, out var content))
        {
            throw LayoutErrors.Invalid($"its layout has no {what} {digest}, or one of more than {MaximumHeldBlob} bytes");
        }

        return OciDigest.Of(content.Span) is var actual && actual == digest
            ? content
            : throw LayoutErrors.Invalid($"its {what} {digest} does not match its digest: the digest of its content is {actual}", new InvalidDataException(actual));
    }

    private static T Parse<T>(ReadOnlyMemory<byte> json, JsonTypeInfo<T> type, string what)
        where T : class
    {
        try
        {
            return StrictJson.Deserialize(json.Span, type);
        }
        catch (JsonException exception)
        {
            throw LayoutErrors.Invalid($"its {what} is malformed at {exception.Path ?? "$"}: {exception.Message.TrimEnd('.')}", exception);
        }
    }

    private static string OciMediaType(OciDescriptor layer) => MediaTypes.ToOci(layer.MediaType) is var type && MediaTypes.IsLayer(type)
        ? type
        : throw LayoutErrors.Invalid($"its layer {layer.Digest} is of the type '{type}', which is not a layer type");
}
