namespace Buildpacks.Builders;

/// <summary>A builder to make.</summary>
public sealed record BuilderRequest
{
    /// <summary>The name of the builder's image.</summary>
    public required string ImageName { get; init; }

    /// <summary>The builder.toml that says what it is made of.</summary>
    public required string ConfigPath { get; init; }

    /// <summary>More names for the image.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>A lifecycle archive to use in the place of what builder.toml names; <see langword="null"/> for what it names.</summary>
    public string? LifecyclePath { get; init; }
}
