using System.Text;

namespace Buildpacks.IO;

/// <summary>
/// Patterns as git reads them in .gitignore: the last pattern that matches a path decides, and what lies in a folder that matches matches
/// too.
/// </summary>
internal sealed class IgnoreRules
{
    private readonly List<Rule> _rules = [];

    /// <summary>Reads patterns.</summary>
    /// <param name="patterns">One a line; empty lines and those that begin with <c>#</c> are skipped.</param>
    public IgnoreRules(IEnumerable<string> patterns)
    {
        foreach (var pattern in patterns)
        {
            if (pattern.Length > 0 && pattern[0] != '#')
            {
                _rules.Add(Rule.Parse(TrimEnd(pattern)));
            }
        }
    }

    /// <summary>Whether a path matches by itself. What lies in a folder that matches is not asked for.</summary>
    /// <param name="path">The path from the root, with <c>/</c> between its parts and none at the ends.</param>
    /// <param name="isFolder">Whether it is a folder. A symbolic link is none.</param>
    public bool IsMatch(string path, bool isFolder) => Deciding(path, isFolder) is >= 0 and var rule && !_rules[rule].IsNegated;

    /// <summary>The patterns, without those that are skipped.</summary>
    public IReadOnlyList<string> Patterns => [.. _rules.Select(rule => rule.Text)];

    /// <summary>The pattern that decides for a path: the last that matches it.</summary>
    /// <param name="path">The path from the root.</param>
    /// <param name="isFolder">Whether it is a folder.</param>
    /// <returns>Its place among the patterns; -1 when none matches.</returns>
    public int Deciding(string path, bool isFolder)
    {
        var bytes = Encoding.UTF8.GetBytes(path);
        var name = bytes.AsSpan(bytes.AsSpan().LastIndexOf((byte)'/') + 1);
        for (var i = _rules.Count - 1; i >= 0; i--)
        {
            var rule = _rules[i];
            if ((isFolder || !rule.IsFolderOnly) && rule.Pattern.IsMatch(rule.IsNameOnly ? name : bytes))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Takes blanks from the end, except those after a backslash.</summary>
    private static string TrimEnd(string pattern)
    {
        if (pattern.EndsWith('\r'))
        {
            pattern = pattern[..^1];
        }

        var end = 0;
        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] == '\\')
            {
                i++;
                end = Math.Min(i + 1, pattern.Length);
            }
            else if (pattern[i] != ' ')
            {
                end = i + 1;
            }
        }

        return pattern[..end];
    }

    /// <summary>A pattern with what git takes from its ends.</summary>
    private sealed record Rule(string Text, GlobPattern Pattern, bool IsNegated, bool IsFolderOnly, bool IsNameOnly)
    {
        public static Rule Parse(string text)
        {
            var whole = text;
            var isNegated = text.StartsWith('!');
            text = isNegated ? text[1..] : text;
            var isFolderOnly = text.EndsWith('/');
            text = isFolderOnly ? text[..^1] : text;
            var isNameOnly = !text.Contains('/', StringComparison.Ordinal);
            return new Rule(whole, new GlobPattern(text.StartsWith('/') ? text[1..] : text, isPath: !isNameOnly), isNegated, isFolderOnly, isNameOnly);
        }
    }
}
