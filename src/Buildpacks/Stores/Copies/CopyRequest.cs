namespace Buildpacks.Stores.Copies;

/// <summary>What is to be copied, and where to.</summary>
/// <param name="From">Where the image is.</param>
/// <param name="To">Where it is to go.</param>
public sealed record CopyRequest(CopyPlace From, CopyPlace To)
{
    /// <summary>The image's name or id; <see langword="null"/> for the only image at a path.</summary>
    public string? Image { get; init; }

    /// <summary>The names that go along from an engine's store.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>The name that the image gets in the place of those it has; <see langword="null"/> to keep them.</summary>
    public string? NewName { get; init; }
}
