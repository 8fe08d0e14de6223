using System.Security.Cryptography;
using System.Text;

namespace Buildpacks.Engines;

/// <summary>Names an engine and its store, so that a build on another store does not look there for what is not its own.</summary>
internal static class EngineKey
{
    /// <summary>What leads one engine to different stores.</summary>
    private static readonly string[] Variables =
    [
        "CONTAINERS_CONF", "CONTAINERS_STORAGE_CONF", "CONTAINER_HOST", "CONTAINER_CONNECTION", "HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME",
    ];

    /// <summary>The name of an engine.</summary>
    public static string Of(IEngine engine)
    {
        var settings = string.Join('\n', Variables.Select(name => $"{name}={Environment.GetEnvironmentVariable(name)}").Append(Environment.UserName));
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(settings));
        return $"{engine.Kind} {engine.Endpoint} {Convert.ToHexString(hash, 0, 6).ToLowerInvariant()}";
    }
}

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
