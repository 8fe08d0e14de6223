using System.Formats.Tar;
using System.Text;
using Buildpacks.Configuration;
using Buildpacks.IO;
using Buildpacks.Oci;
using Buildpacks.Stores;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Caches.Images;

/// <summary>
/// The volume with which a build works on a cache image. A lifecycle in a container would need a credential to read and write the image, so
/// it gets a volume instead, with the same layers: this process downloads the layers that the volume lacks before the build, and uploads those
/// that the image lacks after it.
/// </summary>
/// <param name="store">The registry.</param>
/// <param name="name">The name of the cache image.</param>
/// <param name="image">The cache image; <see langword="null"/> when there is none, or the build is to use nothing of it.</param>
/// <param name="record">What was in the volume at the end of a build.</param>
/// <param name="volume">The volume, as the record has it.</param>
/// <param name="logger">Is warned of what is not cached.</param>
internal sealed class CacheImageCopy(IImageStore store, ImageReference name, CacheImage? image, Hints record, string volume, ILogger logger) : IDisposable
{
    /// <summary>The folder of a volume in which lifecycles keep layers and metadata.</summary>
    public const string Folder = "committed";

    private const string Extension = ".tar";
    private const int Parallel = 3;

    /// <summary>Each new layer is an open file until it is published.</summary>
    private const int MaximumAdded = 200;

    private const int MaximumMetadata = LabelJson.MaximumLength;

    private readonly Dictionary<string, BlobSource> _added = new(StringComparer.Ordinal);
    private CacheMetadata? _after;

    /// <summary>Whether what is in the volume is of no use: there is no cache image, or the volume was not written by the last build with one.</summary>
    public bool NeedsEmptyVolume => image is null || Recorded is null;

    /// <summary>The files in the folder that are not needed after the build: the image has these layers.</summary>
    public IReadOnlyList<string> KnownFiles => [.. image?.Layers.Keys.Select(FileOf) ?? []];

    private CacheMetadata? Recorded => CacheMetadata.Read(record.Find(volume));

    /// <summary>Whether there is something to write into the volume.</summary>
    /// <param name="isNew">Whether the volume is empty.</param>
    public bool MustWrite(bool isNew) => image is { } present && (isNew || Recorded?.Text != present.Metadata.Text);

    /// <summary>Writes the layers that the volume lacks, and the metadata.</summary>
    /// <param name="tar">An archive that is unpacked in the container.</param>
    /// <param name="root">The entry of the volume; empty when the archive is unpacked in the volume.</param>
    /// <param name="owner">The owner of the files.</param>
    /// <param name="isNew">Whether the volume is empty.</param>
    /// <param name="buildpacks">The ids of the buildpacks that can take part: a lifecycle reads no layer of others; <see langword="null"/> for any.</param>
    /// <param name="cancellationToken">Ends the downloads.</param>
    public async Task WriteAsync(TarWriter tar, string root, TarOwner owner, bool isNew, IReadOnlySet<string>? buildpacks, CancellationToken cancellationToken)
    {
        if (!MustWrite(isNew))
        {
            return;
        }

        var folder = root.Length == 0 ? Folder : $"{root}/{Folder}";
        var present = (isNew ? null : Recorded)?.Layers.Select(layer => layer.DiffId).ToHashSet(StringComparer.Ordinal) ?? [];
        var needed = image!.Metadata.Layers.Where(layer => layer.Buildpack is null || buildpacks?.Contains(layer.Buildpack) != false).Select(layer => layer.DiffId);
        var lacking = needed.Where(diffId => !present.Contains(diffId)).ToList();
        await tar.WriteFolderAsync(folder, owner, cancellationToken).ConfigureAwait(false);
        var unusable = new HashSet<string>(StringComparer.Ordinal);
        for (var index = 0; index < lacking.Count; index += Parallel)
        {
            var some = lacking.Skip(index).Take(Parallel).ToList();
            var files = await Task.WhenAll(some.Select(diffId => image.DownloadAsync(store, diffId, logger, cancellationToken))).ConfigureAwait(false);
            try
            {
                foreach (var (diffId, file) in some.Zip(files))
                {
                    if (file is null)
                    {
                        unusable.Add(diffId);
                    }
                    else
                    {
                        await tar.WriteFileAsync($"{folder}/{FileOf(diffId)}", owner, file, cancellationToken).ConfigureAwait(false);
                    }
                }
            }
            finally
            {
                foreach (var file in files.OfType<FileStream>())
                {
                    await file.DisposeAsync().ConfigureAwait(false);
                }
            }
        }

        var metadata = image.Metadata.Without(unusable).Text + "\n";
        await tar.WriteFileAsync($"{folder}/{CacheMetadata.Name}", owner, Encoding.UTF8.GetBytes(metadata), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes metadata or a new layer out of the volume.</summary>
    /// <param name="entry">A file of the folder, in an archive.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="InvalidDataException">The archive is damaged.</exception>
    public async Task TakeAsync(TarEntry entry, CancellationToken cancellationToken)
    {
        if (entry is not { EntryType: TarEntryType.RegularFile or TarEntryType.V7RegularFile, DataStream: { } content })
        {
            return;
        }

        var file = entry.Name.Split('/')[^1];
        if (file == CacheMetadata.Name && entry.Length <= MaximumMetadata)
        {
            var text = new byte[entry.Length];
            await content.ReadExactlyAsync(text, cancellationToken).ConfigureAwait(false);
            _after = CacheMetadata.Read(Encoding.UTF8.GetString(text));
        }
        else if (DiffIdOf(file) is { } diffId && image?.Layers.ContainsKey(diffId) != true && !_added.ContainsKey(diffId))
        {
            await AddAsync(diffId, content, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The files in the folder that are still to be taken, once the metadata was.</summary>
    public IReadOnlyList<string> FilesToTake =>
        [.. (_after?.Layers ?? []).Select(layer => layer.DiffId).Where(diffId => image?.Layers.ContainsKey(diffId) != true && !_added.ContainsKey(diffId)).Select(FileOf)];

    /// <summary>Makes the cache image what the volume is. A cache image that holds the same stays as it is.</summary>
    /// <param name="cancellationToken">Ends the transfers; the name has then what it had.</param>
    public async Task PublishAsync(CancellationToken cancellationToken)
    {
        if (_after is not { } written)
        {
            record.Store(volume, "");
            logger.LogWarning("The lifecycle wrote no cache: the cache image {Image} stays as it is.", name.ToFamiliarString());
            return;
        }

        record.Store(volume, written.Text);
        var held = image?.Layers ?? new Dictionary<string, OciDescriptor>();
        var absent = written.Layers.Select(layer => layer.DiffId).Where(diffId => !held.ContainsKey(diffId) && !_added.ContainsKey(diffId)).ToHashSet(StringComparer.Ordinal);
        var metadata = written.Without(absent);
        if (image?.Metadata.Text == metadata.Text)
        {
            logger.LogDebug("The cache image {Image} is up to date.", name);
            return;
        }

        try
        {
            await new CacheImageWriter(store).WriteAsync(name, metadata, held, _added, cancellationToken).ConfigureAwait(false);
        }
        catch (PackException failure)
        {
            logger.LogWarning("The cache image {Image} could not be published: {Reason}", name.ToFamiliarString(), failure.Message);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var layer in _added.Values)
        {
            layer.Dispose();
        }

        _added.Clear();
    }

    private async Task AddAsync(string diffId, Stream content, CancellationToken cancellationToken)
    {
        if (_added.Count == MaximumAdded)
        {
            throw new InvalidDataException($"the cache has more than {MaximumAdded} new layers");
        }

        var actual = "";
        var packed = await BlobSource.PackAsync(
            async gzip => actual = await HashedCopy.RunAsync(content, gzip, CacheImage.MaximumUnpacked, cancellationToken).ConfigureAwait(false),
            cancellationToken).ConfigureAwait(false);
        if (actual == diffId)
        {
            _added.Add(diffId, packed);
            return;
        }

        packed.Dispose();
        logger.LogWarning("A layer of the cache is not published: its digest is {Actual}, and its name says {DiffId}.", actual, diffId);
    }

    private static string FileOf(string diffId) => diffId + Extension;

    private static string? DiffIdOf(string file) =>
        file.EndsWith(Extension, StringComparison.Ordinal) && file[..^Extension.Length] is var diffId && OciDigest.IsValid(diffId) ? diffId : null;
}
