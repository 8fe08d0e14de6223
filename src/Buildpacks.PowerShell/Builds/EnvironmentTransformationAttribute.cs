using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Security;

namespace Buildpacks.Commands;

/// <summary>
/// Lets environment be given as a hashtable, <c>@{ NAME = 'value' }</c>, beside <c>'NAME=value'</c>. A <c>SecureString</c>, or the
/// password of a <c>PSCredential</c>, makes the variable a secret.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class EnvironmentTransformationAttribute : ArgumentTransformationAttribute
{
    /// <summary>Turns each entry of a hashtable into a variable; an empty text is none; everything else stays as it is.</summary>
    /// <param name="engineIntrinsics">Not used.</param>
    /// <param name="inputData">What was typed.</param>
    /// <returns>Variables, or what was typed.</returns>
    /// <exception cref="ArgumentTransformationMetadataException">A variable has several values.</exception>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) => Unwrap(inputData) switch
    {
        IDictionary table => Entries(table),
        "" => Array.Empty<PackVariable>(),
        object[] items => items.SelectMany(item => Unwrap(item) is IDictionary table ? Entries(table) : [item]).ToArray(),
        _ => inputData,
    };

    private static object[] Entries(IDictionary table) => [.. table.Cast<DictionaryEntry>().Select(entry => Entry($"{entry.Key}", Unwrap(entry.Value)))];

    private static PackVariable Entry(string name, object? value) => value switch
    {
        SecureString secret => new PackVariable(name, secret),
        PSCredential credential => new PackVariable(name, credential.Password),
        string => new PackVariable($"{name}={value}"),

        // A value may be a secret: the message names the variable, and never quotes it.
        IEnumerable => throw new ArgumentTransformationMetadataException($"The variable {name} has several values; give it one text."),
        _ => new PackVariable(string.Create(CultureInfo.InvariantCulture, $"{name}={value}")),
    };

    private static object? Unwrap(object? value) => value is PSObject wrapped ? wrapped.BaseObject : value;
}
