using System.Text;

namespace Buildpacks.Descriptors;

/// <summary>Checks the names of environment variables that people write. Each variable becomes a file of that name.</summary>
internal static class VariableName
{
    private const int MaximumLength = 255;

    /// <summary>What is wrong with a name, as the end of a sentence; <see langword="null"/> when nothing is.</summary>
    public static string? ProblemOf(string name)
    {
        if (name.Length == 0)
        {
            return "it has no name";
        }

        if (name.AsSpan().IndexOfAny('/', '\0') >= 0 || name is "." or "..")
        {
            return "a name must not contain '/'";
        }

        if (name.StartsWith("export ", StringComparison.Ordinal) || name.StartsWith("export\t", StringComparison.Ordinal))
        {
            return "remove 'export' before the name";
        }

        if (name.Contains('=', StringComparison.Ordinal))
        {
            return "a name must not contain '='";
        }

        if (char.IsWhiteSpace(name[^1]))
        {
            return "there must be no space between the name and '='";
        }

        if (name.Any(character => char.IsWhiteSpace(character) || char.IsControl(character)))
        {
            return "a name must not contain a space or a control character";
        }

        if (!IsUnicode(name))
        {
            return "its name has a character that is not valid Unicode";
        }

        return Encoding.UTF8.GetByteCount(name) > MaximumLength ? $"a name must not be longer than {MaximumLength} bytes" : null;
    }

    private static bool IsUnicode(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune == Rune.ReplacementChar)
            {
                return false;
            }
        }

        return true;
    }
}
