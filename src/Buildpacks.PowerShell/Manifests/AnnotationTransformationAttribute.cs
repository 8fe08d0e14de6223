using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Security;

namespace Buildpacks.Commands;

/// <summary>Takes a table of annotations: each has a name, and one value that is a text, a number, a time or the like.</summary>
/// <remarks><c>$null</c> is a value, too: it removes an annotation.</remarks>
[AttributeUsage(AttributeTargets.Property)]
public sealed class AnnotationTransformationAttribute : ArgumentTransformationAttribute
{
    /// <summary>Makes texts of the values of a table.</summary>
    /// <param name="engineIntrinsics">Not used.</param>
    /// <param name="inputData">What was given.</param>
    /// <returns>A table of texts, or what was given when it is no table.</returns>
    /// <exception cref="ArgumentTransformationMetadataException">An annotation has no name, or its value is not one text.</exception>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        if (PipedValue.Unwrap(inputData) is not { } table || !PipedValue.IsTable(table))
        {
            return inputData;
        }

        var annotations = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var (name, value) in PipedValue.Entries(table))
        {
            annotations[string.IsNullOrWhiteSpace(name) ? throw new ArgumentTransformationMetadataException("An annotation has no name.") : name] = Text(name, value);
        }

        return annotations;
    }

    private static string? Text(string name, object? value) => PipedValue.Unwrap(value) switch
    {
        null => null,
        string text => text,
        DateTime time => time.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture),
        DateTimeOffset time => time.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture),
        SecureString or PSCredential =>
            throw new ArgumentTransformationMetadataException($"The annotation {name} has a secret as its value, and everybody who has the index can read its annotations."),
        IEnumerable or PSObject => throw new ArgumentTransformationMetadataException($"The annotation {name} has several values; specify one string."),
        var other => Convert.ToString(other, CultureInfo.InvariantCulture),
    };
}
