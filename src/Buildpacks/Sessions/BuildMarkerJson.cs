using System.Text.Json.Serialization;

namespace Buildpacks.Sessions;

/// <summary>Reads and writes markers.</summary>
[JsonSerializable(typeof(BuildMarker))]
internal sealed partial class BuildMarkerJson : JsonSerializerContext;
