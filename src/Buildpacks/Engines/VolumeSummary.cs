namespace Buildpacks.Engines;

/// <summary>A volume.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Labels">Its labels.</param>
public sealed record VolumeSummary(string Name, IReadOnlyDictionary<string, string> Labels)
{
    /// <summary>When it was made; <see langword="null"/> when the engine does not say.</summary>
    public DateTimeOffset? Created { get; init; }
}
