using System.Collections;

namespace Buildpacks.Commands.Completion;

/// <summary>Offers nothing, for names that are not known before they are typed: PowerShell by itself would offer the files of the folder.</summary>
public sealed class NewValueCompleter : PackCompleter
{
    /// <inheritdoc/>
    protected override IEnumerable<(string Value, string Hint)> Find(string parameterName, IDictionary parameters) => [];
}
