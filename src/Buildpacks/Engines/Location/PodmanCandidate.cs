using Buildpacks.Configuration;
using Buildpacks.Engines.Podman;
using Buildpacks.Reporting;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Engines.Location;

/// <summary>Finds podman: its executable on PATH, and the connection or address it is to use.</summary>
internal static class PodmanCandidate
{
    /// <summary>How an address may begin whose slashes are left out.</summary>
    private const string ShortSocket = "unix:/";

    /// <summary>The podman of an environment; none is asked, and none is started.</summary>
    /// <param name="environment">The environment.</param>
    /// <param name="choice">What was chosen; an endpoint chosen for docker does not count.</param>
    /// <param name="loggers">For the engine's log.</param>
    public static EngineCandidate Find(EngineEnvironment environment, ResolvedChoice choice, ILoggerFactory loggers)
    {
        var (place, isAddress, source) = Place(environment, choice);

        // What Get-PackEngine shows of a podman without a connection, its executable, can be given back as the endpoint.
        var chosenExecutable = !isAddress && Path.IsPathFullyQualified(place ?? "") ? place : null;
        var executable = chosenExecutable ?? environment.FindProgram("podman");
        place = chosenExecutable is null ? place : null;
        var options = new PodmanOptions
        {
            Executable = executable,
            Url = isAddress ? place : null,
            Connection = isAddress ? null : place,
            Environment = Differences(environment),
            LoggerFactory = loggers,
        };
        return new EngineCandidate(
            PackEngineKind.Podman,
            UrlMask.HidePassword(place ?? executable ?? ""),
            source,
            (observer, _) => new PodmanEngine(options with { Observer = observer }))
        {
            Problem = executable is null ? NotInstalled("podman is not on PATH")
                : File.Exists(executable) ? null
                : NotInstalled($"the program {executable} does not exist", "Check the path of the endpoint. Without an endpoint, the podman on PATH is used."),
        };
    }

    /// <summary>The connections of the environment's podman: none when there is no podman.</summary>
    public static async Task<IReadOnlyList<(string Name, string Address)>> ListConnectionsAsync(
        EngineEnvironment environment, CancellationToken cancellationToken)
    {
        if (environment.FindProgram("podman") is not { } executable)
        {
            return [];
        }

        var options = new PodmanOptions { Executable = executable, Environment = Differences(environment) };
        return await PodmanConnections.ListAsync(options, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>podman takes CONTAINER_HOST and CONTAINER_CONNECTION by itself; they are read here to say so.</summary>
    private static (string? Place, bool IsAddress, string Source) Place(EngineEnvironment environment, ResolvedChoice choice)
    {
        if (choice is { Kind: PackEngineKind.Podman, Endpoint: { } chosen })
        {
            var written = chosen.StartsWith(ShortSocket, StringComparison.OrdinalIgnoreCase) && !IsAddress(chosen) ? "unix://" + chosen[(ShortSocket.Length - 1)..] : chosen;
            return (written, IsAddress(written), choice.EndpointSource);
        }

        // podman itself does not know the path of a socket without its scheme.
        if (environment.Get(PodmanPlace.HostVariable) is { } host)
        {
            return (Path.IsPathFullyQualified(host) ? "unix://" + host : host, true, PodmanPlace.HostVariable);
        }

        return environment.Get(PodmanPlace.ConnectionVariable) is { } connection
            ? (connection, false, PodmanPlace.ConnectionVariable)
            : (null, false, "PATH");
    }

    private static bool IsAddress(string place) => place.Contains("://", StringComparison.Ordinal);

    /// <summary>What a child of this process must be given to see the environment.</summary>
    private static Dictionary<string, string?> Differences(EngineEnvironment environment)
    {
        var own = EngineEnvironment.Current().Variables;
        var differences = own.Keys.Where(name => !environment.Variables.ContainsKey(name)).ToDictionary(name => name, _ => (string?)null);
        foreach (var (name, value) in environment.Variables)
        {
            if (own.GetValueOrDefault(name) != value)
            {
                differences[name] = value;
            }
        }

        return differences;
    }

    private static PackException NotInstalled(
        string why, string nextStep = "Install podman (on Debian and Ubuntu: apt install podman), or use docker.") =>
        new(PackErrorIds.PodmanNotInstalled, PackErrorKind.Unreachable, why)
        {
            Target = "podman",
            RecommendedAction = nextStep,
        };
}
