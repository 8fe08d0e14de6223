using System.Text.Json.Serialization;

namespace Buildpacks.Engines.Docker;

/// <summary>Reads the answers that are not read by Docker.DotNet.</summary>
[JsonSerializable(typeof(DockerImageAnswer))]
[JsonSerializable(typeof(DockerWaitAnswer))]
[JsonSerializable(typeof(DockerUsageAnswer))]
internal sealed partial class DockerJson : JsonSerializerContext;

/// <summary>Docker's answer when a container has ended.</summary>
/// <param name="StatusCode">The exit code.</param>
internal sealed record DockerWaitAnswer(int StatusCode);

/// <summary>Docker's answer about the space that is used.</summary>
/// <param name="Volumes">The volumes.</param>
internal sealed record DockerUsageAnswer(IReadOnlyList<DockerVolumeUsage?>? Volumes);

/// <summary>A volume with its size.</summary>
/// <param name="Name">Its name.</param>
/// <param name="UsageData">Its size.</param>
internal sealed record DockerVolumeUsage(string? Name, DockerUsage? UsageData);

/// <summary>The size of something.</summary>
/// <param name="Size">In bytes; -1 when docker does not know it.</param>
internal sealed record DockerUsage(long Size);
