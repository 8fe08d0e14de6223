using System.Net.Sockets;
using Buildpacks.Reporting;

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

    /// <summary>The engine speaks TLS only, and was spoken to without.</summary>
    public static PackException TlsRequired(string endpoint) =>
        new(PackErrorIds.DockerTlsRequired, PackErrorKind.Unauthorized, $"The docker engine at {endpoint} requires TLS")
        {
            Target = endpoint,
            RecommendedAction = "Set DOCKER_TLS_VERIFY to 1 and DOCKER_CERT_PATH to the folder with ca.pem, cert.pem and key.pem, or use a docker context with these files.",
        };

    /// <summary>TLS was spoken, and one side does not accept the other.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="why">The reason, as a clause.</param>
    /// <param name="folder">The folder of the certificates.</param>
    /// <param name="cause">The failure.</param>
    public static PackException TlsFailed(string endpoint, string why, string folder, Exception? cause) =>
        new(PackErrorIds.DockerTlsFailed, PackErrorKind.Unauthorized, $"The TLS connection to the docker engine at {endpoint} failed: {why}", cause)
        {
            Target = endpoint,
            RecommendedAction = $"Check the files in {folder}: ca.pem is the certificate that issued the engine's, cert.pem and key.pem are yours.",
        };

    /// <summary>There is no ssh on this machine.</summary>
    public static PackException SshNotFound(string endpoint) =>
        new(PackErrorIds.DockerSshNotFound, PackErrorKind.Unreachable, $"The docker endpoint {endpoint} needs the program ssh, which is not on PATH")
        {
            Target = endpoint,
            RecommendedAction = "Install an OpenSSH client (on Debian and Ubuntu: apt install openssh-client).",
        };

    /// <summary>ssh ended before docker answered.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="words">What ssh or the program on the other machine wrote.</param>
    /// <param name="cause">The failure; may be <see langword="null"/>.</param>
    public static PackException SshFailed(string endpoint, string words, Exception? cause = null) =>
        new(PackErrorIds.DockerUnreachable, PackErrorKind.Unreachable, $"No docker engine answers at {endpoint}: {words}", cause)
        {
            Target = endpoint,
            RecommendedAction = "Log in with ssh once by hand: it must know the host's key and find yours without a question. The docker command must be installed on that machine.",
        };

    /// <summary>An address with a password.</summary>
    public static PackException PasswordInAddress(Uri address) =>
        new(PackErrorIds.DockerEndpointInvalid, PackErrorKind.InvalidInput, $"The docker endpoint {UrlMask.HidePassword(address.OriginalString)} contains a password, which ssh does not take from an address")
        {
            Target = UrlMask.HidePassword(address.OriginalString),
            RecommendedAction = "Remove the password from the address, and log in with a key.",
        };

    /// <summary>The text is no endpoint.</summary>
    public static PackException Invalid(string endpoint) =>
        new(PackErrorIds.DockerEndpointInvalid, PackErrorKind.InvalidInput, $"'{endpoint}' is neither a docker endpoint nor a docker context")
        {
            Target = endpoint,
            RecommendedAction = "Write unix:///path/to/docker.sock, npipe://./pipe/docker_engine, tcp://host:2375, ssh://user@host, or the name of a docker context (docker context ls).",
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
