using System.Text.Json.Serialization;

namespace Buildpacks.Descriptors;

/// <summary>A group of buildpacks that are tried together.</summary>
public sealed record OrderGroup
{
    /// <summary>Its buildpacks, in their order.</summary>
    public IReadOnlyList<OrderEntry> Group { get; init => field = value ?? []; } = [];
}

/// <summary>A buildpack's place in a group.</summary>
public sealed record OrderEntry
{
    /// <summary>The buildpack's id.</summary>
    public string Id { get; init => field = value ?? ""; } = "";

    /// <summary>Its version; <see langword="null"/> when the builder holds one version only and the order names none.</summary>
    public string? Version { get; init; }

    /// <summary>Whether the group may pass without it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Optional { get; init; }

    /// <inheritdoc/>
    public override string ToString() => string.IsNullOrEmpty(Version) ? Id : $"{Id}@{Version}";
}

/// <summary>A list of system buildpacks.</summary>
public sealed record SystemBuildpacks
{
    /// <summary>The buildpacks, in their order.</summary>
    public IReadOnlyList<OrderEntry> Buildpacks { get; init => field = value ?? []; } = [];
}

/// <summary>The buildpacks that a builder puts around every group of its order.</summary>
public sealed record SystemOrder
{
    /// <summary>Buildpacks put before every group.</summary>
    public SystemBuildpacks Pre { get; init => field = value ?? new(); } = new();

    /// <summary>Buildpacks put after every group.</summary>
    public SystemBuildpacks Post { get; init => field = value ?? new(); } = new();
}
