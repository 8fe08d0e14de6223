namespace Buildpacks.Files;

/// <summary>Reads text files that people write. One that is larger than any of these is found out before all of it is in memory: a device has no length.</summary>
internal static class SmallFile
{
    /// <summary>The largest file that is read, in bytes.</summary>
    public const int Limit = 4 * 1024 * 1024;

    private const int BufferSize = 64 * 1024;

    /// <summary>Reads a file of UTF-8, or of what its byte order mark says. A pipe will do.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">It is larger than <see cref="Limit"/>.</exception>
    public static string ReadText(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1, FileOptions.SequentialScan);
        using var content = new MemoryStream();
        var buffer = new byte[BufferSize];
        while (file.Read(buffer) is var count and > 0)
        {
            content.Write(buffer, 0, count);
            if (content.Length > Limit)
            {
                throw new InvalidDataException("it is larger than 4 MB");
            }
        }

        content.Position = 0;
        using var reader = new StreamReader(content);
        return reader.ReadToEnd();
    }
}
