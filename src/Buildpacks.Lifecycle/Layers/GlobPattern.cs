namespace Buildpacks.Lifecycle.Layers;

/// <summary>A slice's pattern as buildpacks write it: <c>*</c> and <c>?</c> match within one path segment, <c>[a-z]</c> and <c>[^a-z]</c> one character, a backslash takes the next character literally.</summary>
internal sealed class GlobPattern
{
    private readonly string pattern;

    /// <summary>Reads a pattern.</summary>
    /// <exception cref="FormatException">It has an unclosed bracket or ends with a backslash; the message shows it.</exception>
    public GlobPattern(string pattern)
    {
        this.pattern = Clean(pattern);
        for (var i = 0; i < this.pattern.Length; i++)
        {
            if (this.pattern[i] is '[' or '\\')
            {
                MatchOne(this.pattern, ref i, '\0');
                i--;
            }
        }
    }

    /// <summary>Whether a path relative to the app folder matches as a whole.</summary>
    public bool IsMatch(string relativePath)
    {
        // Where to go on when a character does not match: one character later for the last star.
        int p = 0, t = 0, star = -1, starText = 0;
        while (t < relativePath.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                starText = t;
            }
            else if (p < pattern.Length && MatchOne(pattern, ref p, relativePath[t]))
            {
                t++;
            }
            else if (star >= 0 && relativePath[starText] != '/')
            {
                p = star + 1;
                t = ++starText;
            }
            else
            {
                return false;
            }
        }

        return pattern.AsSpan(p).TrimStart('*').IsEmpty;
    }

    // Matches one character and moves behind what matched it, also when it did not.
    private static bool MatchOne(string pattern, ref int p, char character)
    {
        switch (pattern[p++])
        {
            case '?':
                return character != '/';
            case '[':
                return MatchClass(pattern, ref p, character) && character != '/';
            case '\\':
                return p < pattern.Length ? pattern[p++] == character : throw Invalid(pattern, "ends with a backslash");
            case var literal:
                return literal == character;
        }
    }

    private static bool MatchClass(string pattern, ref int p, char character)
    {
        var negated = p < pattern.Length && pattern[p] == '^';
        p += negated ? 1 : 0;
        var matched = false;
        for (var first = true; first || Peek(pattern, p) != ']'; first = false)
        {
            var low = Take(pattern, ref p);
            var high = low;
            if (Peek(pattern, p) == '-')
            {
                p++;
                high = Take(pattern, ref p);
            }

            matched |= low <= character && character <= high;
        }

        p++;
        return matched != negated;
    }

    private static char Take(string pattern, ref int p)
    {
        if (Peek(pattern, p) == '\\')
        {
            p++;
        }

        var character = Peek(pattern, p);
        p++;
        return character;
    }

    private static char Peek(string pattern, int p) =>
        p < pattern.Length ? pattern[p] : throw Invalid(pattern, "has a bracket without its end");

    // As paths are cleaned: no empty segment, no '.', a '..' takes back the segment before it.
    private static string Clean(string pattern)
    {
        var segments = new List<string>();
        foreach (var segment in pattern.Split('/'))
        {
            if (segment is ".." && segments.Count > 0 && segments[^1] != "..")
            {
                segments.RemoveAt(segments.Count - 1);
            }
            else if (segment is not ("" or "."))
            {
                segments.Add(segment);
            }
        }

        var cleaned = string.Join('/', segments);
        return pattern.StartsWith('/') ? "/" + cleaned : cleaned;
    }

    private static FormatException Invalid(string pattern, string problem) => new($"the slice pattern '{pattern}' {problem}");
}
