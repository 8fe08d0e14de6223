using System.Text;
using Buildpacks.Engines;
using Buildpacks.Testing.Processes;

namespace Buildpacks.Testing.Registries;

/// <summary>A registry whose password nobody else on the machine has: where the password is found, it was left by what is tested.</summary>
public sealed class SecretRegistryFixture : RegistryServer
{
    private string? _line;

    /// <summary>Who may enter.</summary>
    public RegistryCredential Credential { get; } = new("tester", $"pa55-{Guid.NewGuid():N}");

    /// <inheritdoc/>
    protected override IReadOnlyList<string> Tools => ["docker-registry", "htpasswd"];

    /// <inheritdoc/>
    protected override string? PasswordFile => _line ??= Line();

    private string Line()
    {
        // Through standard input: it is on no command line.
        using var input = new MemoryStream(Encoding.UTF8.GetBytes(Credential.Password));
        return ToolRun.RunAsync("htpasswd", ["-niB", "-C", "4", Credential.Username], input: input).GetAwaiter().GetResult().Checked().Trim();
    }
}
