namespace Buildpacks.IO;

/// <summary>Writes words for a POSIX shell.</summary>
internal static class ShellQuote
{
    /// <summary>A word as a shell reads it back, whatever is in it.</summary>
    public static string Quote(string word) => $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
