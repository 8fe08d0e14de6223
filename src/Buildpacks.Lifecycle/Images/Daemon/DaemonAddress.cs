using Buildpacks.Lifecycle.Errors;

namespace Buildpacks.Lifecycle.Images.Daemon;

/// <summary>Finds the daemon's socket.</summary>
internal static class DaemonAddress
{
    private const string Variable = "DOCKER_HOST";
    private const string DefaultSocket = "/var/run/docker.sock";
    private const string Scheme = "unix://";

    /// <summary>The socket's path.</summary>
    /// <exception cref="LifecycleException">DOCKER_HOST names something other than a unix socket: exit code 3.</exception>
    public static string SocketPath(IReadOnlyDictionary<string, string> environment)
    {
        var host = environment.GetValueOrDefault(Variable, "");
        if (host.Length == 0)
        {
            return DefaultSocket;
        }

        return host.StartsWith(Scheme, StringComparison.Ordinal)
            ? host[Scheme.Length..]
            : throw new LifecycleException(
                ExitCodes.InvalidArguments,
                $"failed to parse arguments: {Variable} is '{host}', but this lifecycle reaches a daemon through a unix socket only, such as {Scheme}{DefaultSocket}");
    }
}
