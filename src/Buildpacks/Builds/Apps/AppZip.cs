using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Buildpacks.Images;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Builds.Apps;

/// <summary>An app in a zip file. Modes and links that the file records are kept.</summary>
internal sealed class AppZip(string path, ILogger logger) : IAppSource
{
    private const int TypeMask = 0xF000;
    private const int LinkType = 0xA000;
    private const int FolderType = 0x4000;
    private const int FileType = 0x8000;
    private const int ModeMask = 0xFFF;
    private const int MaximumLinkLength = 4096;

    private const UnixFileMode Everything = (UnixFileMode)0b111_111_111;

    /// <inheritdoc/>
    public async Task WriteAsync(
        TarWriter tar, string root, TarOwner owner, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        try
        {
            using var zip = ZipFile.OpenRead(path);
            await tar.WriteEntryAsync(Entry(TarEntryType.Directory, root + "/", owner, Everything, DateTimeOffset.UnixEpoch), cancellationToken).ConfigureAwait(false);
            long bytes = 0;
            foreach (var entry in zip.Entries.OrderBy(entry => entry.FullName, StringComparer.Ordinal))
            {
                await WriteAsync(entry, $"{root}/{NameOf(entry)}").ConfigureAwait(false);
                progress?.Report(bytes += entry.Length);
            }
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException or UnauthorizedAccessException or FileNotFoundException)
        {
            throw AppErrors.Unreadable(path, exception);
        }

        async Task WriteAsync(ZipArchiveEntry entry, string name)
        {
            var unix = entry.ExternalAttributes >> 16;
            var type = (unix & TypeMask) switch
            {
                _ when name.EndsWith('/') => FolderType,
                0 => FileType,
                var known => known,
            };
            var mode = (unix & ModeMask) == 0 ? Everything : (UnixFileMode)(unix & ModeMask);
            switch (type)
            {
                case FolderType:
                    await tar.WriteEntryAsync(
                        Entry(TarEntryType.Directory, name.EndsWith('/') ? name : name + "/", owner, mode, entry.LastWriteTime), cancellationToken).ConfigureAwait(false);
                    break;
                case LinkType:
                    var link = Entry(TarEntryType.SymbolicLink, name, owner, Everything, entry.LastWriteTime);
                    link.LinkName = ReadLink(entry);
                    await tar.WriteEntryAsync(link, cancellationToken).ConfigureAwait(false);
                    break;
                case FileType:
                    var content = entry.Open();
                    await using (content.ConfigureAwait(false))
                    {
                        var file = Entry(TarEntryType.RegularFile, name, owner, mode, entry.LastWriteTime);
                        file.DataStream = new KnownLengthStream(content, entry.Length);
                        await tar.WriteEntryAsync(file, cancellationToken).ConfigureAwait(false);
                    }

                    break;
                default:
                    logger.LogWarning("'{Name}' in '{Path}' is a socket, a pipe or a device; it is left out.", entry.FullName, path);
                    break;
            }
        }
    }

    private string NameOf(ZipArchiveEntry entry)
    {
        var name = entry.FullName.Replace('\\', '/');
        return name.StartsWith('/') || name.Split('/').Contains("..")
            ? throw AppErrors.BadName($"{path}: {entry.FullName}", "it leads out of the app's folder")
            : name;
    }

    private string ReadLink(ZipArchiveEntry entry)
    {
        using var content = entry.Open();
        var target = new byte[Math.Min(entry.Length, MaximumLinkLength)];
        content.ReadExactly(target);
        return entry.Length is > 0 and <= MaximumLinkLength
            ? Encoding.UTF8.GetString(target)
            : throw AppErrors.BadName($"{path}: {entry.FullName}", "the link it says it is has no target that could be one");
    }

    private static GnuTarEntry Entry(TarEntryType type, string name, TarOwner owner, UnixFileMode mode, DateTimeOffset time) => new(type, name)
    {
        Uid = owner.UserId,
        Gid = owner.GroupId,
        Mode = mode,
        ModificationTime = time < DateTimeOffset.UnixEpoch ? DateTimeOffset.UnixEpoch : time,
        AccessTime = default,
        ChangeTime = default,
    };
}
