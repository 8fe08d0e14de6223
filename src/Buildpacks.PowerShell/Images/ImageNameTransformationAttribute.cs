using System.Collections;
using System.Management.Automation;

namespace Buildpacks.Commands;

/// <summary>
/// Takes the names of images out of piped objects that have properties only, as JSON and tables give them. PowerShell by itself would
/// make a text of such an object and look for an image of that name.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ImageNameTransformationAttribute : ArgumentTransformationAttribute
{
    private static readonly string[] Properties = ["Name", "ImageName"];

    /// <summary>Takes the names out of an object; everything else stays as it is.</summary>
    /// <param name="engineIntrinsics">Not used.</param>
    /// <param name="inputData">What was typed or piped.</param>
    /// <returns>The argument.</returns>
    /// <exception cref="ArgumentTransformationMetadataException">It names no image.</exception>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) => PipedValue.IsTable(inputData)
        ? NamesOf(PipedValue.Entries(inputData!))
        : inputData;

    private static string[] NamesOf(IReadOnlyList<KeyValuePair<string, object?>> entries)
    {
        var value = Properties.Select(property => entries.FirstOrDefault(entry => entry.Key.Equals(property, StringComparison.OrdinalIgnoreCase)).Value)
            .Select(PipedValue.Unwrap).FirstOrDefault(found => found is not null);
        return value switch
        {
            string { Length: > 0 } name => [name],
            IEnumerable names when !PipedValue.IsTable(value) && names.Cast<object?>().Select(PipedValue.Unwrap).ToList() is { Count: > 0 } list
                && list.TrueForAll(item => item is string { Length: > 0 }) => [.. list.Cast<string>()],
            _ => throw new ArgumentTransformationMetadataException("The object has no property Name or ImageName with the name of an image."),
        };
    }
}
