using Buildpacks.Lifecycle.Errors;
using Buildpacks.Lifecycle.Files;

namespace Buildpacks.Lifecycle.Apis;

/// <summary>The API versions this lifecycle speaks, and the refusal of all others.</summary>
internal static class SupportedApis
{
    /// <summary>The variable by which the platform says what it speaks.</summary>
    public const string PlatformVariable = "CNB_PLATFORM_API";

    /// <summary>Platform APIs 0.7 to 0.15.</summary>
    public static readonly ApiRange Platform = new(new(0, 7), new(0, 15));

    /// <summary>Buildpack APIs 0.7 to 0.12.</summary>
    public static readonly ApiRange Buildpack = new(new(0, 7), new(0, 12));

    /// <summary>The platform API that the environment asks for.</summary>
    /// <exception cref="LifecycleException">None is asked for, or one that is not supported: exit code 11.</exception>
    public static ApiVersion NegotiatePlatform(IReadOnlyDictionary<string, string> environment)
    {
        var requested = environment.GetValueOrDefault(PlatformVariable, "").Trim();
        if (requested.Length == 0)
        {
            throw new LifecycleException(
                ExitCodes.IncompatiblePlatformApi,
                $"failed to get platform API version; please set '{PlatformVariable}' to specify the desired platform API version");
        }

        if (!ApiVersion.TryParse(requested, out var version))
        {
            throw new LifecycleException(
                ExitCodes.IncompatiblePlatformApi,
                $"failed to parse platform API '{requested}'");
        }

        return Platform.Contains(version.Value)
            ? version.Value
            : throw new LifecycleException(
                ExitCodes.IncompatiblePlatformApi,
                $"failed to set platform API: platform API version '{requested}' is incompatible with the lifecycle");
    }

    /// <summary>The buildpack API that a buildpack or an image extension of a group declares.</summary>
    /// <exception cref="LifecycleException">It is no version or not supported: exit code 12.</exception>
    public static ApiVersion NegotiateBuildpack(GroupElement element) => NegotiateBuildpack(element.Api, element.ToString(), element.Kind);

    /// <summary>The buildpack API that a buildpack or an image extension declares.</summary>
    /// <param name="declared">The <c>api</c> of its descriptor.</param>
    /// <param name="buildpack">The buildpack, <c>id@version</c>, for the message.</param>
    /// <param name="kind">What the message calls it.</param>
    /// <exception cref="LifecycleException">It is no version or not supported: exit code 12.</exception>
    public static ApiVersion NegotiateBuildpack(string? declared, string buildpack, string kind = "Buildpack")
    {
        if (!ApiVersion.TryParse(declared, out var version))
        {
            throw new LifecycleException(
                ExitCodes.IncompatibleBuildpackApi,
                $"failed to parse buildpack API '{declared}' for {kind.ToLowerInvariant()} '{buildpack}'");
        }

        return Buildpack.Contains(version.Value)
            ? version.Value
            : throw new LifecycleException(
                ExitCodes.IncompatibleBuildpackApi,
                $"failed to set API for {kind} '{buildpack}': buildpack API version '{declared}' is incompatible with the lifecycle");
    }
}
