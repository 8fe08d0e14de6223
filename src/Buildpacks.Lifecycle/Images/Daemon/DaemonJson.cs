using System.Text.Json.Serialization;

namespace Buildpacks.Lifecycle.Images.Daemon;

/// <summary>The Engine API's answers, and the manifest of the archives it loads.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DaemonImage))]
[JsonSerializable(typeof(DaemonHistoryEntry[]))]
[JsonSerializable(typeof(DaemonMessage))]
[JsonSerializable(typeof(DaemonArchiveManifest[]))]
internal sealed partial class DaemonJson : JsonSerializerContext;
