namespace Buildpacks.Descriptors;

/// <summary>One version of each API, the form that older lifecycles wrote.</summary>
public sealed record LifecycleApiPair
{
    /// <summary>The buildpack API.</summary>
    public string? Buildpack { get; init; }

    /// <summary>The platform API.</summary>
    public string? Platform { get; init; }
}
