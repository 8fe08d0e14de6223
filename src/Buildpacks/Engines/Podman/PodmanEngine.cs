using Buildpacks.Engines.Podman.Cli;
using Buildpacks.Engines.Podman.Json;
using Buildpacks.Reporting;

namespace Buildpacks.Engines.Podman;

/// <summary>
/// podman as a container engine: each operation starts the podman executable, which works by itself (as root or not) or as a
/// client of a podman service.
/// </summary>
public sealed class PodmanEngine : IContainerEngine
{
    private readonly PodmanOptions _options;
    private readonly PodmanCli _cli;
    private readonly PodmanImages _images;
    private readonly PodmanTransfers _transfers;
    private readonly PodmanVolumes _volumes;
    private readonly PodmanNetworks _networks;
    private readonly PodmanContainers _containers;
    private readonly PodmanContainerStreams _streams;
    private readonly PodmanPipe? _pipe;

    /// <summary>Prepares the engine; starts no process.</summary>
    /// <param name="options">How podman is started.</param>
    public PodmanEngine(PodmanOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _cli = new PodmanCli(options);
        _images = new PodmanImages(_cli);
        _transfers = new PodmanTransfers(_cli, _images);
        _volumes = new PodmanVolumes(_cli);
        _networks = new PodmanNetworks(_cli);
        _containers = new PodmanContainers(_cli, _images);
        _streams = new PodmanContainerStreams(_cli, _containers);
        _pipe = PodmanPlace.IsHere(options) ? new PodmanPipe(_cli, _images, _containers) : null;
    }

    /// <inheritdoc/>
    public PackEngineKind Kind => PackEngineKind.Podman;

    /// <inheritdoc/>
    public string Endpoint => UrlMask.HidePassword(_options.Url ?? _options.Connection ?? _cli.Executable);

    /// <inheritdoc/>
    public IContainerPipe? Pipe => _pipe;

    /// <inheritdoc/>
    public async Task<EngineDescription> DescribeAsync(bool detail, CancellationToken cancellationToken) =>
        detail
            ? PodmanDescription.Read(PodmanAnswer.Read(
                await _cli.RunAsync(new PodmanCommand(EngineOperation.Info, "info", "--format=json"), cancellationToken).ConfigureAwait(false),
                PodmanJson.Default.PodmanInfo))
            : PodmanDescription.Read(PodmanAnswer.Read(
                await _cli.RunAsync(new PodmanCommand(EngineOperation.Version, "version", "--format=json"), cancellationToken).ConfigureAwait(false),
                PodmanJson.Default.PodmanVersion));

    /// <inheritdoc/>
    public Task<IReadOnlyList<ImageSummary>> ListImagesAsync(ImageListOptions options, CancellationToken cancellationToken) =>
        _images.ListAsync(options, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<string, ImageDetail>> InspectImagesAsync(
        IReadOnlyCollection<string> names, CancellationToken cancellationToken) =>
        _images.InspectAsync(names, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<ImageHistoryEntry>> GetImageHistoryAsync(string name, CancellationToken cancellationToken) =>
        _images.HistoryAsync(name, cancellationToken);

    /// <inheritdoc/>
    public Task TagImageAsync(string source, string target, CancellationToken cancellationToken) =>
        _images.TagAsync(source, target, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> LoadImagesAsync(
        ArchiveWriter writeArchive, IProgress<EngineProgress>? progress, CancellationToken cancellationToken) =>
        _transfers.LoadAsync(writeArchive, progress, cancellationToken);

    /// <inheritdoc/>
    public Task<Stream> SaveImagesAsync(IReadOnlyCollection<string> names, CancellationToken cancellationToken) =>
        _transfers.SaveAsync(names, cancellationToken);

    /// <inheritdoc/>
    public Task RemoveImageAsync(string name, bool force, CancellationToken cancellationToken) =>
        _images.RemoveAsync(name, force, cancellationToken);

    /// <inheritdoc/>
    public Task PullImageAsync(ImageTransfer transfer, IProgress<EngineProgress>? progress, CancellationToken cancellationToken) =>
        _transfers.PullAsync(transfer, progress, cancellationToken);

    /// <inheritdoc/>
    public Task PushImageAsync(ImageTransfer transfer, IProgress<EngineProgress>? progress, CancellationToken cancellationToken) =>
        _transfers.PushAsync(transfer, progress, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<VolumeSummary>> ListVolumesAsync(CancellationToken cancellationToken) =>
        _volumes.ListAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<bool> CreateVolumeAsync(string name, IReadOnlyDictionary<string, string> labels, CancellationToken cancellationToken) =>
        _volumes.CreateAsync(name, labels, cancellationToken);

    /// <inheritdoc/>
    public Task RemoveVolumeAsync(string name, bool force, CancellationToken cancellationToken) =>
        _volumes.RemoveAsync(name, force, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<NetworkSummary>> ListNetworksAsync(CancellationToken cancellationToken) =>
        _networks.ListAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<ContainerSummary>> ListContainersAsync(string label, CancellationToken cancellationToken) =>
        _containers.ListAsync(label, cancellationToken);

    /// <inheritdoc/>
    public Task<string> CreateContainerAsync(ContainerSpec spec, CancellationToken cancellationToken) =>
        _containers.CreateAsync(spec, cancellationToken);

    /// <inheritdoc/>
    public Task CopyToContainerAsync(string container, string path, ArchiveWriter writeArchive, CancellationToken cancellationToken) =>
        _streams.CopyToAsync(container, path, writeArchive, cancellationToken);

    /// <inheritdoc/>
    public Task<Stream> CopyFromContainerAsync(string container, string path, CancellationToken cancellationToken) =>
        _streams.CopyFromAsync(container, path, cancellationToken);

    /// <inheritdoc/>
    public Task<ContainerDetail> InspectContainerAsync(string container, CancellationToken cancellationToken) =>
        _containers.InspectAsync(container, cancellationToken);

    /// <inheritdoc/>
    public Task StartContainerAsync(string container, CancellationToken cancellationToken) =>
        _containers.StartAsync(container, cancellationToken);

    /// <inheritdoc/>
    public Task<int> AttachContainerAsync(
        string container, bool start, IContainerOutput output, CancellationToken cancellationToken) =>
        _streams.AttachAsync(container, start, output, cancellationToken);

    /// <inheritdoc/>
    public Task<int> WaitContainerAsync(string container, CancellationToken cancellationToken) =>
        _containers.WaitAsync(container, cancellationToken);

    /// <inheritdoc/>
    public Task RemoveContainerAsync(string container, bool force, CancellationToken cancellationToken) =>
        _containers.RemoveAsync(container, force, cancellationToken);

    /// <summary>Does nothing: no process outlives its operation.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
