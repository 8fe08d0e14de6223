using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Buildpacks.Files;
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
    private const int MaximumLength = 4096;
    private const long MaximumSize = 8L * 1024 * 1024 * 1024;

    private const UnixFileMode Everything = (UnixFileMode)0b111_111_111;

    /// <inheritdoc/>
    public async Task WriteAsync(
        TarWriter tar, string root, TarOwner owner, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        try
        {
            using var zip = ZipFile.OpenRead(path);
            var entries = Check(zip);
            await tar.WriteEntryAsync(Entry(TarEntryType.Directory, root + "/", owner, Everything, DateTimeOffset.UnixEpoch), cancellationToken).ConfigureAwait(false);
            long bytes = 0;
            foreach (var (name, type, entry) in entries)
            {
                await WriteAsync(entry, type, $"{root}/{name}").ConfigureAwait(false);
                progress?.Report(bytes += entry.Length);
            }
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException or UnauthorizedAccessException or FileNotFoundException)
        {
            throw AppErrors.Unreadable(path, exception);
        }

        async Task WriteAsync(ZipArchiveEntry entry, int type, string name)
        {
            var unix = entry.ExternalAttributes >> 16;
            var mode = (unix & ModeMask) == 0 ? Everything : (UnixFileMode)(unix & ModeMask);
            switch (type)
            {
                case FolderType:
                    await tar.WriteEntryAsync(
                        Entry(TarEntryType.Directory, name + "/", owner, mode, entry.LastWriteTime), cancellationToken).ConfigureAwait(false);
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
                        if (content.ReadByte() >= 0)
                        {
                            throw new InvalidDataException($"'{entry.FullName}' is longer than it says");
                        }
                    }

                    break;
                default:
                    logger.LogWarning("'{Name}' in '{Path}' is a socket, a pipe or a device; it is left out.", entry.FullName, path);
                    break;
            }
        }
    }

    /// <summary>Checks all entries before the first is sent: each once, none outside, none through a link.</summary>
    /// <returns>The entries in the order of their names.</returns>
    private List<(string Name, int Type, ZipArchiveEntry Entry)> Check(ZipArchive zip)
    {
        long size = 0;
        var paths = new EntryPaths();
        var entries = new List<(string, int, ZipArchiveEntry)>();
        foreach (var entry in zip.Entries.OrderBy(entry => entry.FullName, StringComparer.Ordinal))
        {
            if ((size += entry.Length) > MaximumSize || entry.Length < 0)
            {
                throw AppErrors.TooLarge(path, MaximumSize);
            }

            // The app's own folder may be an entry too.
            if (NameOf(entry) is { Length: > 0 } name)
            {
                var type = TypeOf(entry);
                if (paths.Add(name, type switch { FolderType => ContentEntryKind.Folder, LinkType => ContentEntryKind.SymbolicLink, _ => ContentEntryKind.File }) is { } problem)
                {
                    throw Bad(entry, "it " + problem);
                }

                entries.Add((name, type, entry));
            }
        }

        return entries;
    }

    private string NameOf(ZipArchiveEntry entry) =>
        entry.FullName.Length > MaximumLength ? throw Bad(entry, $"its name has {entry.FullName.Length} characters")
        : entry.FullName.Contains('\uFFFD', StringComparison.Ordinal) ? throw Bad(entry, "its name is not valid UTF-8")
        : entry.IsEncrypted ? throw Bad(entry, "it is encrypted")
        : ContentPath.TryNormalize(entry.FullName.Replace('\\', '/'), out var name) ? name
        : throw Bad(entry, "it leads out of the app's folder");

    private static int TypeOf(ZipArchiveEntry entry) => ((entry.ExternalAttributes >> 16) & TypeMask) switch
    {
        _ when entry.FullName is [.., '/' or '\\'] => FolderType,
        0 => FileType,
        var known => known,
    };

    private PackException Bad(ZipArchiveEntry entry, string problem) =>
        AppErrors.BadName($"{path}: {entry.FullName[..Math.Min(entry.FullName.Length, MaximumLength)]}", problem);

    private string ReadLink(ZipArchiveEntry entry)
    {
        using var content = entry.Open();
        var target = new byte[Math.Min(entry.Length, MaximumLength)];
        content.ReadExactly(target);
        return entry.Length is > 0 and <= MaximumLength && Encoding.UTF8.GetString(target) is var text && text.AsSpan().IndexOfAny('\0', '\uFFFD') < 0
            ? text
            : throw Bad(entry, "the link it says it is has no target that could be one");
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
