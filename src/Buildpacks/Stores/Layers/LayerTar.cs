using System.Formats.Tar;
using System.Text;
using Buildpacks.IO;

namespace Buildpacks.Stores.Layers;

/// <summary>
/// Writes the tar of a layer so that the same content gives the same bytes on every machine: a fixed time, owners by number, no more
/// modes than asked for. The GNU format holds names of any length and, unlike pax, puts no process id into the archive.
/// </summary>
/// <param name="destination">Where to write; not closed.</param>
public sealed class LayerTar(Stream destination) : IAsyncDisposable
{
    private const UnixFileMode Readable =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private const UnixFileMode Executable =
        Readable | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private readonly TarWriter _tar = new(destination, TarEntryFormat.Gnu, leaveOpen: true);

    /// <summary>Writes a folder with mode 0755.</summary>
    /// <param name="path">Its path, without a leading slash.</param>
    /// <param name="owner">Its owner.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    public Task WriteFolderAsync(string path, TarOwner owner, CancellationToken cancellationToken) =>
        WriteFolderAsync(path, owner, Executable, cancellationToken);

    /// <summary>Writes a folder.</summary>
    /// <param name="path">Its path, without a leading slash.</param>
    /// <param name="owner">Its owner.</param>
    /// <param name="mode">Its mode.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    public Task WriteFolderAsync(string path, TarOwner owner, UnixFileMode mode, CancellationToken cancellationToken) =>
        WriteAsync(new GnuTarEntry(TarEntryType.Directory, path.TrimEnd('/') + "/") { Mode = mode }, owner, cancellationToken);

    /// <summary>Writes a file of root's.</summary>
    /// <param name="path">Its path, without a leading slash.</param>
    /// <param name="executable">Whether its mode is 0755 instead of 0644.</param>
    /// <param name="content">A stream that knows its length.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    public Task WriteFileAsync(string path, bool executable, Stream content, CancellationToken cancellationToken) =>
        WriteFileAsync(path, executable ? Executable : Readable, content, cancellationToken);

    /// <summary>Writes a file of root's.</summary>
    /// <param name="path">Its path, without a leading slash.</param>
    /// <param name="mode">Its mode.</param>
    /// <param name="content">A stream that knows its length.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    public Task WriteFileAsync(string path, UnixFileMode mode, Stream content, CancellationToken cancellationToken) =>
        WriteAsync(new GnuTarEntry(TarEntryType.RegularFile, path) { Mode = mode, DataStream = content }, TarOwner.Root, cancellationToken);

    /// <summary>Writes a text file of root's with mode 0644.</summary>
    /// <param name="path">Its path, without a leading slash.</param>
    /// <param name="text">Its content; written as it is, without a newline added.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    public async Task WriteTextAsync(string path, string text, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(text), writable: false);
        await WriteFileAsync(path, executable: false, content, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes a symbolic link of root's.</summary>
    /// <param name="path">Its path, without a leading slash.</param>
    /// <param name="target">What it says.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    public Task WriteSymbolicLinkAsync(string path, string target, CancellationToken cancellationToken) =>
        WriteAsync(new GnuTarEntry(TarEntryType.SymbolicLink, path) { Mode = Executable, LinkName = target }, TarOwner.Root, cancellationToken);

    /// <summary>Writes a hard link to a file that was written before.</summary>
    /// <param name="path">Its path, without a leading slash.</param>
    /// <param name="target">The file's path, without a leading slash.</param>
    /// <param name="executable">Whether the file's mode is 0755.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    public Task WriteHardLinkAsync(string path, string target, bool executable, CancellationToken cancellationToken) =>
        WriteAsync(
            new GnuTarEntry(TarEntryType.HardLink, path) { Mode = executable ? Executable : Readable, LinkName = target },
            TarOwner.Root, cancellationToken);

    /// <summary>Writes the archive's end.</summary>
    public ValueTask DisposeAsync() => _tar.DisposeAsync();

    private Task WriteAsync(GnuTarEntry entry, TarOwner owner, CancellationToken cancellationToken)
    {
        entry.Uid = owner.UserId;
        entry.Gid = owner.GroupId;
        entry.ModificationTime = TarWriterExtensions.FixedTime;

        // .NET 8 would write the present into these two, .NET 10 nothing.
        entry.AccessTime = TarWriterExtensions.FixedTime;
        entry.ChangeTime = TarWriterExtensions.FixedTime;
        return _tar.WriteEntryAsync(entry, cancellationToken);
    }
}
