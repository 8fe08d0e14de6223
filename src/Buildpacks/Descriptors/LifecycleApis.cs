namespace Buildpacks.Descriptors;

/// <summary>The APIs of a lifecycle.</summary>
public sealed record LifecycleApis
{
    /// <summary>Versions of the buildpack API.</summary>
    public ApiVersions Buildpack { get; init => field = value ?? new(); } = new();

    /// <summary>Versions of the platform API.</summary>
    public ApiVersions Platform { get; init => field = value ?? new(); } = new();
}
