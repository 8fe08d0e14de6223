using Buildpacks.Engines.Location;

namespace Buildpacks.Diagnosis;

/// <summary>What to check.</summary>
public sealed record CheckupRequest
{
    /// <summary>Which engine.</summary>
    public required EngineRequest Engine { get; init; }

    /// <summary>Registries at which the user's login is tried.</summary>
    public IReadOnlyList<string> Registries { get; init; } = [];

    /// <summary>How long each check may take.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(30);
}
