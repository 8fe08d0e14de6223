using Buildpacks.Configuration;

namespace Buildpacks.Engines.Docker.Endpoints;

/// <summary>One way in which a docker endpoint can be configured.</summary>
internal interface IDockerEndpointProvider
{
    /// <summary>The endpoints that this way names, without asking any of them.</summary>
    /// <returns>None, when it names nothing.</returns>
    IEnumerable<DockerEndpoint> Find(EngineEnvironment environment);
}

/// <summary>A place where a docker engine may be.</summary>
/// <param name="Address">The address as it was written.</param>
/// <param name="Source">Who named it: <c>parameter</c>, <c>DOCKER_HOST</c>, <c>context NAME</c>, <c>default socket</c>, ….</param>
internal sealed record DockerEndpoint(string Address, string Source)
{
    /// <summary>Whether somebody asked for just this one: then no other is tried.</summary>
    public bool IsChosen { get; init; }

    /// <summary>How TLS is spoken with it; <see langword="null"/> for no TLS.</summary>
    public DockerTls? Tls { get; init; }

    /// <summary>Why it cannot be used, known before it is tried; <see langword="null"/> when nothing speaks against it.</summary>
    public PackException? Problem { get; init; }

    /// <summary>The address as a URI.</summary>
    /// <exception cref="PackException">It cannot be used: <see cref="Problem"/>, or the address is none.</exception>
    public Uri ToUri() => Problem is null ? DockerAddress.Parse(Address) : throw Problem;
}
