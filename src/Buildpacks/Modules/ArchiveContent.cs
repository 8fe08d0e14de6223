using System.Formats.Tar;
using System.Runtime.CompilerServices;
using Buildpacks.IO;

namespace Buildpacks.Modules;

/// <summary>The content of a tar archive, compressed with gzip or not. Nothing is unpacked, and nothing in it is trusted.</summary>
/// <param name="name">Where the archive is, as messages name it.</param>
/// <param name="open">Opens the archive.</param>
/// <param name="errorId">The id of the failure when the archive is malformed.</param>
/// <param name="root">The folder of the archive to read, as if it were the archive's root; empty for all of it.</param>
internal sealed class ArchiveContent(
    string name, Func<CancellationToken, Task<Stream>> open, string errorId, string root = "") : IContentSource
{
    private const long MaximumSize = 8L * 1024 * 1024 * 1024;

    /// <summary>How much may follow the end of the tar. Writers of tars fill a block of a few kilobytes.</summary>
    private const long MaximumRest = 64L * 1024 * 1024;

    private const int BufferSize = 64 * 1024;

    private static readonly FileStreamOptions ReadOnly = new()
    {
        Share = FileShare.Read | FileShare.Delete, BufferSize = 128 * 1024, Options = FileOptions.SequentialScan,
    };

    private const UnixFileMode AnyExecute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public async IAsyncEnumerable<ContentEntry> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var stream = await OpenAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            using var tar = new TarInput(stream);
            var paths = new EntryPaths();
            var size = 0L;
            var isFirst = true;
            while (await NextAsync(tar, isFirst, cancellationToken).ConfigureAwait(false) is { } raw)
            {
                isFirst = false;
                size += raw.Length;
                if (size > MaximumSize)
                {
                    throw Invalid("it contains more than 8 GB");
                }

                if (Check(raw, paths) is { } entry)
                {
                    yield return entry;
                }
            }

            // What is not compressed can seek.
            if (!stream.CanSeek)
            {
                await CheckEndAsync(stream, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc/>
    public PackException Damaged(Exception cause) => Invalid("it is damaged or incomplete", cause);

    /// <summary>The content of an archive file.</summary>
    public static ArchiveContent OfFile(string path, string errorId, string? name = null) =>
        new(name ?? path, _ => Task.FromResult<Stream>(new FileStream(path, ReadOnly)), errorId);

    /// <summary>Opens the tar, unpacked from gzip when it is that.</summary>
    public async Task<Stream> OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await Gunzip.OpenAsync(await open(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Invalid($"it cannot be opened: {exception.Message.TrimEnd('.')}", exception);
        }
    }

    /// <inheritdoc/>
    public PackException Invalid(string problem, Exception? cause = null) =>
        new(errorId, PackErrorKind.InvalidInput, $"The archive {name} cannot be used: {problem}.", cause)
        {
            Target = name,
            RecommendedAction = "Download or create the archive again. It must be a .tar, .tgz, .zip or .cnb file whose entries stay inside it.",
        };

    private async Task<TarEntry?> NextAsync(TarInput tar, bool isFirst, CancellationToken cancellationToken)
    {
        try
        {
            return await tar.NextAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (InvalidDataException exception)
        {
            throw tar.Excess is { } excess ? Invalid(excess, exception)
                : isFirst ? Invalid("it is not a tar, zip or gzip archive, or it is damaged or incomplete", exception)
                : Damaged(exception);
        }
    }

    /// <summary>Reads what follows the tar: the checksum of the compression is behind it.</summary>
    private async Task CheckEndAsync(Stream stream, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferSize];
        var rest = 0L;
        int count;
        do
        {
            try
            {
                count = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            }
            catch (InvalidDataException exception)
            {
                throw Damaged(exception);
            }

            rest += count;
            if (rest > MaximumRest)
            {
                throw Invalid("it has more than 64 MB behind its end");
            }
        }
        while (count > 0);
    }

    private ContentEntry? Check(TarEntry raw, EntryPaths paths)
    {
        if (raw.EntryType is TarEntryType.GlobalExtendedAttributes)
        {
            return null;
        }

        // Layers, and the packages of pack, name their files from the root.
        if (!ContentPath.TryNormalize(raw.Name.TrimStart('/'), out var path))
        {
            throw Invalid($"its entry '{raw.Name}' points outside");
        }

        if (!IsBelowRoot(path, out path))
        {
            return null;
        }

        var entry = raw.EntryType switch
        {
            TarEntryType.Directory => new ContentEntry { Kind = ContentEntryKind.Folder, Path = path },
            TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile => new ContentEntry
            {
                Kind = ContentEntryKind.File,
                Path = path,
                IsExecutable = (raw.Mode & AnyExecute) != 0,
                Content = raw.DataStream is { } data ? new KnownLengthStream(data, raw.Length) : Stream.Null,
            },
            TarEntryType.SymbolicLink => SymbolicLink(path, raw.LinkName),
            TarEntryType.HardLink => HardLink(path, raw, paths),
            _ => throw Invalid($"its entry '{raw.Name}' is a {raw.EntryType}, which is not allowed in an image layer"),
        };

        return paths.Add(path, entry.Kind) is { } problem ? throw Invalid($"its entry '{raw.Name}' {problem}") : entry;
    }

    private ContentEntry SymbolicLink(string path, string target) => ContentPath.StaysInside(path, target)
        ? new ContentEntry { Kind = ContentEntryKind.SymbolicLink, Path = path, Target = target }
        : throw Invalid($"its link '{path}' points outside, to '{target}'");

    private ContentEntry HardLink(string path, TarEntry raw, EntryPaths paths) =>
        ContentPath.TryNormalize(raw.LinkName.TrimStart('/'), out var full)
        && IsBelowRoot(full, out var target)
        && paths.Find(target) is ContentEntryKind.File or ContentEntryKind.HardLink
            ? new ContentEntry { Kind = ContentEntryKind.HardLink, Path = path, Target = target, IsExecutable = (raw.Mode & AnyExecute) != 0 }
            : throw Invalid($"its link '{path}' leads to '{raw.LinkName}', which is not an earlier file of the archive");

    private bool IsBelowRoot(string path, out string below)
    {
        below = root.Length == 0 ? path
            : path.StartsWith(root + "/", StringComparison.Ordinal) ? path[(root.Length + 1)..]
            : "";
        return below.Length > 0;
    }
}
