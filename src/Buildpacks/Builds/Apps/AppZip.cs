using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Buildpacks.IO;
using Buildpacks.Stores.Layers;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Builds.Apps;

/// <summary>
/// An app in a zip file. Modes and links that the file records are kept. Entries that were made on Windows have no modes: everyone may
/// do everything, as the reference platform has it.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="logger">Is warned of what is left out.</param>
/// <param name="filter">Which files are sent; <see langword="null"/> for all.</param>
/// <param name="shown">How messages name it; <see langword="null"/> for its path.</param>
internal sealed class AppZip(string path, ILogger logger, AppFilter? filter = null, string? shown = null) : IAppSource
{
    private readonly string _name = shown ?? path;

    private const int TypeMask = 0xF000;
    private const int LinkType = 0xA000;
    private const int FolderType = 0x4000;
    private const int FileType = 0x8000;
    private const int ModeMask = 0xFFF;
    private const int DosFolder = 0x10;
    private const int BufferSize = 64 * 1024;
    private const int MaximumLength = 4096;
    private const long MaximumSize = 8L * 1024 * 1024 * 1024;

    /// <inheritdoc/>
    public async Task WriteAsync(
        TarWriter tar, string root, TarOwner owner, IProgress<long>? progress, SpecialModes? special, CancellationToken cancellationToken)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, BufferSize);
            var directory = ZipDirectory.Find(file, allowTrailer: true) ?? new ZipDirectory(0, []);
            using var zip = Open(file, directory.Start);
            var entries = Check(zip, directory);
            await tar.WriteEntryAsync(AppEntry.Create(TarEntryType.Directory, root + "/", owner, AppEntry.Everything, DateTimeOffset.UnixEpoch), cancellationToken).ConfigureAwait(false);
            long bytes = 0;
            var folders = new HashSet<string>(StringComparer.Ordinal);
            var unsent = new Dictionary<string, (ZipArchiveEntry Entry, UnixFileMode Mode)>(StringComparer.Ordinal);
            var decisions = new ArchiveFilter(filter);
            foreach (var (name, type, mode, entry) in entries)
            {
                if (!decisions.IsSent(name, type == FolderType))
                {
                    if (type == FolderType)
                    {
                        unsent[name] = (entry, mode);
                    }

                    continue;
                }

                await WriteParentsAsync(name, folders, unsent).ConfigureAwait(false);
                await WriteAsync(entry, type, mode, $"{root}/{name}").ConfigureAwait(false);
                progress?.Report(bytes += entry.Length);
                if (type == FolderType)
                {
                    folders.Add(name);
                }
            }
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException or UnauthorizedAccessException or FileNotFoundException)
        {
            throw AppErrors.Unreadable(_name, exception);
        }

        // A zip need not have entries for its folders. An engine would give such a folder to root.
        async Task WriteParentsAsync(string name, HashSet<string> folders, Dictionary<string, (ZipArchiveEntry Entry, UnixFileMode Mode)> unsent)
        {
            for (var slash = name.IndexOf('/', StringComparison.Ordinal); slash > 0; slash = name.IndexOf('/', slash + 1))
            {
                if (folders.Add(name[..slash]))
                {
                    var (mode, time) = unsent.TryGetValue(name[..slash], out var folder) ? (folder.Mode, folder.Entry.LastWriteTime) : (AppEntry.UsualFolder, DateTimeOffset.UnixEpoch);
                    await tar.WriteEntryAsync(
                        AppEntry.Create(TarEntryType.Directory, $"{root}/{name[..slash]}/", owner, mode, time), cancellationToken).ConfigureAwait(false);
                    special?.Add($"{root}/{name[..slash]}", mode);
                }
            }
        }

        async Task WriteAsync(ZipArchiveEntry entry, int type, UnixFileMode mode, string name)
        {
            switch (type)
            {
                case FolderType:
                    await tar.WriteEntryAsync(
                        AppEntry.Create(TarEntryType.Directory, name + "/", owner, mode, entry.LastWriteTime), cancellationToken).ConfigureAwait(false);
                    special?.Add(name, mode);
                    break;
                case LinkType:
                    var link = AppEntry.Create(TarEntryType.SymbolicLink, name, owner, AppEntry.Everything, entry.LastWriteTime);
                    link.LinkName = ReadLink(entry);
                    await tar.WriteEntryAsync(link, cancellationToken).ConfigureAwait(false);
                    break;
                case FileType:
                    var content = entry.Open();
                    await using (content.ConfigureAwait(false))
                    {
                        var file = AppEntry.Create(TarEntryType.RegularFile, name, owner, mode, entry.LastWriteTime);
                        file.DataStream = new KnownLengthStream(content, entry.Length);
                        await tar.WriteEntryAsync(file, cancellationToken).ConfigureAwait(false);
                        special?.Add(name, mode);
                        if (content.ReadByte() >= 0)
                        {
                            throw new InvalidDataException($"'{entry.FullName}' is longer than its header states");
                        }
                    }

                    break;
                default:
                    logger.LogWarning("'{Name}' in '{Path}' is a socket, a pipe or a device; it is skipped.", entry.FullName, _name);
                    break;
            }
        }
    }

    /// <inheritdoc/>
    public AppSurvey Survey(CancellationToken cancellationToken)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, BufferSize);
            var directory = ZipDirectory.Find(file, allowTrailer: true) ?? new ZipDirectory(0, []);
            using var zip = Open(file, directory.Start);
            var survey = new AppSurvey(filter);
            var decisions = new ArchiveFilter(filter);
            foreach (var (name, type, _, entry) in Check(zip, directory))
            {
                cancellationToken.ThrowIfCancellationRequested();
                survey.Add(
                    name, type == FolderType, type == LinkType, decisions.IsSent(name, type == FolderType), type is FileType or LinkType ? entry.Length : AppSurvey.NoFile,
                    decisions.IsDecidedAbove(name));
            }

            return survey;
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException or UnauthorizedAccessException or FileNotFoundException)
        {
            throw AppErrors.Unreadable(_name, exception);
        }
    }

    /// <summary>Reads a small file at the root of a zip.</summary>
    /// <param name="path">The zip.</param>
    /// <param name="name">The file's name.</param>
    /// <param name="limit">The largest file that is read, in bytes.</param>
    /// <returns><see langword="null"/> when the zip has none of that name, or is damaged, which is told when it is sent.</returns>
    /// <exception cref="InvalidDataException">It is larger; the message is the end of a sentence.</exception>
    public static byte[]? ReadFile(string path, string name, int limit)
    {
        ZipArchiveEntry? entry;
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, BufferSize);
            using var zip = Open(file, ZipDirectory.Find(file, allowTrailer: true)?.Start ?? 0);
            entry = zip.GetEntry(name);
            if (entry is null || entry.IsEncrypted)
            {
                return null;
            }

            if (entry.Length <= limit)
            {
                using var content = entry.Open();
                var bytes = new byte[entry.Length];
                content.ReadExactly(bytes);
                return bytes;
            }
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            return null;
        }

        throw new InvalidDataException("it is larger than 1 MB");
    }

    /// <summary>Checks all entries before the first is sent: each once, none outside, none through a link.</summary>
    /// <returns>The entries in the order of their names.</returns>
    private List<(string Name, int Type, UnixFileMode Mode, ZipArchiveEntry Entry)> Check(ZipArchive zip, ZipDirectory directory)
    {
        long size = 0;
        var paths = new EntryPaths();
        var entries = new List<(string Name, int, UnixFileMode, ZipArchiveEntry)>();
        foreach (var (entry, isWithoutMode) in zip.Entries.Select((entry, index) => (entry, directory.IsWithoutMode(index))))
        {
            if ((size += entry.Length) > MaximumSize || entry.Length < 0)
            {
                throw AppErrors.TooLarge(_name, MaximumSize);
            }

            // The app's own folder may be an entry too.
            if (NameOf(entry) is { Length: > 0 } name)
            {
                var type = TypeOf(entry, isWithoutMode);
                if (paths.Add(name, type switch { FolderType => ContentEntryKind.Folder, LinkType => ContentEntryKind.SymbolicLink, _ => ContentEntryKind.File }) is { } problem)
                {
                    throw Bad(entry, "it " + problem);
                }

                entries.Add((name, type, ModeOf(entry, isWithoutMode), entry));
            }
        }

        entries.Sort((left, right) => string.CompareOrdinal(left.Name, right.Name));
        return entries;
    }

    private static ZipArchive Open(FileStream file, long start)
    {
        file.Position = 0;
        return start == 0
            ? new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true)
            : new ZipArchive(new BufferedStream(new FileView(file.SafeFileHandle, file.Length - start, start), BufferSize), ZipArchiveMode.Read);
    }

    private string NameOf(ZipArchiveEntry entry) =>
        entry.FullName.Length > MaximumLength ? throw Bad(entry, $"its name has {entry.FullName.Length} characters")
        : entry.FullName.Contains('\uFFFD', StringComparison.Ordinal) ? throw Bad(entry, "its name is not valid UTF-8")
        : entry.IsEncrypted ? throw Bad(entry, "it is encrypted")
        : ContentPath.TryNormalize(entry.FullName.Replace('\\', '/'), out var name) ? name
        : throw Bad(entry, "it points outside the app's folder");

    private static UnixFileMode ModeOf(ZipArchiveEntry entry, bool isWithoutMode) =>
        (isWithoutMode ? 0 : (entry.ExternalAttributes >> 16) & ModeMask) is > 0 and var mode ? (UnixFileMode)mode : AppEntry.Everything;

    private static int TypeOf(ZipArchiveEntry entry, bool isWithoutMode) => ((entry.ExternalAttributes >> 16) & TypeMask) switch
    {
        _ when entry.FullName is [.., '/' or '\\'] => FolderType,
        _ when isWithoutMode => (entry.ExternalAttributes & DosFolder) != 0 ? FolderType : FileType,
        0 => FileType,
        var known => known,
    };

    private PackException Bad(ZipArchiveEntry entry, string problem) =>
        AppErrors.BadName($"{_name}: {entry.FullName[..Math.Min(entry.FullName.Length, MaximumLength)]}", problem);

    private string ReadLink(ZipArchiveEntry entry)
    {
        using var content = entry.Open();
        var target = new byte[Math.Min(entry.Length, MaximumLength)];
        content.ReadExactly(target);
        return entry.Length is > 0 and <= MaximumLength && Encoding.UTF8.GetString(target) is var text && text.AsSpan().IndexOfAny('\0', '\uFFFD') < 0
            ? text
            : throw Bad(entry, "it is a link without a valid target");
    }
}
