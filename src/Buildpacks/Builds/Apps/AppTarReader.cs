using System.Formats.Tar;
using System.Runtime.CompilerServices;
using Buildpacks.IO;

namespace Buildpacks.Builds.Apps;

/// <summary>An entry of an app in a tar archive. It was checked: it lies in the app's folder, and nothing else has its name.</summary>
/// <param name="Path">Its path from the app's folder.</param>
/// <param name="Kind">What it is; <see langword="null"/> for a pipe or a device, which is not sent.</param>
/// <param name="Mode">Its mode.</param>
/// <param name="Time">The time of its last change.</param>
internal sealed record AppTarEntry(string Path, ContentEntryKind? Kind, UnixFileMode Mode, DateTimeOffset Time)
{
    /// <summary>The target of a symbolic link as it is; of a hard link, the path of the file.</summary>
    public string Target { get; init; } = "";

    /// <summary>The length of a file.</summary>
    public long Length { get; init; }

    /// <summary>The content of a file, until the next entry is read.</summary>
    public Stream Content { get; init; } = Stream.Null;
}

/// <summary>
/// Reads an app in a tar archive, from its beginning to its end. Every reading makes all checks: the file may change between two.
/// </summary>
/// <param name="path">The file: a tar archive, compressed or not.</param>
/// <param name="name">How messages name it.</param>
internal sealed class AppTarReader(string path, string name)
{
    private const UnixFileMode AnyMode = (UnixFileMode)0xFFF;
    private const string SparseKeys = "GNU.sparse.";
    private const string CommitKey = "comment";

    private readonly EntryPaths _paths = new();
    private readonly HashSet<string> _devices = new(StringComparer.Ordinal);

    // The file that each hard link leads to.
    private readonly Dictionary<string, string> _files = new(StringComparer.Ordinal);
    private long _size;

    /// <summary>The comment that the archive begins with: git archive writes the commit there.</summary>
    public string? Comment { get; private set; }

    /// <summary>Reads the entries.</summary>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="PackException"><c>AppFileUnreadable</c>, <c>AppFileNameInvalid</c>, <c>AppPathInvalid</c>.</exception>
    public async IAsyncEnumerable<AppTarEntry> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var stream = await TarFormat.OpenAsync(path, name, cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            using var tar = new TarInput(stream);
            while (await NextAsync(tar, cancellationToken).ConfigureAwait(false) is { } raw)
            {
                if ((_size += raw.Length) > TarFormat.MaximumSize)
                {
                    throw AppErrors.TooLarge(name, TarFormat.MaximumSize);
                }

                if (Check(raw) is { } entry)
                {
                    yield return entry;
                }
            }

            // The checksum of the compression is behind the archive. What is not compressed can seek.
            if (!stream.CanSeek)
            {
                await ReadToEndAsync(stream, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task<TarEntry?> NextAsync(TarInput tar, CancellationToken cancellationToken)
    {
        try
        {
            return await tar.NextAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (TarFormat.IsDamage(exception))
        {
            throw AppErrors.Damaged(name, tar.Excess ?? "it is damaged or incomplete", exception);
        }
    }

    private async Task ReadToEndAsync(Stream stream, CancellationToken cancellationToken)
    {
        try
        {
            await stream.CopyToAsync(Stream.Null, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (TarFormat.IsDamage(exception))
        {
            throw AppErrors.Damaged(name, "it is damaged or incomplete", exception);
        }
    }

    private AppTarEntry? Check(TarEntry raw)
    {
        if (raw is PaxGlobalExtendedAttributesTarEntry global)
        {
            Comment ??= global.GlobalExtendedAttributes.GetValueOrDefault(CommitKey);
            return null;
        }

        if ((char)raw.EntryType == 'V')
        {
            // The label of a tape.
            return null;
        }

        var entryPath = raw.Name.Contains('\uFFFD', StringComparison.Ordinal) ? throw Bad(raw, "its name is not valid UTF-8")
            : ContentPath.TryNormalize(raw.Name, out var normal) ? normal
            : throw Bad(raw, "it points outside the app's folder");
        if (raw.EntryType == TarEntryType.SparseFile || (raw is PaxTarEntry pax && pax.ExtendedAttributes.Keys.Any(key => key.StartsWith(SparseKeys, StringComparison.Ordinal))))
        {
            throw Bad(raw, "it is a sparse file; create the archive without the option --sparse");
        }

        var entry = new AppTarEntry(entryPath, KindOf(raw), raw.Mode & AnyMode, raw.ModificationTime);
        entry = entry.Kind switch
        {
            ContentEntryKind.File => entry with { Length = raw.Length, Content = raw.DataStream is { } data ? new KnownLengthStream(data, raw.Length) : Stream.Null },
            ContentEntryKind.SymbolicLink => entry with { Target = TargetOf(raw) },
            ContentEntryKind.HardLink => Resolve(entry, raw),
            _ => entry,
        };

        // The app's own folder may be an entry too.
        if (entryPath.Length == 0)
        {
            return entry.Kind == ContentEntryKind.Folder ? entry : throw Bad(raw, "its name is empty");
        }

        return _paths.Add(entryPath, entry.Kind ?? ContentEntryKind.File) is { } problem ? throw Bad(raw, "it " + problem) : Remember(entry);
    }

    private AppTarEntry Remember(AppTarEntry entry)
    {
        if (entry.Kind is null)
        {
            _devices.Add(entry.Path);
        }
        else if (entry.Kind == ContentEntryKind.HardLink)
        {
            _files[entry.Path] = entry.Target;
        }

        return entry;
    }

    private ContentEntryKind? KindOf(TarEntry raw) => raw.EntryType switch
    {
        // The oldest archives know folders by their names.
        TarEntryType.V7RegularFile when raw.Name.EndsWith('/') => ContentEntryKind.Folder,
        TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile => ContentEntryKind.File,
        TarEntryType.Directory => ContentEntryKind.Folder,
        TarEntryType.SymbolicLink => ContentEntryKind.SymbolicLink,
        TarEntryType.HardLink => ContentEntryKind.HardLink,
        TarEntryType.CharacterDevice or TarEntryType.BlockDevice or TarEntryType.Fifo => null,
        var other => throw Bad(raw, $"its type '{(char)other}' is not known"),
    };

    private string TargetOf(TarEntry raw) => raw.LinkName.Length > 0 && raw.LinkName.AsSpan().IndexOfAny('\0', '\uFFFD') < 0
        ? raw.LinkName
        : throw Bad(raw, "it is a link without a valid target");

    private AppTarEntry Resolve(AppTarEntry entry, TarEntry raw)
    {
        if (!ContentPath.TryNormalize(raw.LinkName, out var target) || _paths.Find(target) is not (ContentEntryKind.File or ContentEntryKind.HardLink))
        {
            throw Bad(raw, $"it is a hard link to '{raw.LinkName}', which is not an earlier file of the archive");
        }

        return _devices.Contains(target) ? entry with { Kind = null } : entry with { Target = _files.GetValueOrDefault(target, target) };
    }

    private PackException Bad(TarEntry entry, string problem) => AppErrors.BadName($"{name}: {entry.Name}", problem);
}
