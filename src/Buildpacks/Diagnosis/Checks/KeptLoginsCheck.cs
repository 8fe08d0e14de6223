using Buildpacks.Stores.Registry;

namespace Buildpacks.Diagnosis.Checks;

/// <summary>Says for which registries the user has logins; none is tried, and none is needed.</summary>
internal sealed class KeptLoginsCheck(RegistryCredentials credentials) : IEngineCheck
{
    /// <inheritdoc/>
    public string Name => CheckNames.RegistryLogin;

    /// <inheritdoc/>
    public IReadOnlyList<string> Needs => [];

    /// <inheritdoc/>
    public Task<Finding> RunAsync(Patient patient, CancellationToken cancellationToken)
    {
        var kept = credentials.List();
        return Task.FromResult(kept.Count == 0
            ? Finding.Skipped("No login is saved, and no registry was specified; use -Registry NAME to check a login.")
            : Finding.Passed($"Logins are saved for {string.Join(", ", kept)}; use -Registry NAME to check one."));
    }
}
