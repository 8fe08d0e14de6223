using System.Globalization;
using System.Management.Automation;

namespace Buildpacks.Commands;

/// <summary>
/// Takes the id of a user or a group, also from a cell of a table, for an argument: an empty cell is none. PowerShell by itself leaves out a
/// piped property that it cannot convert, and says nothing.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class UserIdTransformationAttribute : ArgumentTransformationAttribute
{
    /// <summary>Reads an id.</summary>
    /// <param name="engineIntrinsics">Not used.</param>
    /// <param name="inputData">What was given.</param>
    /// <returns>The id, or <see langword="null"/> for an empty cell.</returns>
    /// <exception cref="ArgumentTransformationMetadataException">It is not an id.</exception>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) => PipedValue.UnwrapSingle(inputData) switch
    {
        null => null,
        string text when string.IsNullOrWhiteSpace(text) => null,
        string text when int.TryParse(text, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var id) => id,
        int id and >= 0 => id,
        long id and >= 0 and <= int.MaxValue => (int)id,
        var value => throw new ArgumentTransformationMetadataException($"'{value}' is not an id: a number from 0 to {int.MaxValue}."),
    };
}
