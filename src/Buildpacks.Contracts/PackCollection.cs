using System.Collections.ObjectModel;
using System.Runtime.CompilerServices;

namespace Buildpacks;

/// <summary>
/// A read-only list whose string form lists its items. PowerShell can index it, and a CSV cell contains the items, not the type name.
/// </summary>
/// <typeparam name="T">The type of the items.</typeparam>
[CollectionBuilder(typeof(PackCollectionBuilder), nameof(PackCollectionBuilder.Create))]
public sealed class PackCollection<T> : ReadOnlyCollection<T>
{
    internal PackCollection(T[] items)
        : base(items)
    {
    }

    /// <summary>The items, separated by commas.</summary>
    public override string ToString() => string.Join(", ", this);
}

/// <summary>Creates read-only lists.</summary>
public static class PackCollectionBuilder
{
    /// <summary>Creates a list; collection expressions call this method.</summary>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <param name="items">The items, which are copied.</param>
    public static PackCollection<T> Create<T>(ReadOnlySpan<T> items) => new(items.ToArray());
}

/// <summary>The labels of an image, by name. PowerShell indexes them by name; a CSV file contains their number.</summary>
/// <param name="labels">The labels, which are copied.</param>
public sealed class PackLabels(IEnumerable<KeyValuePair<string, string>> labels)
    : ReadOnlyDictionary<string, string>(new Dictionary<string, string>(labels, StringComparer.Ordinal))
{
    /// <summary>How many labels there are.</summary>
    public override string ToString() => Count == 1 ? "1 label" : $"{Count} labels";
}
