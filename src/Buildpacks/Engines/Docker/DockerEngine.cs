using Buildpacks.Engines.Docker.Connection;

namespace Buildpacks.Engines.Docker;

/// <summary>An engine that speaks the Docker Engine API.</summary>
internal sealed class DockerEngine : IEngine
{
    private readonly DockerConnection _connection;
    private readonly DockerSystem _system;

    /// <summary>Makes an engine. Nothing is sent until the first operation.</summary>
    /// <param name="options">Where it is and who watches.</param>
    /// <exception cref="PackException"><c>DockerTlsInvalid</c>: files for TLS cannot be used. <c>DockerSshNotFound</c>.</exception>
    public DockerEngine(DockerEngineOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _connection = new DockerConnection(options);
        var calls = new DockerCalls(_connection);
        _system = new DockerSystem(calls, options.Endpoint);
        Images = new DockerImages(calls, _system);
        Containers = new DockerContainers(calls);
        Builds = new DockerBuilds(calls);
        Volumes = new DockerVolumes(calls, options.Endpoint.Scheme == "unix" && OperatingSystem.IsLinux());
        Networks = new DockerNetworks(calls);
        Endpoint = options.Endpoint.OriginalString;
        Capabilities = new()
        {
            HasSocket = true,
            NeedsCredentials = true,
            LoadsEveryName = true,
            InspectsHistory = false,
            MapsCopiedOwners = true,
            GivesMounts = false,
            CopiesIntoMounts = true,
            SharesLoopback = options.Endpoint is { Scheme: "unix" or "npipe" } or { Scheme: not "ssh", IsLoopback: true },
            StartsProcesses = false,
        };
    }

    /// <inheritdoc/>
    public PackEngineKind Kind => PackEngineKind.Docker;

    /// <inheritdoc/>
    public string Endpoint { get; }

    /// <inheritdoc/>
    public EngineCapabilities Capabilities { get; }

    /// <inheritdoc/>
    public IEngineImages Images { get; }

    /// <inheritdoc/>
    public IEngineContainers Containers { get; }

    /// <inheritdoc/>
    public IEngineVolumes Volumes { get; }

    /// <inheritdoc/>
    public IEngineNetworks Networks { get; }

    /// <summary>None: docker's single requests cost next to nothing.</summary>
    public IContainerPipe? Pipe => null;

    /// <inheritdoc/>
    public IEngineBuilds? Builds { get; }

    /// <inheritdoc/>
    public Task<EngineDescription> DescribeAsync(bool detail, CancellationToken cancellationToken) =>
        _system.DescribeAsync(detail, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _connection.Dispose();
        return ValueTask.CompletedTask;
    }
}
