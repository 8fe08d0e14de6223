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
            ? Finding.Skipped("No login is kept, and none was to be tried; -Registry NAME tries one.")
            : Finding.Passed($"Logins are kept for {string.Join(", ", kept)}; -Registry NAME tries one."));
    }
}
