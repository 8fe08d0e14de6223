using System.Text.RegularExpressions;

namespace Buildpacks;

/// <summary>Takes colours and other control sequences of terminals out of a text.</summary>
internal static partial class PlainText
{
    private const char Escape = '\e';

    /// <summary>The text without control sequences.</summary>
    public static string Of(string text) => text.Contains(Escape, StringComparison.Ordinal) ? ControlSequence().Replace(text, "") : text;

    /// <summary>Control sequences (ECMA-48, CSI) and the links of a terminal (OSC).</summary>
    [GeneratedRegex(@"\e\[[0-?]*[ -/]*[@-~]|\e\][^\a\e]*(?:\a|\e\\)")]
    private static partial Regex ControlSequence();
}
