using System.Management.Automation;

namespace Buildpacks.Commands;

/// <summary>Reads patterns of names.</summary>
internal static class NamePattern
{
    /// <summary>A pattern that ignores case.</summary>
    /// <exception cref="PackException"><c>NamePatternInvalid</c>.</exception>
    public static WildcardPattern Read(string pattern)
    {
        try
        {
            var wildcard = WildcardPattern.Get(pattern, WildcardOptions.IgnoreCase);

            // What is wrong with it is found when it is used.
            wildcard.IsMatch("");
            return wildcard;
        }
        catch (WildcardPatternException exception)
        {
            throw new PackException(PackErrorIds.NamePatternInvalid, PackErrorKind.InvalidInput, $"'{pattern}' is not a valid pattern: the set of characters after [ is not complete.", exception)
            {
                Target = pattern,
                RecommendedAction = "Write a set of characters as [abc] or [a-z]; image names do not contain [.",
            };
        }
    }
}
