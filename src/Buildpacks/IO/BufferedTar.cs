using System.Formats.Tar;

namespace Buildpacks.IO;

/// <summary>Writes a tar archive so that headers and small files are gathered: each write to an engine costs.</summary>
internal static class BufferedTar
{
    private const int BufferSize = 256 * 1024;

    /// <summary>Writes an archive to its end.</summary>
    /// <param name="destination">Where it goes; not closed.</param>
    /// <param name="write">Writes the entries.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    public static async Task WriteAsync(Stream destination, Func<TarWriter, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        var buffered = new BufferedStream(destination, BufferSize);
        var tar = new TarWriter(buffered, TarEntryFormat.Pax, leaveOpen: true);
        await using (tar.ConfigureAwait(false))
        {
            await write(tar, cancellationToken).ConfigureAwait(false);
        }

        await buffered.FlushAsync(cancellationToken).ConfigureAwait(false);
    }
}
