namespace Buildpacks.Engines.Docker;

/// <summary>Docker's answer when a container has ended.</summary>
/// <param name="StatusCode">The exit code.</param>
internal sealed record DockerWaitAnswer(int StatusCode);
