using System.Collections;
using System.Management.Automation;

namespace Buildpacks.Commands;

/// <summary>Looks at values as they come out of a pipeline: from JSON, from a table, from a job.</summary>
internal static class PipedValue
{
    /// <summary>The value without PowerShell's wrapper. An object that has properties only stays as it is.</summary>
    public static object? Unwrap(object? value) => value is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : value;

    /// <summary>The value without PowerShell's wrapper; of a list of one value, that value.</summary>
    public static object? UnwrapSingle(object? value) =>
        Unwrap(value) is IEnumerable items and not string && !IsTable(value) && items.Cast<object?>().ToList() is [var only] ? UnwrapSingle(only) : Unwrap(value);

    /// <summary>Whether a value has names and values: a dictionary of any kind, or an object that has properties only.</summary>
    public static bool IsTable(object? value) => Unwrap(value) switch
    {
        null or string => false,
        PSObject => true,
        IDictionary => true,
        IEnumerable items => IsGenericDictionary(items.GetType()),
        _ => false,
    };

    /// <summary>The names and values of a table, in its order.</summary>
    /// <param name="table">A value for which <see cref="IsTable"/> holds.</param>
    public static IReadOnlyList<KeyValuePair<string, object?>> Entries(object table)
    {
        switch (Unwrap(table))
        {
            case PSObject properties:
                return [.. properties.Properties.Where(property => property.IsGettable).Select(property => KeyValuePair.Create(property.Name, (object?)property.Value))];
            case IDictionary dictionary:
                var entries = new List<KeyValuePair<string, object?>>();
                for (var all = dictionary.GetEnumerator(); all.MoveNext();)
                {
                    entries.Add(KeyValuePair.Create($"{all.Key}", all.Value));
                }

                return entries;
            case var pairs:
                return
                [
                    .. ((IEnumerable)pairs!).Cast<object>().Select(PSObject.AsPSObject)
                        .Select(pair => KeyValuePair.Create($"{pair.Properties["Key"].Value}", (object?)pair.Properties["Value"].Value)),
                ];
        }
    }

    private static bool IsGenericDictionary(Type type) =>
        type.GetInterfaces().Any(implemented => implemented.IsGenericType && implemented.GetGenericTypeDefinition() is var generic
            && (generic == typeof(IReadOnlyDictionary<,>) || generic == typeof(IDictionary<,>)));
}
