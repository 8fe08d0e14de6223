using Buildpacks.Engines.Docker.Connection;

namespace Buildpacks.Engines.Docker;

/// <summary>An engine that speaks the Docker Engine API. Each group of operations has a class of its own; this one only hands on.</summary>
public sealed class DockerEngine : IContainerEngine
{
    private readonly DockerConnection _connection;
    private readonly DockerSystem _system;
    private readonly DockerImages _images;
    private readonly DockerImageTransfers _transfers;
    private readonly DockerVolumes _volumes;
    private readonly DockerNetworks _networks;
    private readonly DockerContainers _containers;
    private readonly DockerContainerFiles _files;
    private readonly DockerContainerRuns _runs;

    /// <summary>Makes an engine. Nothing is sent until the first operation.</summary>
    /// <param name="options">Where it is and who watches.</param>
    /// <exception cref="PackException">Unsupported, when the endpoint is one that cannot be spoken to (ssh, https).</exception>
    public DockerEngine(DockerEngineOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _connection = new DockerConnection(options);
        var calls = new DockerCalls(_connection);
        _system = new DockerSystem(calls, options.Endpoint);
        _images = new DockerImages(calls);
        _transfers = new DockerImageTransfers(calls);
        _volumes = new DockerVolumes(calls);
        _networks = new DockerNetworks(calls);
        _containers = new DockerContainers(calls);
        _files = new DockerContainerFiles(calls);
        _runs = new DockerContainerRuns(calls, _containers);
        Endpoint = options.Endpoint.OriginalString;
    }

    /// <inheritdoc/>
    public PackEngineKind Kind => PackEngineKind.Docker;

    /// <inheritdoc/>
    public string Endpoint { get; }

    /// <summary>None: docker's single requests cost next to nothing.</summary>
    public IContainerPipe? Pipe => null;

    /// <inheritdoc/>
    public Task<EngineDescription> DescribeAsync(bool detail, CancellationToken cancellationToken) =>
        _system.DescribeAsync(detail, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<ImageSummary>> ListImagesAsync(ImageListOptions options, CancellationToken cancellationToken) =>
        _images.ListAsync(options, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<string, ImageDetail>> InspectImagesAsync(
        IReadOnlyCollection<string> names, CancellationToken cancellationToken) => _images.InspectAsync(names, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<ImageHistoryEntry>> GetImageHistoryAsync(string name, CancellationToken cancellationToken) =>
        _images.GetHistoryAsync(name, cancellationToken);

    /// <inheritdoc/>
    public Task TagImageAsync(string source, string target, CancellationToken cancellationToken) =>
        _images.TagAsync(source, target, cancellationToken);

    /// <inheritdoc/>
    public Task RemoveImageAsync(string name, bool force, CancellationToken cancellationToken) =>
        _images.RemoveAsync(name, force, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> LoadImagesAsync(
        ArchiveWriter writeArchive, IProgress<EngineProgress>? progress, CancellationToken cancellationToken) =>
        _transfers.LoadAsync(writeArchive, progress, cancellationToken);

    /// <inheritdoc/>
    public Task<Stream> SaveImagesAsync(IReadOnlyCollection<string> names, CancellationToken cancellationToken) =>
        _transfers.SaveAsync(names, cancellationToken);

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
    public Task<ContainerDetail> InspectContainerAsync(string container, CancellationToken cancellationToken) =>
        _containers.InspectAsync(container, cancellationToken);

    /// <inheritdoc/>
    public Task RemoveContainerAsync(string container, bool force, CancellationToken cancellationToken) =>
        _containers.RemoveAsync(container, force, cancellationToken);

    /// <inheritdoc/>
    public Task CopyToContainerAsync(
        string container, string path, ArchiveWriter writeArchive, CancellationToken cancellationToken) =>
        _files.CopyToAsync(container, path, writeArchive, cancellationToken);

    /// <inheritdoc/>
    public Task<Stream> CopyFromContainerAsync(string container, string path, CancellationToken cancellationToken) =>
        _files.CopyFromAsync(container, path, cancellationToken);

    /// <inheritdoc/>
    public Task StartContainerAsync(string container, CancellationToken cancellationToken) =>
        _runs.StartAsync(container, cancellationToken);

    /// <inheritdoc/>
    public Task<int> AttachContainerAsync(
        string container, bool start, IContainerOutput output, CancellationToken cancellationToken) =>
        _runs.AttachAsync(container, start, output, cancellationToken);

    /// <inheritdoc/>
    public Task<int> WaitContainerAsync(string container, CancellationToken cancellationToken) =>
        _runs.WaitAsync(container, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _connection.Dispose();
        return ValueTask.CompletedTask;
    }
}
