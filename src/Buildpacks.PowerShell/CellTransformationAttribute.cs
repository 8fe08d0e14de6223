using System.Collections;
using System.Management.Automation;

namespace Buildpacks.Commands;

/// <summary>
/// Takes the cells of a table, as <c>Import-Csv</c> and <c>ConvertFrom-Json</c> give them, for arguments: an empty cell is none. A cell
/// that cannot be bound is an error. PowerShell by itself leaves out a piped property that it cannot convert, and says nothing.
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

    /// <summary>Whether the parameter takes several values.</summary>
    public bool IsList { get; set; }

    /// <summary>Reads a value, and takes empty texts out of a list.</summary>
    /// <param name="engineIntrinsics">Not used.</param>
    /// <param name="inputData">What was given.</param>
    /// <returns>The argument.</returns>
    /// <exception cref="ArgumentTransformationMetadataException">The parameter does not take such a value.</exception>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) => IsList ? ReadList(inputData) : ReadOne(inputData);

    private object? ReadOne(object? input)
    {
        CheckText(input);
        switch (PipedValue.Unwrap(input))
        {
            case null:
                return input;
            case string text when IsEmpty(text) && !IsRequired:
                return Unset;
            case string text:
                return Type is null ? text : Read(text.Trim(), Type);
            case IEnumerable items:
                var list = items.Cast<object?>().ToList();
                return list.Count switch
                {
                    0 when !IsRequired => Unset,
                    1 => ReadOne(list[0]),
                    _ => throw new ArgumentTransformationMetadataException($"The parameter accepts one value, but {list.Count} were specified."),
                };
            case SwitchParameter:
                return input;
            case var value:
                return Type is null || Type.IsInstanceOfType(value) ? input : Read(value, Type);
        }
    }

    private object? ReadList(object? input)
    {
        CheckText(input);
        return PipedValue.Unwrap(input) switch
        {
            string text when IsEmpty(text) => Unset,
            string text => ReadItem(text),
            IEnumerable items => items.Cast<object?>().Where(item => PipedValue.Unwrap(item) is { } value and not "" && !(value is string text && IsEmpty(text))).Select(ReadItem).ToArray(),
            _ => input,
        };
    }

    private object? ReadItem(object? item)
    {
        CheckText(item);
        return PipedValue.Unwrap(item) is IEnumerable and not string
            ? throw new ArgumentTransformationMetadataException("The parameter accepts a list of strings, but a nested list was specified.")
            : PipedValue.Unwrap(item) is { } value && Type is not null && !Type.IsInstanceOfType(value) ? Read(value is string text ? text.Trim() : value, Type) : item;
    }

    /// <summary>Refuses what PowerShell would make a text of that nobody means.</summary>
    private static void CheckText(object? input)
    {
        if (PipedValue.IsTable(input))
        {
            throw new ArgumentTransformationMetadataException("The parameter accepts a string, but a table was specified.");
        }
    }

    private static object Read(object value, Type type) =>
        type == typeof(bool)
            ? value is not string text ? LanguagePrimitives.IsTrue(value) : bool.TryParse(text, out var yes) ? yes : throw Unknown(text, ["true", "false"])
            : LanguagePrimitives.TryConvertTo(value, type, out var read) ? read : throw Unknown($"{value}", Enum.GetNames(type));

    private static ArgumentTransformationMetadataException Unknown(string text, string[] known) =>
        new($"'{text}' is not one of {string.Join(", ", known)}.");

    private static bool IsEmpty(string text) => string.IsNullOrWhiteSpace(text);
}
