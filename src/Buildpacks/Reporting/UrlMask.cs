using System.Text.RegularExpressions;

namespace Buildpacks.Reporting;

/// <summary>Hides the password of a URL.</summary>
internal static partial class UrlMask
{
    /// <summary>The text with <c>***</c> for the password in <c>scheme://user:password@host</c>.</summary>
    public static string HidePassword(string text) => Password().Replace(text, "$1***$2");

    [GeneratedRegex(@"(://[^/@:]*:)[^/@]*(@)")]
    private static partial Regex Password();
}
