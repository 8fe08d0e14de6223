using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Security;

namespace Buildpacks.Commands;

/// <summary>
/// Accepts environment variables as <c>'NAME=value'</c>, as a dictionary, <c>@{ NAME = 'value' }</c>, as an object with a property for each
/// variable, or as objects with the properties Name and Value. A <c>SecureString</c>, or the password of a <c>PSCredential</c>, makes the
/// variable a secret.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class EnvironmentTransformationAttribute : ArgumentTransformationAttribute
{
    private const string Name = "Name";
    private const string Value = "Value";

    /// <summary>Converts each entry of a table to a variable; an empty string is ignored.</summary>
    /// <param name="engineIntrinsics">Not used.</param>
    /// <param name="inputData">What was typed or piped.</param>
    /// <returns>Variables, and strings that are converted to variables later.</returns>
    /// <exception cref="ArgumentTransformationMetadataException">The value is not a set of environment variables.</exception>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) => PipedValue.Unwrap(inputData) switch
    {
        null => inputData,
        string text => string.IsNullOrWhiteSpace(text) ? Array.Empty<PackVariable>() : text,
        PackVariable variable => variable,
        IEnumerable items when !PipedValue.IsTable(inputData) => items.Cast<object?>().SelectMany(item => ReadItem(item, isOfList: true)).ToArray(),
        _ => ReadItem(inputData, isOfList: false).ToArray(),
    };

    private static IEnumerable<object> ReadItem(object? item, bool isOfList)
    {
        if (PipedValue.Unwrap(item) is not { } value)
        {
            return [];
        }

        if (value is string or PackVariable)
        {
            return value is string text && string.IsNullOrWhiteSpace(text) ? [] : [value];
        }

        if (PipedValue.IsTable(value))
        {
            var entries = PipedValue.Entries(value);
            return IsPair(value, entries, isOfList) ? [Pair(entries)] : entries.Select(entry => Entry(entry.Key, entry.Value));
        }

        // Such as an entry of a dictionary, or a variable of PowerShell.
        var properties = PSObject.AsPSObject(item!).Properties;
        return (properties[Name] ?? properties["Key"]) is { } name && properties[Value] is { } content
            ? [Entry($"{name.Value}", content.Value)]
            : throw new ArgumentTransformationMetadataException(
                $"The value must be a string of the form NAME=value, a table, or an object with the properties {Name} and {Value}, not {value.GetType().Name}.");
    }

    /// <summary>
    /// Whether a table is one variable with its name and its value, as Kubernetes writes them. A single dictionary is not: who types
    /// <c>@{ Name = 'x'; Value = 'y' }</c> means two variables.
    /// </summary>
    private static bool IsPair(object table, IReadOnlyList<KeyValuePair<string, object?>> entries, bool isOfList)
    {
        var names = entries.Select(entry => entry.Key).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return names.Contains(Name) && names.Contains(Value)
            && ((names.Count == 2 && (isOfList || table is PSObject))
                || (table is PSObject { TypeNames: [var type, ..] } && type.StartsWith("Deserialized.", StringComparison.Ordinal)));
    }

    private static PackVariable Pair(IReadOnlyList<KeyValuePair<string, object?>> entries)
    {
        return Entry($"{Of(Name)}", Of(Value) ?? Of("Secret"));

        object? Of(string name) => PipedValue.Unwrap(entries.FirstOrDefault(entry => entry.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value);
    }

    private static PackVariable Entry(string name, object? value)
    {
        // The text NAME=value would give it another name.
        if (name.Length == 0 || name.Contains('=', StringComparison.Ordinal))
        {
            throw new ArgumentTransformationMetadataException(
                name.Length == 0 ? "A variable has no name." : $"The name '{name}' of a variable must not contain '='.");
        }

        // A value may be a secret: messages name the variable, and never quote it.
        return PipedValue.Unwrap(value) switch
        {
            SecureString secret => new PackVariable(name, secret),
            PSCredential credential => new PackVariable(name, credential.Password),
            string text => new PackVariable($"{name}={text}"),
            DateTime time => new PackVariable(name + "=" + time.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture)),
            IEnumerable or PSObject => throw new ArgumentTransformationMetadataException($"The variable {name} has several values; specify one string."),
            var other => new PackVariable(string.Create(CultureInfo.InvariantCulture, $"{name}={other}")),
        };
    }
}
