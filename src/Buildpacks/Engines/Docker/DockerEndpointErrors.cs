using System.Net.Sockets;

namespace Buildpacks.Engines.Docker;

/// <summary>Makes the failures of reaching a docker engine at all, each with an id of its own.</summary>
internal static class DockerEndpointErrors
{
    /// <summary>Nothing answers at the endpoint.</summary>
    public static PackException Unreachable(string endpoint, string why, Exception? cause = null) =>
        new(PackErrorIds.DockerUnreachable, PackErrorKind.Unreachable, $"No docker engine answers at {endpoint}: {why}", cause)
        {
            Target = endpoint,
            RecommendedAction = "Start docker, or select another engine with Set-PackEngine; Get-PackEngine -ListAvailable shows the engines that answer.",
        };

    /// <summary>The socket is there, and this user may not use it.</summary>
    public static PackException PermissionDenied(string endpoint, Exception? cause = null) =>
        new(PackErrorIds.DockerPermissionDenied, PackErrorKind.Unauthorized, $"This user may not use the docker engine at {endpoint}: permission denied", cause)
        {
            Target = endpoint,
            RecommendedAction = "Add the user to the group that owns the socket (usually docker) and log in again, or use podman, which does not need this permission.",
        };

    /// <summary>The endpoint wants TLS.</summary>
    public static PackException TlsUnsupported(string endpoint) =>
        new(PackErrorIds.DockerTlsUnsupported, PackErrorKind.Unsupported, $"The docker endpoint {endpoint} needs TLS, which is not supported")
        {
            Target = endpoint,
            RecommendedAction = "Forward the engine's socket, for example with 'ssh -L /tmp/docker.sock:/var/run/docker.sock HOST', and use unix:///tmp/docker.sock.",
        };

    /// <summary>The endpoint is reached over ssh.</summary>
    public static PackException SshUnsupported(string endpoint) =>
        new(PackErrorIds.DockerSshUnsupported, PackErrorKind.Unsupported, $"The docker endpoint {endpoint} needs ssh, which is not supported")
        {
            Target = endpoint,
            RecommendedAction = "Forward the engine's socket with 'ssh -L /tmp/docker.sock:/var/run/docker.sock HOST', and use unix:///tmp/docker.sock.",
        };

    /// <summary>The text is no endpoint.</summary>
    public static PackException Invalid(string endpoint) =>
        new(PackErrorIds.DockerEndpointInvalid, PackErrorKind.InvalidInput, $"'{endpoint}' is not a docker endpoint")
        {
            Target = endpoint,
            RecommendedAction = "Write unix:///path/to/docker.sock, npipe://./pipe/docker_engine or tcp://host:2375.",
        };

    /// <summary>Something else answers at the endpoint.</summary>
    public static PackException NotDocker(string endpoint, int status) =>
        new(PackErrorIds.DockerUnreachable, PackErrorKind.Unreachable, $"The server at {endpoint} is not a docker engine (HTTP status {status}, no API version)")
        {
            Target = endpoint,
            Status = status,
            RecommendedAction = "Check the address and the port: they must belong to a Docker Engine API, such as unix:///var/run/docker.sock or tcp://host:2375.",
        };

    /// <summary>The engine is too old.</summary>
    public static PackException TooOld(string endpoint, Version offered) =>
        new(PackErrorIds.DockerTooOld, PackErrorKind.Unsupported, $"The docker engine at {endpoint} has API version {offered}; {OldestEngines.DockerApi} or later is required")
        {
            Target = endpoint,
            RecommendedAction = $"Upgrade docker to {OldestEngines.Docker} or later.",
        };

    /// <summary>The engine took the question and did not answer.</summary>
    public static PackException NoAnswer(string endpoint, string operation, TimeSpan waited, Exception cause) =>
        new(PackErrorIds.DockerUnreachable, PackErrorKind.Unreachable, $"The docker engine at {endpoint} did not answer {operation} within {waited.TotalSeconds:0} seconds", cause)
        {
            Target = endpoint,
            RecommendedAction = "Check whether the engine hangs, for example with 'docker info'.",
        };

    /// <summary>Translates the failure to connect.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="socketError">What the socket said; <see langword="null"/> when it got that far not.</param>
    /// <param name="cause">The failure.</param>
    public static PackException Connecting(Uri endpoint, SocketError? socketError, Exception cause)
    {
        var name = endpoint.OriginalString;
        var path = endpoint.Scheme == "unix" ? Uri.UnescapeDataString(endpoint.AbsolutePath) : null;
        return socketError switch
        {
            SocketError.AccessDenied => PermissionDenied(name, cause),
            _ when path is not null && !File.Exists(path) => Unreachable(name, "the socket does not exist", cause),
            SocketError.ConnectionRefused => Unreachable(name, "the connection was refused", cause),
            SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => Unreachable(name, "the host is not known", cause),
            _ => Unreachable(name, cause.Message, cause),
        };
    }
}
