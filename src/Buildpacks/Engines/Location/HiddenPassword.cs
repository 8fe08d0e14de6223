using Buildpacks.Configuration;
using Buildpacks.Engines.Podman;
using Buildpacks.Reporting;

namespace Buildpacks.Engines.Location;

/// <summary>An address that was shown has no password. When it is given back, as the endpoint of an image that is piped, it needs one.</summary>
internal static class HiddenPassword
{
    private const string Hidden = ":***@";

    /// <summary>The address with its password.</summary>
    /// <param name="endpoint">The address; one that hides nothing is given back as it is.</param>
    /// <param name="request">The session may have been told the address.</param>
    /// <param name="environment">So may podman, and the user's configuration file.</param>
    /// <returns>The address as it was chosen; without its password when nobody chose it.</returns>
    public static string Restore(string endpoint, EngineRequest request, EngineEnvironment environment) =>
        endpoint.Contains(Hidden, StringComparison.Ordinal)
            ? Chosen(request, environment).FirstOrDefault(address => address is not null && UrlMask.HidePassword(address) == endpoint) ?? endpoint
            : endpoint;

    private static IEnumerable<string?> Chosen(EngineRequest request, EngineEnvironment environment)
    {
        yield return request.Session?.Endpoint;
        foreach (var variable in PodmanPlace.ServiceVariables)
        {
            yield return environment.Get(variable);
        }

        yield return new EngineSettingsFile(environment).Read().Endpoint;
    }
}
