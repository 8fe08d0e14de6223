using System.Collections;
using System.Globalization;
using System.Management.Automation;

namespace Buildpacks.Commands;

/// <summary>Lets environment be given as a hashtable, <c>@{ NAME = 'value' }</c>, beside <c>'NAME=value'</c>.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class EnvironmentTransformationAttribute : ArgumentTransformationAttribute
{
    /// <summary>Turns each entry of a hashtable into <c>NAME=value</c>; an empty text is none; everything else stays as it is.</summary>
    /// <param name="engineIntrinsics">Not used.</param>
    /// <param name="inputData">What was typed.</param>
    /// <returns>Entries, or what was typed.</returns>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) => Unwrap(inputData) switch
    {
        IDictionary table => Entries(table),
        "" => Array.Empty<string>(),
        object[] items => items.SelectMany(item => Unwrap(item) is IDictionary table ? Entries(table) : [item]).ToArray(),
        _ => inputData,
    };

    private static object[] Entries(IDictionary table) =>
    [
        .. table.Cast<DictionaryEntry>().Select(entry => string.Create(CultureInfo.InvariantCulture, $"{entry.Key}={Unwrap(entry.Value)}")),
    ];

    private static object? Unwrap(object? value) => value is PSObject wrapped ? wrapped.BaseObject : value;
}
