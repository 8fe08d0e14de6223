using System.Text.RegularExpressions;

namespace Buildpacks.Reporting;

/// <summary>Hides the password of a URL.</summary>
internal static partial class UrlMask
{
    /// <summary>The text with <c>***</c> for the password in <c>scheme://user:password@host</c>.</summary>
    public static string HidePassword(string text) => Password().Replace(text, "$1***$2");

    /// <summary>Whether a text contains a URL with a password, hidden or not.</summary>
    public static bool HasPassword(string text) => Password().IsMatch(text);

    [GeneratedRegex(@"(://[^/@:]*:)[^/\s]*(@)")]
    private static partial Regex Password();
}
