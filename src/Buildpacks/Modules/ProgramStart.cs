namespace Buildpacks.Modules;

/// <summary>Tells programs from other files by their first bytes, where no mode says it: on Windows, and in zip files that were made there.</summary>
internal static class ProgramStart
{
    private const int Length = 4;

    /// <summary>Whether a file names an interpreter or is a program for Linux.</summary>
    /// <param name="content">The file, from its beginning.</param>
    public static bool IsIn(Stream content)
    {
        Span<byte> start = stackalloc byte[Length];
        start = start[..content.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        return start.StartsWith("#!"u8) || start.SequenceEqual("\u007FELF"u8);
    }
}
