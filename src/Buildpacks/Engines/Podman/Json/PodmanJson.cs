using System.Text.Json.Serialization;

namespace Buildpacks.Engines.Podman.Json;

/// <summary>Reads podman's JSON. Names are podman's own; what this project does not need is not read.</summary>
[JsonSerializable(typeof(PodmanVersion))]
[JsonSerializable(typeof(PodmanInfo))]
[JsonSerializable(typeof(List<PodmanImage>))]
[JsonSerializable(typeof(List<PodmanImageDetail>))]
[JsonSerializable(typeof(List<PodmanHistory>))]
[JsonSerializable(typeof(List<PodmanVolume>))]
[JsonSerializable(typeof(List<PodmanNetwork>))]
[JsonSerializable(typeof(List<PodmanConnection>))]
[JsonSerializable(typeof(List<PodmanContainer>))]
[JsonSerializable(typeof(List<PodmanContainerDetail>))]
internal sealed partial class PodmanJson : JsonSerializerContext;
