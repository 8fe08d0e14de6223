using System.Management.Automation;

namespace Buildpacks.Commands;

/// <summary>
/// Takes the registry of a piped index for a switch: an index that was read from its registry is changed and removed there, and not the one
/// that this machine has under its name.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class InRegistryTransformationAttribute : ArgumentTransformationAttribute
{
    /// <summary>Whether there is a registry.</summary>
    /// <param name="engineIntrinsics">Not used.</param>
    /// <param name="inputData">The switch as it was typed, or the property of a piped object.</param>
    /// <returns>The switch.</returns>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) => PipedValue.Unwrap(inputData) switch
    {
        null => (SwitchParameter)false,
        string text when bool.TryParse(text, out var typed) => (SwitchParameter)typed,
        string registry => (SwitchParameter)!string.IsNullOrWhiteSpace(registry),
        _ => inputData,
    };
}
