using System.Text.Json.Serialization;

namespace Buildpacks.Builds.Leftovers;

/// <summary>Reads and writes markers.</summary>
[JsonSerializable(typeof(BuildMarker))]
internal sealed partial class BuildMarkerJson : JsonSerializerContext;
