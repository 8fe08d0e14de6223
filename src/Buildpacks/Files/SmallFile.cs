namespace Buildpacks.Files;

/// <summary>Reads text files that people write. One that is larger than any of these is found out before all of it is in memory: a device has no length.</summary>
internal static class SmallFile
{
    /// <summary>The largest file that people write, in bytes.</summary>
    public const int Limit = Mebibyte;

    private const int BufferSize = 64 * 1024;
    private const int Mebibyte = 1024 * 1024;

    /// <summary>Reads a file of UTF-8, or of what its byte order mark says. A pipe will do.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limit">The largest file that is read, in bytes.</param>
    /// <exception cref="InvalidDataException">It is larger.</exception>
    /// <exception cref="IOException">It cannot be read, or is a folder.</exception>
    public static string ReadText(string path, int limit = Limit)
    {
        // Of a folder the system says that access is denied, which sends people to its permissions.
        if (Directory.Exists(path))
        {
            throw new IOException("It is a folder.");
        }

        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1, FileOptions.SequentialScan);
        using var content = new MemoryStream();
        var buffer = new byte[BufferSize];
        while (file.Read(buffer) is var count and > 0)
        {
            content.Write(buffer, 0, count);
            if (content.Length > limit)
            {
                throw new InvalidDataException($"it is larger than {limit / Mebibyte} MB");
            }
        }

        content.Position = 0;
        using var reader = new StreamReader(content);
        return reader.ReadToEnd();
    }
}
