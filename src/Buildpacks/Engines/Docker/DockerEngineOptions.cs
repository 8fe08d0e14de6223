using Buildpacks.Engines.Docker.Connection;
using Buildpacks.Engines.Docker.Endpoints;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Buildpacks.Engines.Docker;

/// <summary>How a docker engine is reached and who is told of the calls.</summary>
/// <param name="Endpoint"><c>unix:///path</c>, <c>npipe://./pipe/name</c>, <c>tcp://host:port</c>, <c>http://host:port</c>,
/// <c>https://host:port</c> or <c>ssh://user@host:port/path/of/socket</c>, where user, port and path may be absent.</param>
internal sealed record DockerEngineOptions(Uri Endpoint)
{
    /// <summary>How TLS is spoken with an engine on a TCP port; <see langword="null"/> for no TLS.</summary>
    public DockerTls? Tls { get; init; }

    /// <summary>The program <c>ssh</c>, for an endpoint that is reached over ssh; <see langword="null"/> when there is none.</summary>
    public string? Ssh { get; init; }

    /// <summary>Is told of every request; may be <see langword="null"/>.</summary>
    public IEngineCallObserver? Observer { get; init; }

    /// <summary>Makes the logger that gets a line for each request; silent by default.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;

    /// <summary>How long connecting may take; 10 seconds by default.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a question that moves no data may take to be answered; 2 minutes by default.</summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Asks the first question, for a caller who watches how long the engine takes; <see langword="null"/> for nobody.</summary>
    internal Func<Func<CancellationToken, Task<DockerSession>>, CancellationToken, Task<DockerSession>>? FirstQuestion { get; init; }
}
