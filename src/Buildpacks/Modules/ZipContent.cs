using System.Collections.ObjectModel;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Text;
using Buildpacks.IO;

namespace Buildpacks.Modules;

/// <summary>The content of a zip file, in the order of names. Nothing is unpacked, and nothing in it is trusted.</summary>
/// <param name="path">The file.</param>
/// <param name="name">Where it is, as messages name it.</param>
internal sealed class ZipContent(string path, string name) : IContentSource
{
    private const int BufferSize = 64 * 1024;
    private const int MaximumLength = 4096;
    private const long MaximumSize = 8L * 1024 * 1024 * 1024;
    private const int TypeMask = 0xF000;
    private const int LinkType = 0xA000;
    private const int FolderType = 0x4000;
    private const int FileType = 0x8000;
    private const int DosFolder = 0x10;
    private const int AnyExecute = 0b001_001_001;

    /// <inheritdoc/>
    public string Name => name;

    /// <summary>Whether a file begins as a zip does.</summary>
    public static bool IsZip(string path)
    {
        if (!FileKinds.IsFile(path, new FileInfo(path).Length))
        {
            return false;
        }

        using var file = File.OpenRead(path);
        Span<byte> start = stackalloc byte[4];
        return file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && start is [(byte)'P', (byte)'K', 3 or 5, 4 or 6];
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ContentEntry> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var file = Open();
        var (zip, directory) = Read(file);
        using (zip)
        {
            foreach (var (entryName, type, entry, isWithoutMode) in Check(zip, directory))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (type == FolderType)
                {
                    yield return new ContentEntry { Kind = ContentEntryKind.Folder, Path = entryName };
                }
                else if (type == LinkType)
                {
                    yield return SymbolicLink(entryName, ReadLink(entry));
                }
                else
                {
                    var content = OpenEntry(entry);
                    await using (content.ConfigureAwait(false))
                    {
                        yield return new ContentEntry
                        {
                            Kind = ContentEntryKind.File,
                            Path = entryName,
                            IsExecutable = isWithoutMode ? IsProgram(entry) : ((entry.ExternalAttributes >> 16) & AnyExecute) != 0,
                            Content = new KnownLengthStream(content, entry.Length),
                        };
                    }
                }
            }
        }
    }

    /// <inheritdoc/>
    public PackException Damaged(Exception cause) => Invalid("it is damaged or incomplete", cause);

    /// <inheritdoc/>
    public PackException Invalid(string problem, Exception? cause = null) =>
        new(PackErrorIds.BuildpackArchiveInvalid, PackErrorKind.InvalidInput, $"The archive {name} cannot be used: {problem}.", cause)
        {
            Target = name,
            RecommendedAction = "Download or create the archive again. Its entries must be files, folders and links that stay inside it.",
        };

    private FileStream Open()
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, BufferSize);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Invalid($"it cannot be opened: {exception.Message.TrimEnd('.')}", exception);
        }
    }

    private (ZipArchive Zip, ZipDirectory Directory) Read(FileStream file)
    {
        try
        {
            var directory = ZipDirectory.Find(file, allowTrailer: true) ?? new ZipDirectory(0, []);
            file.Position = 0;
            return (new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true), directory);
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException)
        {
            throw Damaged(exception);
        }
    }

    /// <summary>Checks all entries before the first is used: each once, none outside, none through a link.</summary>
    private List<(string Name, int Type, ZipArchiveEntry Entry, bool IsWithoutMode)> Check(ZipArchive zip, ZipDirectory directory)
    {
        long size = 0;
        var paths = new EntryPaths();
        var entries = new List<(string Name, int, ZipArchiveEntry, bool)>();
        foreach (var (entry, isWithoutMode) in Entries(zip).Select((entry, index) => (entry, directory.IsWithoutMode(index))))
        {
            if (entry.Length < 0 || (size += entry.Length) > MaximumSize)
            {
                throw Invalid("it contains more than 8 GB");
            }

            // The root may be an entry too.
            if (NameOf(entry) is { Length: > 0 } entryName)
            {
                var type = TypeOf(entry, isWithoutMode);
                var kind = type switch
                {
                    FolderType => ContentEntryKind.Folder,
                    LinkType => ContentEntryKind.SymbolicLink,
                    FileType => ContentEntryKind.File,
                    _ => throw Invalid($"its entry '{Shown(entry)}' is not a file, a folder or a link"),
                };
                if (paths.Add(entryName, kind) is { } problem)
                {
                    throw Invalid($"its entry '{Shown(entry)}' {problem}");
                }

                entries.Add((entryName, type, entry, isWithoutMode || ((entry.ExternalAttributes >> 16) & ~TypeMask) == 0));
            }
        }

        entries.Sort((left, right) => string.CompareOrdinal(left.Name, right.Name));
        return entries;
    }

    private ReadOnlyCollection<ZipArchiveEntry> Entries(ZipArchive zip)
    {
        try
        {
            return zip.Entries;
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException)
        {
            throw Damaged(exception);
        }
    }

    private string NameOf(ZipArchiveEntry entry) =>
        entry.FullName.Length > MaximumLength ? throw Invalid($"the name of an entry has {entry.FullName.Length} characters")
        : entry.FullName.Contains('\uFFFD', StringComparison.Ordinal) ? throw Invalid($"the name of its entry '{Shown(entry)}' is not valid UTF-8")
        : entry.IsEncrypted ? throw Invalid($"its entry '{Shown(entry)}' is encrypted")
        : ContentPath.TryNormalize(entry.FullName.Replace('\\', '/'), out var normal) ? normal
        : throw Invalid($"its entry '{Shown(entry)}' points outside");

    private static int TypeOf(ZipArchiveEntry entry, bool isWithoutMode) => ((entry.ExternalAttributes >> 16) & TypeMask) switch
    {
        _ when entry.FullName is [.., '/' or '\\'] => FolderType,
        _ when isWithoutMode => (entry.ExternalAttributes & DosFolder) != 0 ? FolderType : FileType,
        0 => FileType,
        var known => known,
    };

    private ContentEntry SymbolicLink(string link, string target) => ContentPath.StaysInside(link, target)
        ? new ContentEntry { Kind = ContentEntryKind.SymbolicLink, Path = link, Target = target }
        : throw Invalid($"its link '{link}' points outside, to '{target}'");

    private string ReadLink(ZipArchiveEntry entry)
    {
        using var content = OpenEntry(entry);
        var target = new byte[Math.Min(entry.Length, MaximumLength)];
        content.ReadExactly(target);
        return entry.Length is > 0 and <= MaximumLength && Encoding.UTF8.GetString(target) is var text && text.AsSpan().IndexOfAny('\0', '\uFFFD') < 0
            ? text
            : throw Invalid($"its link '{Shown(entry)}' has no valid target");
    }

    /// <summary>Zip files that were made on Windows have no modes.</summary>
    private bool IsProgram(ZipArchiveEntry entry)
    {
        using var content = OpenEntry(entry);
        return ProgramStart.IsIn(content);
    }

    private Stream OpenEntry(ZipArchiveEntry entry)
    {
        try
        {
            return entry.Open();
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or NotSupportedException)
        {
            throw Damaged(exception);
        }
    }

    private static string Shown(ZipArchiveEntry entry) => entry.FullName[..Math.Min(entry.FullName.Length, MaximumLength)];
}
