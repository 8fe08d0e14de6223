using System.Formats.Tar;
using System.Security.Cryptography;
using Buildpacks.IO;
using Buildpacks.Oci;
using Buildpacks.Stores.Layers;

namespace Buildpacks.Stores.Archives;

/// <summary>A layer that was written to a temporary file, so that its digest is known before it is sent.</summary>
public sealed class LayerFile : IAsyncDisposable
{
    private readonly FileStream _file;

    private LayerFile(FileStream file, string diffId, string createdBy)
    {
        _file = file;
        DiffId = diffId;
        Length = file.Length;
        CreatedBy = createdBy;
    }

    /// <summary>The digest of the layer's tar.</summary>
    public string DiffId { get; }

    /// <summary>What the image's history says of the layer.</summary>
    public string CreatedBy { get; }

    /// <summary>Its size in bytes.</summary>
    public long Length { get; }

    /// <summary>Writes a layer.</summary>
    /// <param name="createdBy">What the image's history says of it.</param>
    /// <param name="write">Writes its entries.</param>
    /// <param name="cancellationToken">Ends the writing; nothing is left behind.</param>
    public static async Task<LayerFile> WriteAsync(
        string createdBy, Func<LayerTar, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(write);
        var file = TemporaryFile.Open();
        try
        {
            var tar = new LayerTar(file);
            await using (tar.ConfigureAwait(false))
            {
                await write(tar, cancellationToken).ConfigureAwait(false);
            }

            return new LayerFile(file, await HashAsync(file, cancellationToken).ConfigureAwait(false), createdBy);
        }
        catch
        {
            await file.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Puts the layer into an archive. It can be put into several at the same time.</summary>
    /// <returns>The layer as the archive has it.</returns>
    public async Task<ArchiveLayer> WriteToAsync(ImageArchiveWriter archive, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(archive);
        var content = new FileView(_file.SafeFileHandle, Length);
        await using (content.ConfigureAwait(false))
        {
            await archive.WriteBlobAsync(DiffId, Length, content, cancellationToken).ConfigureAwait(false);
        }

        return ToArchiveLayer();
    }

    /// <summary>
    /// Writes the layer's entries into another archive, without the times of access and change: a tar of busybox takes these for the beginning
    /// of the name.
    /// </summary>
    /// <param name="tar">The archive.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    public Task CopyToAsync(TarWriter tar, CancellationToken cancellationToken) => CopyToAsync(tar, folder: null, cancellationToken);

    /// <summary>Writes the entries of a folder of the layer into another archive, without the folders above it.</summary>
    /// <param name="tar">The archive.</param>
    /// <param name="folder">The folder, without a slash at either end; <see langword="null"/> for all entries.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    public Task CopyToAsync(TarWriter tar, string? folder, CancellationToken cancellationToken) => CopyEntriesAsync(
        tar, entry => folder is null || (entry.Name.TrimEnd('/') + "/").StartsWith(folder + "/", StringComparison.Ordinal), cancellationToken);

    /// <summary>Writes what is in a folder of the layer into another archive, with names that begin in that folder.</summary>
    /// <param name="tar">The archive.</param>
    /// <param name="folder">The folder, without a slash at either end.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    public Task CopyContentAsync(TarWriter tar, string folder, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return CopyEntriesAsync(
            tar,
            entry =>
            {
                if (!entry.Name.StartsWith(folder + "/", StringComparison.Ordinal) || entry.Name.Length == folder.Length + 1)
                {
                    return false;
                }

                entry.Name = entry.Name[(folder.Length + 1)..];
                if (entry.EntryType == TarEntryType.HardLink)
                {
                    entry.LinkName = entry.LinkName[(folder.Length + 1)..];
                }

                return true;
            },
            cancellationToken);
    }

    private async Task CopyEntriesAsync(TarWriter tar, Predicate<TarEntry> takes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tar);
        var content = new FileView(_file.SafeFileHandle, Length);
        await using (content.ConfigureAwait(false))
        {
            using var entries = new TarReader(content);
            while (await entries.GetNextEntryAsync(copyData: false, cancellationToken).ConfigureAwait(false) is { } entry)
            {
                if (!takes(entry))
                {
                    continue;
                }

                if (entry is GnuTarEntry gnu)
                {
                    gnu.AccessTime = gnu.ChangeTime = default;
                }

                await tar.WriteEntryAsync(entry, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>The layer as an archive has it.</summary>
    public ArchiveLayer ToArchiveLayer() => new()
    {
        DiffId = DiffId,
        Blob = new OciDescriptor { MediaType = MediaTypes.LayerTar, Digest = DiffId, Size = Length },
    };

    /// <summary>Removes the file.</summary>
    public ValueTask DisposeAsync() => _file.DisposeAsync();

    private static async Task<string> HashAsync(FileStream file, CancellationToken cancellationToken)
    {
        await file.FlushAsync(cancellationToken).ConfigureAwait(false);
        file.Position = 0;
        return OciDigest.FromHash(await SHA256.HashDataAsync(file, cancellationToken).ConfigureAwait(false));
    }
}
