namespace Buildpacks.Descriptors.Labels;

/// <summary>The tool that made a builder.</summary>
public sealed record CreatorMetadata
{
    /// <summary>The tool's name.</summary>
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>The tool's version.</summary>
    public string Version { get; init => field = value ?? ""; } = "";
}
