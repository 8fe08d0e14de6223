using System.Text.RegularExpressions;

namespace Buildpacks.Help;

/// <summary>Markdown's inline marks, taken off: help is shown as plain text.</summary>
internal static partial class PlainText
{
    public static string From(string markdown) =>
        Link().Replace(Mark().Replace(markdown, "$2"), "$1");

    [GeneratedRegex(@"(`|\*\*)(.+?)\1")]
    private static partial Regex Mark();

    // Only links inside a sentence: a line that is nothing but a link is a related link, read elsewhere.
    [GeneratedRegex(@"(?<!^|\n)\[([^\]]+)\]\([^)]+\)")]
    private static partial Regex Link();
}
