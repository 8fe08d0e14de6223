using System.Text.Json.Serialization;

namespace Buildpacks.Engines.Docker;

/// <summary>Reads the answers that are not read by Docker.DotNet.</summary>
[JsonSerializable(typeof(DockerImageAnswer))]
[JsonSerializable(typeof(DockerWaitAnswer))]
internal sealed partial class DockerJson : JsonSerializerContext;

/// <summary>Docker's answer when a container has ended.</summary>
/// <param name="StatusCode">The exit code.</param>
internal sealed record DockerWaitAnswer(int StatusCode);
