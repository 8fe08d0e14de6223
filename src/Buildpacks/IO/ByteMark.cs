namespace Buildpacks.IO;

/// <summary>A mark in a stream of bytes that come in pieces.</summary>
internal static class ByteMark
{
    /// <summary>Where a mark may begin that has come in part.</summary>
    /// <param name="bytes">What has come, without a whole mark.</param>
    /// <param name="mark">The mark.</param>
    /// <returns>The place from which the bytes are the beginning of a mark; their length when they are none anywhere.</returns>
    public static int BeginningIn(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> mark)
    {
        for (var at = Math.Max(0, bytes.Length - mark.Length + 1); at < bytes.Length; at++)
        {
            if (mark.StartsWith(bytes[at..]))
            {
                return at;
            }
        }

        return bytes.Length;
    }
}
