using System.Management.Automation;

namespace Buildpacks.Commands;

/// <summary>
/// Refuses a value that is not a stream. PowerShell by itself leaves out a piped property that it cannot convert, and says nothing.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class StreamTransformationAttribute : ArgumentTransformationAttribute
{
    /// <summary>Checks a value.</summary>
    /// <param name="engineIntrinsics">Not used.</param>
    /// <param name="inputData">What was typed or piped.</param>
    /// <returns>The stream. An empty cell of a table is returned as it is: PowerShell leaves it out.</returns>
    /// <exception cref="ArgumentTransformationMetadataException">It is not a stream.</exception>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) => PipedValue.UnwrapSingle(inputData) switch
    {
        Stream stream => stream,
        null => null,
        "" => "",
        var value => throw new ArgumentTransformationMetadataException($"The parameter accepts a stream, not {(value is PSObject ? "an object with properties only" : value.GetType().Name)}."),
    };
}
