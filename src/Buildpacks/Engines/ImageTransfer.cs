namespace Buildpacks.Engines;

/// <summary>An image to pull or push.</summary>
/// <param name="Name">Its full name.</param>
public sealed record ImageTransfer(string Name)
{
    /// <summary>The platform to pull, <c>os/architecture[/variant]</c>; <see langword="null"/> for the engine's own.</summary>
    public string? Platform { get; init; }

    /// <summary>What the registry wants to see; <see langword="null"/> for what the engine knows by itself: podman its logins, docker nothing.</summary>
    public RegistryCredential? Credential { get; init; }

    /// <summary>Whether the registry speaks plain HTTP or has a certificate nobody vouches for.</summary>
    public bool Insecure { get; init; }
}
