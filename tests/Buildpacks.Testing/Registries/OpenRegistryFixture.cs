namespace Buildpacks.Testing.Registries;

/// <summary>A registry that lets everyone in.</summary>
public sealed class OpenRegistryFixture : RegistryServer
{
    /// <inheritdoc/>
    protected override string? PasswordFile => null;
}
