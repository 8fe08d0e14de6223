namespace Buildpacks.Engines;

/// <summary>Who a registry is told we are. Printing it shows no secret.</summary>
/// <param name="Username">The user.</param>
/// <param name="Password">The password or token.</param>
public sealed record RegistryCredential(string Username, string Password)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Username}:***";
}
