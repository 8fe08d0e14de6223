using System.Text;

namespace Buildpacks.IO;

/// <summary>Reads text files that people write. One that is larger than any of these is found out before all of it is in memory: a device has no length.</summary>
internal static class SmallFile
{
    /// <summary>The largest file that people write, in bytes.</summary>
    public const int Limit = Mebibyte;

    /// <summary>Encodings with a byte order mark, longer marks before their beginnings; the last is that of files without one.</summary>
    private static readonly Encoding[] MarkedEncodings =
    [
        new UTF32Encoding(bigEndian: false, byteOrderMark: true, throwOnInvalidCharacters: true),
        new UTF32Encoding(bigEndian: true, byteOrderMark: true, throwOnInvalidCharacters: true),
        new UnicodeEncoding(bigEndian: false, byteOrderMark: true, throwOnInvalidBytes: true),
        new UnicodeEncoding(bigEndian: true, byteOrderMark: true, throwOnInvalidBytes: true),
        new UTF8Encoding(encoderShouldEmitUTF8Identifier: true, throwOnInvalidBytes: true),
    ];

    private const int BufferSize = 64 * 1024;
    private const int Mebibyte = 1024 * 1024;

    /// <summary>Reads a file of UTF-8, or of what its byte order mark says. A pipe will do.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limit">The largest file that is read, in bytes.</param>
    /// <exception cref="InvalidDataException">It is larger, or holds bytes that are no text; the message is the end of a sentence.</exception>
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

        return Decode(content.GetBuffer().AsSpan(0, (int)content.Length));
    }

    /// <summary>Reads text in UTF-8, or in what its byte order mark says.</summary>
    /// <param name="content">The bytes.</param>
    /// <exception cref="InvalidDataException">Some bytes are no text; the message is the end of a sentence and names the line.</exception>
    public static string Decode(ReadOnlySpan<byte> content)
    {
        foreach (var encoding in MarkedEncodings)
        {
            if (content.StartsWith(encoding.Preamble))
            {
                return Decode(content[encoding.Preamble.Length..], encoding);
            }
        }

        return Decode(content, MarkedEncodings[^1]);
    }

    private static string Decode(ReadOnlySpan<byte> content, Encoding encoding)
    {
        try
        {
            return encoding.GetString(content);
        }
        catch (DecoderFallbackException exception)
        {
            throw new InvalidDataException(
                encoding is UTF8Encoding ? $"line {FirstBadLine(content)} is not valid UTF-8" : $"it is not valid {encoding.WebName.ToUpperInvariant()}", exception);
        }
    }

    private static int FirstBadLine(ReadOnlySpan<byte> content)
    {
        var line = 1;
        while (Rune.DecodeFromUtf8(content, out var character, out var length) == System.Buffers.OperationStatus.Done)
        {
            line += character.Value == '\n' ? 1 : 0;
            content = content[length..];
        }

        return line;
    }
}
