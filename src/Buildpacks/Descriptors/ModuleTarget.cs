namespace Buildpacks.Descriptors;

/// <summary>A platform that a buildpack runs on. An empty part stands for any.</summary>
public sealed record ModuleTarget
{
    /// <summary>The operating system.</summary>
    public string Os { get; init => field = value ?? ""; } = "";

    /// <summary>The architecture, in Go's names.</summary>
    public string Arch { get; init => field = value ?? ""; } = "";

    /// <summary>The architecture's variant.</summary>
    public string? Variant { get; init; }

    /// <summary>The distributions.</summary>
    public IReadOnlyList<ModuleDistribution>? Distros { get; init; }
}
