namespace Buildpacks.Engines;

/// <summary>Who a registry is told we are. Printing it shows no secret.</summary>
/// <param name="Username">The user.</param>
/// <param name="Password">The password or token.</param>
public sealed record RegistryCredential(string Username, string Password)
{
    /// <summary>A token that a token server exchanges for access tokens; <see langword="null"/> when user and password are used.</summary>
    public string? IdentityToken { get; init; }

    /// <summary>A token that the registry itself takes; <see langword="null"/> when there is none.</summary>
    public string? RegistryToken { get; init; }

    /// <summary>Whether user and password are all there is.</summary>
    public bool IsPassword => IdentityToken is null && RegistryToken is null;

    /// <inheritdoc/>
    public override string ToString() => $"{Username}:***";
}
