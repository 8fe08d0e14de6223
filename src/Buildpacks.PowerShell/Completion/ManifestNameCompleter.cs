using System.Collections;
using Buildpacks.Stores.Indexes;

namespace Buildpacks.Commands.Completion;

/// <summary>Offers the indexes of this machine.</summary>
public sealed class ManifestNameCompleter : PackCompleter
{
    /// <inheritdoc/>
    protected override IEnumerable<(string Value, string Hint)> Find(string parameterName, IDictionary parameters)
    {
        try
        {
            return ManifestIndexes.List().Select(Plain);
        }
        catch (PackException)
        {
            // A folder that cannot be read has no offers.
            return [];
        }
    }
}
