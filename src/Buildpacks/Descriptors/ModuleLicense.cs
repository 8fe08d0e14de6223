namespace Buildpacks.Descriptors;

/// <summary>A licence of a buildpack. The property names are written as the reference platform writes them, in Pascal case.</summary>
public sealed record ModuleLicense
{
    /// <summary>An SPDX id.</summary>
    [System.Text.Json.Serialization.JsonPropertyName("Type")]
    public string? Type { get; init; }

    /// <summary>Where its text is.</summary>
    [System.Text.Json.Serialization.JsonPropertyName("URI")]
    public string? Uri { get; init; }
}
