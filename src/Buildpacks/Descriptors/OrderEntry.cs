using System.Text.Json.Serialization;

namespace Buildpacks.Descriptors;

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
