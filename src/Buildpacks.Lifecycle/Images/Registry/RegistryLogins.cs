using System.Text.Json;
using System.Text.Json.Nodes;
using Buildpacks.Lifecycle.Errors;

namespace Buildpacks.Lifecycle.Images.Registry;

/// <summary>How the platform logs in to registries: the variable <c>CNB_REGISTRY_AUTH</c>, an object with the value of a header for each registry.</summary>
internal static class RegistryLogins
{
    private const string Variable = "CNB_REGISTRY_AUTH";

    /// <summary>The header's value by registry.</summary>
    /// <exception cref="LifecycleException">The variable is no such object. The message does not repeat it.</exception>
    public static IReadOnlyDictionary<string, string> Read(IReadOnlyDictionary<string, string> environment)
    {
        var text = environment.GetValueOrDefault(Variable, "");
        try
        {
            return text.Length == 0 ? new Dictionary<string, string>()
                : (JsonNode.Parse(text) as JsonObject ?? throw Invalid()).ToDictionary(login => login.Key, login => login.Value?.GetValue<string>() ?? "");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw Invalid();
        }
    }

    private static LifecycleException Invalid() => new(ExitCodes.Failed, $"failed to resolve keychain: {Variable} is not a JSON object of strings");
}
