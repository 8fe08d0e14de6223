using Buildpacks.Lifecycle.Errors;

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

    /// <summary>The buildpack API that a buildpack declares.</summary>
    /// <param name="declared">The <c>api</c> of its buildpack.toml.</param>
    /// <param name="buildpack">The buildpack, <c>id@version</c>, for the message.</param>
    /// <exception cref="LifecycleException">It is no version or not supported: exit code 12.</exception>
    public static ApiVersion NegotiateBuildpack(string? declared, string buildpack)
    {
        if (!ApiVersion.TryParse(declared, out var version))
        {
            throw new LifecycleException(
                ExitCodes.IncompatibleBuildpackApi,
                $"failed to parse buildpack API '{declared}' for buildpack '{buildpack}'");
        }

        return Buildpack.Contains(version.Value)
            ? version.Value
            : throw new LifecycleException(
                ExitCodes.IncompatibleBuildpackApi,
                $"failed to set API for Buildpack '{buildpack}': buildpack API version '{declared}' is incompatible with the lifecycle");
    }
}
