using System.Formats.Tar;

namespace Buildpacks.IO;

/// <summary>Entries with an owner, a mode and a fixed time, so that the same content gives the same archive.</summary>
internal static class TarWriterExtensions
{
    /// <summary>What buildpacks tools write as the time of files: 1980-01-01T00:00:01Z.</summary>
    public static readonly DateTimeOffset FixedTime = new(1980, 1, 1, 0, 0, 1, TimeSpan.Zero);

    private const UnixFileMode ReadableFile =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private const UnixFileMode ReadableFolder =
        ReadableFile | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>Writes a folder with mode 0755.</summary>
    public static Task WriteFolderAsync(this TarWriter tar, string path, TarOwner owner, CancellationToken cancellationToken) =>
        tar.WriteEntryAsync(
            new PaxTarEntry(TarEntryType.Directory, path.EndsWith('/') ? path : path + "/")
            {
                Uid = owner.UserId,
                Gid = owner.GroupId,
                Mode = ReadableFolder,
                ModificationTime = FixedTime,
            },
            cancellationToken);

    /// <summary>Writes a file with mode 0644.</summary>
    public static async Task WriteFileAsync(
        this TarWriter tar, string path, TarOwner owner, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        using var stream = new MemoryStream(content.ToArray(), writable: false);
        await tar.WriteFileAsync(path, owner, stream, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes a file with mode 0644.</summary>
    /// <param name="tar">The archive.</param>
    /// <param name="path">The entry's name.</param>
    /// <param name="owner">Its owner.</param>
    /// <param name="content">A stream that knows its length and position; see <see cref="KnownLengthStream"/>.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    public static Task WriteFileAsync(
        this TarWriter tar, string path, TarOwner owner, Stream content, CancellationToken cancellationToken) =>
        tar.WriteEntryAsync(
            new PaxTarEntry(TarEntryType.RegularFile, path)
            {
                Uid = owner.UserId,
                Gid = owner.GroupId,
                Mode = ReadableFile,
                ModificationTime = FixedTime,
                DataStream = content,
            },
            cancellationToken);
}
