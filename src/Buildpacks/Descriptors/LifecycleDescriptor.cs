namespace Buildpacks.Descriptors;

/// <summary>A lifecycle's version and the APIs it speaks.</summary>
public sealed record LifecycleDescriptor
{
    /// <summary>The version; empty when the label does not say.</summary>
    public string Version { get; init => field = value ?? ""; } = "";

    /// <summary>One version of each API: all that older builders say. <see cref="Apis"/> says more.</summary>
    public LifecycleApiPair Api { get; init => field = value ?? new(); } = new();

    /// <summary>Every version of each API.</summary>
    public LifecycleApis Apis { get; init => field = value ?? new(); } = new();

    /// <summary>The platform APIs, from whichever of the two forms the label uses.</summary>
    /// <returns>Versions such as <c>0.12</c>, in the label's order, the deprecated ones first.</returns>
    public IReadOnlyList<string> AllPlatformApis() => Apis.Platform.All(Api.Platform);

    /// <summary>The buildpack APIs, from whichever of the two forms the label uses.</summary>
    /// <returns>Versions such as <c>0.10</c>, in the label's order, the deprecated ones first.</returns>
    public IReadOnlyList<string> AllBuildpackApis() => Apis.Buildpack.All(Api.Buildpack);
}

/// <summary>The APIs of a lifecycle.</summary>
public sealed record LifecycleApis
{
    /// <summary>Versions of the buildpack API.</summary>
    public ApiVersions Buildpack { get; init => field = value ?? new(); } = new();

    /// <summary>Versions of the platform API.</summary>
    public ApiVersions Platform { get; init => field = value ?? new(); } = new();
}

/// <summary>One version of each API, the form that older lifecycles wrote.</summary>
public sealed record LifecycleApiPair
{
    /// <summary>The buildpack API.</summary>
    public string? Buildpack { get; init; }

    /// <summary>The platform API.</summary>
    public string? Platform { get; init; }
}
