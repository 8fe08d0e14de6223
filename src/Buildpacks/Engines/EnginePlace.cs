namespace Buildpacks.Engines;

/// <summary>Says in words where an engine keeps its images.</summary>
internal static class EnginePlace
{
    /// <summary>The place: <c>podman store of alice</c>, <c>docker at unix:///var/run/docker.sock</c>.</summary>
    public static string Of(IEngine engine) => engine.Kind switch
    {
        PackEngineKind.Docker => $"docker at {engine.Endpoint}",
        _ when engine.Endpoint.Contains("://", StringComparison.Ordinal) => $"podman at {engine.Endpoint}",
        _ => $"podman store of {Environment.UserName}",
    };
}
