using System.Management.Automation;

namespace Buildpacks.Commands;

/// <summary>
/// Accepts a credential as PowerShell does: a <see cref="PSCredential"/>, or the name of a user, whose password is then asked for. An empty
/// cell of a table is none: PowerShell by itself would ask for the user too.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class CredentialCellTransformationAttribute : ArgumentTransformationAttribute
{
    private static readonly CredentialAttribute OfPowerShell = new();

    /// <summary>Reads a credential.</summary>
    /// <param name="engineIntrinsics">Asks for the password.</param>
    /// <param name="inputData">What was typed or piped.</param>
    /// <returns>The credential, or <see langword="null"/> for an empty cell.</returns>
    /// <exception cref="ArgumentTransformationMetadataException">It is neither a credential nor the name of a user.</exception>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) => PipedValue.UnwrapSingle(inputData) switch
    {
        null => null,
        PSCredential credential => credential,
        string text when string.IsNullOrWhiteSpace(text) => null,
        string user => OfPowerShell.Transform(engineIntrinsics, user),
        _ => throw new ArgumentTransformationMetadataException("The parameter accepts a PSCredential or the name of a user."),
    };
}
