using Buildpacks.Engines;

namespace Buildpacks.Testing.Registries;

/// <summary>A registry that lets in one user only.</summary>
public sealed class RegistryFixture : RegistryServer
{
    /// <summary>Who may enter.</summary>
    public RegistryCredential Credential { get; } = new("tester", "pa55-word-of-the-test-registry");

    /// <summary>Somebody who may not.</summary>
    public RegistryCredential WrongCredential { get; } = new("tester", "not-the-pa55-word");

    /// <summary>The bcrypt hash of the password above; writing it down spares the tests a tool. It has the lowest cost, since each request has to compute it.</summary>
    protected override string? PasswordFile => "tester:$2y$04$vIJ0qcg7w/Jw4qbiVqQbeeJFvTOefsbqtuxMRKjet75tdloMP/1u.";
}
