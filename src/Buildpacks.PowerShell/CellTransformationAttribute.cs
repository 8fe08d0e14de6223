using System.Collections;
using System.Management.Automation;

namespace Buildpacks.Commands;

/// <summary>
/// Takes the cells of a table, as <c>Import-Csv</c> gives them, for arguments: an empty cell is none. A cell that cannot be read is an
/// error, where PowerShell by itself would leave it out without a word.
/// </summary>
/// <param name="unset">What an empty cell stands for: the parameter's default. Cells are read as values of its type.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class CellTransformationAttribute(object? unset = null) : ArgumentTransformationAttribute
{
    /// <summary>What an empty cell stands for.</summary>
    public object? Unset => unset;

    /// <summary>The type that cells are read as; <see langword="null"/> for those that are texts.</summary>
    public Type? Type { get; set; } = unset?.GetType();

    /// <summary>Whether an empty cell is an error too, because the parameter has no default.</summary>
    public bool IsRequired { get; set; }

    /// <summary>Reads a text, and takes empty texts out of a list; everything else stays as it is.</summary>
    /// <param name="engineIntrinsics">Not used.</param>
    /// <param name="inputData">What was given.</param>
    /// <returns>The argument.</returns>
    /// <exception cref="ArgumentTransformationMetadataException">The text is none of the values that the parameter takes.</exception>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) => Unwrap(inputData) switch
    {
        string text when IsEmpty(text) && !IsRequired => Unset,
        string text when Type is not null => Read(text.Trim(), Type),
        IList items => items.Cast<object?>().Where(item => Unwrap(item) is not string text || !IsEmpty(text)).ToArray(),
        _ => inputData,
    };

    private static object Read(string text, Type type) =>
        type == typeof(bool)
            ? bool.TryParse(text, out var yes) ? yes : throw Unknown(text, ["true", "false"])
            : LanguagePrimitives.TryConvertTo(text, type, out var value) ? value : throw Unknown(text, Enum.GetNames(type));

    private static ArgumentTransformationMetadataException Unknown(string text, string[] known) =>
        new($"'{text}' is none of {string.Join(", ", known)}.");

    private static bool IsEmpty(string text) => string.IsNullOrWhiteSpace(text);

    private static object? Unwrap(object? value) => value is PSObject wrapped ? wrapped.BaseObject : value;
}
