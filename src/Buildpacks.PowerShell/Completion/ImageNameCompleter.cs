using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace Buildpacks.Commands.Completion;

/// <summary>Offers the names of images that buildpacks built.</summary>
public class ImageNameCompleter : IArgumentCompleter
{
    /// <summary>Offers names that begin with, or hold, what was typed.</summary>
    /// <param name="commandName">The command.</param>
    /// <param name="parameterName">The parameter.</param>
    /// <param name="wordToComplete">What was typed.</param>
    /// <param name="commandAst">The command as far as it was typed.</param>
    /// <param name="fakeBoundParameters">The parameters typed before.</param>
    /// <returns>The names; none when no engine answers at once.</returns>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var all = fakeBoundParameters.Contains("All");
        var typed = wordToComplete.Trim('\'', '"');
        return CompletionImages.Get(fakeBoundParameters)
            .Where(image => all || Offers(image))
            .SelectMany(image => image.Tags)
            .Select(tag => Buildpacks.Images.ImageSpellings.Shortest(tag))
            .Where(name => name.Contains(typed, StringComparison.OrdinalIgnoreCase))
            .Distinct()
            .OrderByDescending(name => name.StartsWith(typed, StringComparison.OrdinalIgnoreCase))
            .ThenBy(name => name, StringComparer.Ordinal)
            .Select(name => new CompletionResult(name, name, CompletionResultType.ParameterValue, name));
    }

    /// <summary>Whether an image is one of those that fit the parameter.</summary>
    /// <param name="image">The image.</param>
    protected virtual bool Offers(PackImage image) => image is { IsApp: true };
}
