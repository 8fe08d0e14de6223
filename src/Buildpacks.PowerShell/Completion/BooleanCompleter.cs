using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace Buildpacks.Commands.Completion;

/// <summary>Offers the two values of a parameter that may also be left out. Other completers write a text in quotation marks where it begins so.</summary>
public sealed class BooleanCompleter : IArgumentCompleter
{
    private static readonly string[] Values = ["$true", "$false"];

    /// <summary>Offers the values.</summary>
    /// <param name="commandName">The command.</param>
    /// <param name="parameterName">The parameter.</param>
    /// <param name="wordToComplete">What was typed.</param>
    /// <param name="commandAst">The command as far as it was typed.</param>
    /// <param name="fakeBoundParameters">The parameters typed before.</param>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Values.Where(value => value.StartsWith(wordToComplete, StringComparison.OrdinalIgnoreCase)).Select(value => new CompletionResult(value));
}
