using Buildpacks.Oci;
using Buildpacks.Stores.Registry;

namespace Buildpacks.Diagnosis.Checks;

/// <summary>A registry lets the user in with the login that is kept for it.</summary>
/// <param name="registry">The registry, or a part of one such as <c>example.org/team</c>.</param>
/// <param name="credentials">The user's logins.</param>
internal sealed class RegistryLoginCheck(string registry, RegistryCredentials credentials) : IEngineCheck
{
    /// <inheritdoc/>
    public string Name => CheckNames.RegistryLogin;

    /// <inheritdoc/>
    public IReadOnlyList<string> Needs => [];

    /// <inheritdoc/>
    public async Task<Finding> RunAsync(Patient patient, CancellationToken cancellationToken)
    {
        if (!ImageReference.TryParse(registry.TrimEnd('/') + "/login", out var image, out _) || !registry.StartsWith(image.Registry, StringComparison.Ordinal))
        {
            return Finding.Failed($"'{registry}' is not the name of a registry.", "Write a host with an optional port: example.org, localhost:5000.");
        }

        var credential = await credentials.FindAsync(image, cancellationToken).ConfigureAwait(false);
        var outcome = await RegistryLogin.TryAsync(image.Registry, credential, cancellationToken).ConfigureAwait(false);
        var login = $"'podman login {image.Registry}' or 'docker login {image.Registry}'";
        return (outcome, credential) switch
        {
            (RegistryLoginOutcome.Open, _) => Finding.Passed($"{image.Registry} answers without a login."),
            (RegistryLoginOutcome.Accepted, { } user) => Finding.Passed($"{image.Registry} accepts the login of {user.Username}."),
            (_, { } user) => Finding.Failed($"{image.Registry} does not accept the login of {user.Username}.", $"Log in again with {login}."),
            _ => Finding.Failed($"{image.Registry} requires a login, and no login for it is saved.", $"Log in with {login}."),
        };
    }
}
