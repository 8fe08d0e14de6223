using System.Formats.Tar;

namespace Buildpacks.IO;

/// <summary>Tells files from sockets, pipes and devices, which .NET's file types do not tell apart. Opening one could block for ever.</summary>
internal static class FileKinds
{
    private const int HeaderLength = 512;
    private const int TypeOffset = 156;

    /// <summary>Whether something that is neither folder nor link has content to be read.</summary>
    /// <param name="path">The thing.</param>
    /// <param name="length">Its length: only files have one.</param>
    public static bool IsFile(string path, long length) => length > 0 || OperatingSystem.IsWindows() || HasFileHeader(path);

    /// <summary>
    /// A tar writer looks at the type before it opens anything, and refuses sockets. There is room for the header and no more: files
    /// of the kernel say they are empty and have no end.
    /// </summary>
    private static bool HasFileHeader(string path)
    {
        var header = new byte[HeaderLength];
        try
        {
            using var tar = new TarWriter(new MemoryStream(header), TarEntryFormat.Gnu);
            tar.WriteEntry(path, "x");
        }
        catch (NotSupportedException)
        {
            // The header is full.
        }
        catch (IOException exception) when (exception is not (FileNotFoundException or DirectoryNotFoundException))
        {
            return false;
        }
        catch (ArgumentException)
        {
            // A date after the year 9999.
            return false;
        }

        return (TarEntryType)header[TypeOffset] is TarEntryType.RegularFile or TarEntryType.V7RegularFile && header[0] != 0;
    }
}
