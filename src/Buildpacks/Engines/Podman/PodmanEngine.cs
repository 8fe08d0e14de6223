using Buildpacks.Engines.Podman.Cli;
using Buildpacks.Engines.Podman.Json;
using Buildpacks.Reporting;

namespace Buildpacks.Engines.Podman;

/// <summary>
/// podman as a container engine: each operation starts the podman executable, which works by itself (as root or not) or as a
/// client of a podman service.
/// </summary>
internal sealed class PodmanEngine : IEngine
{
    private readonly PodmanOptions _options;
    private readonly PodmanCli _cli;

    /// <summary>Prepares the engine; starts no process.</summary>
    /// <param name="options">How podman is started.</param>
    public PodmanEngine(PodmanOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _cli = new PodmanCli(options);
        var images = new PodmanImages(_cli);
        var containers = new PodmanContainers(_cli, images);
        Images = images;
        Containers = containers;
        var isHere = PodmanPlace.IsHere(options);
        Builds = new PodmanBuilds(_cli, isHere);
        Volumes = new PodmanVolumes(_cli, isHere);
        Networks = new PodmanNetworks(_cli);
        Pipe = isHere ? new PodmanPipe(_cli, images, containers) : null;
        Capabilities = new()
        {
            HasSocket = false,
            NeedsCredentials = false,
            LoadsEveryName = false,
            InspectsHistory = true,
            GivesMounts = true,
            CopiesIntoMounts = false,
            SharesLoopback = isHere,
            StartsProcesses = true,
            PullsInsecure = true,
        };
    }

    /// <inheritdoc/>
    public PackEngineKind Kind => PackEngineKind.Podman;

    /// <inheritdoc/>
    public string Endpoint => UrlMask.HidePassword(_options.Url ?? _options.Connection ?? _cli.Executable);

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

    /// <inheritdoc/>
    public IContainerPipe? Pipe { get; }

    /// <inheritdoc/>
    public IEngineBuilds? Builds { get; }

    /// <inheritdoc/>
    public async Task<EngineDescription> DescribeAsync(bool detail, CancellationToken cancellationToken) =>
        detail
            ? PodmanDescription.Read(PodmanAnswer.Read(
                await _cli.RunAsync(new PodmanCommand(EngineOperation.Info, "info", "--format=json"), cancellationToken).ConfigureAwait(false),
                PodmanJson.Default.PodmanInfo))
            : PodmanDescription.Read(PodmanAnswer.Read(
                await _cli.RunAsync(new PodmanCommand(EngineOperation.Version, "version", "--format=json"), cancellationToken).ConfigureAwait(false),
                PodmanJson.Default.PodmanVersion));

    /// <summary>Does nothing: no process outlives its operation.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
