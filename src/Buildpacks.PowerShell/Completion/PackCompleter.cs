using System.Buffers;
using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace Buildpacks.Commands.Completion;

/// <summary>Offers the values of a parameter: those that begin with what was typed first, then those that hold it.</summary>
public abstract class PackCompleter : IArgumentCompleter
{
    private static readonly SearchValues<char> Special = SearchValues.Create(" '\"`$(){};,|&<>#");

    /// <summary>Offers values.</summary>
    /// <param name="commandName">The command.</param>
    /// <param name="parameterName">The parameter.</param>
    /// <param name="wordToComplete">What was typed.</param>
    /// <param name="commandAst">The command as far as it was typed.</param>
    /// <param name="fakeBoundParameters">The parameters typed before.</param>
    /// <returns>The values. When there are none, what was typed: without any item, PowerShell would offer the files of the folder.</returns>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var typed = wordToComplete.Trim('\'', '"');
        List<CompletionResult> offers =
        [
            .. Find(parameterName, fakeBoundParameters)
                .Select(offer => Spell(offer, typed))
                .Where(offer => Holds(offer.Value, typed) || (FindsByHint && Holds(offer.Hint, typed)))
                .DistinctBy(offer => offer.Value)
                .OrderByDescending(offer => offer.Value.StartsWith(typed, StringComparison.OrdinalIgnoreCase))
                .ThenBy(offer => offer.Value, StringComparer.Ordinal)
                .Select(offer => new CompletionResult(Quote(offer.Value), offer.Value, CompletionResultType.ParameterValue, offer.Hint)),
        ];
        return OffersFiles && (offers.Count == 0 || IsPath(typed)) && FileOffers.Of(typed) is { Count: > 0 } files ? [.. offers, .. files]
            : offers.Count > 0 || TakesFiles ? offers
            : [AsTyped(wordToComplete)];
    }

    private static bool IsPath(string typed) => typed is ['.' or '/' or '~' or '\\', ..];

    /// <summary>An item that changes nothing. PowerShell takes no empty one.</summary>
    private static CompletionResult AsTyped(string word) =>
        word.Length == 0 ? new(" ", " ", CompletionResultType.Text, " ") : new(word, word, CompletionResultType.Text, word);

    /// <summary>Whether the parameter takes paths as well, so that files are offered where nothing else is.</summary>
    private protected virtual bool TakesFiles => false;

    /// <summary>Whether files are offered beside the values, for a path that was begun, or where there are no values.</summary>
    private protected virtual bool OffersFiles => false;

    /// <summary>Whether what is said of a value is looked through too.</summary>
    private protected virtual bool FindsByHint => false;

    /// <summary>All values that fit.</summary>
    /// <param name="parameterName">The parameter.</param>
    /// <param name="parameters">The parameters typed before.</param>
    /// <returns>Each value, and what to say of it.</returns>
    protected abstract IEnumerable<(string Value, string Hint)> Find(string parameterName, IDictionary parameters);

    /// <summary>Writes a value as it was begun, where it can be written in several ways.</summary>
    /// <param name="offer">The value, and what to say of it.</param>
    /// <param name="typed">What was typed.</param>
    private protected virtual (string Value, string Hint) Spell((string Value, string Hint) offer, string typed) => offer;

    /// <summary>A value that speaks for itself.</summary>
    private protected static (string Value, string Hint) Plain(string value) => (value, value);

    private static bool Holds(string text, string typed) => text.Contains(typed, StringComparison.OrdinalIgnoreCase);

    internal static string Quote(string value) =>
        value.AsSpan().IndexOfAny(Special) >= 0 ? $"'{CodeGeneration.EscapeSingleQuotedStringContent(value)}'" : value;
}

/// <summary>Offers nothing, for names that are not known before they are typed: PowerShell by itself would offer the files of the folder.</summary>
public sealed class NewValueCompleter : PackCompleter
{
    /// <inheritdoc/>
    protected override IEnumerable<(string Value, string Hint)> Find(string parameterName, IDictionary parameters) => [];
}
