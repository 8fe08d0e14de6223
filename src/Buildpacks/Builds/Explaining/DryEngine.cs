using Buildpacks.Engines;
using Buildpacks.Oci;
using Buildpacks.Stores;
using Buildpacks.Stores.Registry;

namespace Buildpacks.Builds.Explaining;

/// <summary>
/// An engine for planning a build that does not run. A pull reads manifest and config of the image from its registry, which is a few kilobytes,
/// and nothing changes in the engine. Without an engine, all images are in registries.
/// </summary>
/// <param name="engine">The engine; <see langword="null"/> when none answered.</param>
/// <param name="kind">The kind of engine that was asked for.</param>
/// <param name="registry">The images in registries.</param>
internal sealed class DryEngine(IEngine? engine, PackEngineKind kind, IImageStore registry) : IEngine, IEngineImages, IEngineBuilds
{
    private readonly Dictionary<ImageReference, ImageDetail> _pulled = [];

    /// <inheritdoc/>
    public PackEngineKind Kind => engine?.Kind ?? kind;

    /// <inheritdoc/>
    public string Endpoint => engine?.Endpoint ?? "";

    /// <inheritdoc/>
    public EngineCapabilities Capabilities => engine?.Capabilities ?? new EngineCapabilities
    {
        HasSocket = true, NeedsCredentials = false, GivesMounts = false, CopiesIntoMounts = false, LoadsEveryName = true, InspectsHistory = true, StartsProcesses = false, SharesLoopback = true,
    };

    /// <inheritdoc/>
    public IEngineImages Images => this;

    /// <inheritdoc/>
    public IEngineContainers Containers => throw NotHere();

    /// <inheritdoc/>
    public IEngineVolumes Volumes => throw NotHere();

    /// <inheritdoc/>
    public IEngineNetworks Networks => throw NotHere();

    /// <inheritdoc/>
    public IContainerPipe? Pipe => null;

    /// <inheritdoc/>
    public IEngineBuilds? Builds => engine is { Builds: null } ? null : this;

    /// <summary>Whether an image was found in its registry, so that a build pulls it.</summary>
    /// <param name="name">The image's name.</param>
    public bool IsPulled(string name) => Pulled(name) is not null;

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<string, ImageDetail>> InspectAsync(IReadOnlyCollection<string> names, CancellationToken cancellationToken)
    {
        var known = new Dictionary<string, ImageDetail>(StringComparer.Ordinal);
        foreach (var name in names)
        {
            if (Pulled(name) is { } image)
            {
                known[name] = image;
            }
        }

        string[] others = [.. names.Where(name => !known.ContainsKey(name))];
        if (engine is not null && others.Length > 0)
        {
            foreach (var (name, detail) in await engine.Images.InspectAsync(others, cancellationToken).ConfigureAwait(false))
            {
                known[name] = detail;
            }
        }

        return known;
    }

    /// <inheritdoc/>
    public async Task PullAsync(ImageTransfer transfer, IProgress<EngineProgress>? progress, CancellationToken cancellationToken)
    {
        var name = ImageReference.Parse(transfer.Name);
        var platform = transfer.Platform is { } text && OciPlatform.Find(text) is { } asked ? asked : RegistryAccess.DefaultPlatform;
        var image = await registry.ResolveAsync(name, platform, cancellationToken).ConfigureAwait(false);
        _pulled[name] = new ImageDetail { Id = image.Id, Digest = image.Digest, Config = image.Config };
    }

    /// <inheritdoc/>
    public Task TagAsync(string source, string target, CancellationToken cancellationToken)
    {
        if ((Pulled(source) ?? _pulled.Values.FirstOrDefault(image => image.Id == source)) is { } image)
        {
            _pulled[ImageReference.Parse(target)] = image;
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task RemoveAsync(string name, bool force, CancellationToken cancellationToken)
    {
        _pulled.Remove(ImageReference.Parse(name));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<ImageHistoryEntry>> GetHistoryAsync(string name, CancellationToken cancellationToken) =>
        engine is null || _pulled.Values.Any(image => image.Id == name) ? Task.FromResult<IReadOnlyList<ImageHistoryEntry>>([]) : engine.Images.GetHistoryAsync(name, cancellationToken);

    /// <inheritdoc/>
    public Task<ImageStoreTraits> GetTraitsAsync(CancellationToken cancellationToken) => throw NotHere();

    /// <inheritdoc/>
    public Task<IReadOnlyList<ImageSummary>> ListAsync(ImageListOptions options, CancellationToken cancellationToken) => throw NotHere();

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> LoadAsync(ArchiveWriter writeArchive, IProgress<EngineProgress>? progress, CancellationToken cancellationToken) => throw NotHere();

    /// <inheritdoc/>
    public Task<Stream> SaveAsync(IReadOnlyCollection<string> names, CancellationToken cancellationToken) => throw NotHere();

    /// <inheritdoc/>
    public Task PushAsync(ImageTransfer transfer, IProgress<EngineProgress>? progress, CancellationToken cancellationToken) => throw NotHere();

    /// <inheritdoc/>
    public Task<string> BuildAsync(ImageBuild build, IContainerOutput output, CancellationToken cancellationToken) => throw NotHere();

    /// <inheritdoc/>
    public Task<EngineDescription> DescribeAsync(bool detail, CancellationToken cancellationToken) => throw NotHere();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private ImageDetail? Pulled(string name) => ImageReference.Find(name) is { } reference ? _pulled.GetValueOrDefault(reference) : null;

    private static NotSupportedException NotHere() => new("nothing runs, and nothing changes");
}
