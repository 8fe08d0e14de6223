using System.Text.Json.Serialization;
using Buildpacks.IO;

namespace Buildpacks.Sessions;

/// <summary>Says that a build runs, and what it would leave behind if it were killed.</summary>
internal sealed record BuildMarker
{
    /// <summary>The build's session.</summary>
    public required string Session { get; init; }

    /// <summary>The engine, such that another build can tell whether it uses the same one.</summary>
    public required string Engine { get; init; }

    /// <summary>The container's name; <see langword="null"/> for none.</summary>
    public string? Container { get; init; }

    /// <summary>The names of images that are to be removed.</summary>
    public IReadOnlyList<string> Images { get; init; } = [];

    /// <summary>The volumes that the build may have made.</summary>
    public IReadOnlyList<string> Volumes { get; init; } = [];

    /// <summary>Volumes that only this build knows the names of, which the engine may have made for its containers.</summary>
    public IReadOnlyList<string> SharedVolumes { get; init; } = [];

    /// <summary>When the build began.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>The process that builds.</summary>
    public required ProcessIdentity Process { get; init; }

    /// <summary>Whether the engine is through with making the container: if it is not found, there is none and will be none.</summary>
    public bool ContainerMade { get; init; }

    /// <summary>Whether the build has ended and could not clean up: its process may live on.</summary>
    public bool Abandoned { get; init; }
}

/// <summary>Reads and writes markers.</summary>
[JsonSerializable(typeof(BuildMarker))]
internal sealed partial class BuildMarkerJson : JsonSerializerContext;
