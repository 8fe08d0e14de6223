using Buildpacks.Configuration;
using Buildpacks.Engines.Docker;
using Buildpacks.Engines.Docker.Endpoints;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Engines.Location;

/// <summary>Finds the places where a docker engine may be.</summary>
internal static class DockerCandidates
{
    /// <summary>The places of an environment, in the order in which they are tried; none is asked.</summary>
    /// <param name="environment">The environment.</param>
    /// <param name="choice">What was chosen; an endpoint chosen for podman does not count.</param>
    /// <param name="loggers">For the engines' log.</param>
    public static IReadOnlyList<EngineCandidate> Find(EngineEnvironment environment, ResolvedChoice choice, ILoggerFactory loggers)
    {
        IReadOnlyList<DockerEndpoint> endpoints = choice is { Kind: PackEngineKind.Docker, Endpoint: { } chosen }
            ? [DockerEndpoints.Named(environment, chosen, choice.EndpointSource)]
            : DockerEndpoints.Find(environment);
        return [.. endpoints.Select(endpoint => Candidate(endpoint, environment, loggers))];
    }

    private static EngineCandidate Candidate(DockerEndpoint endpoint, EngineEnvironment environment, ILoggerFactory loggers)
    {
        Uri? address = null;
        PackException? problem = null;
        try
        {
            address = endpoint.ToUri();
            problem = DockerEndpoints.MayExist(endpoint) ? null : DockerEndpointErrors.Unreachable(endpoint.Address, "the socket does not exist");
        }
        catch (PackException exception)
        {
            problem = exception;
        }

        return new EngineCandidate(PackEngineKind.Docker, endpoint.Address, endpoint.Source, Open) { Problem = problem };

        DockerEngine Open(IEngineCallObserver? observer, EngineWait? wait) => new(new DockerEngineOptions(address!)
        {
            Tls = endpoint.Tls,
            Ssh = environment.FindProgram("ssh"),
            Observer = observer,
            LoggerFactory = loggers,
            FirstQuestion = wait is null ? null : (question, cancellationToken) => wait.AskAsync(PackEngineKind.Docker, endpoint.Address, question, cancellationToken),
        });
    }
}
