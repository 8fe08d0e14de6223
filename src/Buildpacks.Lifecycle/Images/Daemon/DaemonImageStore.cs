using Buildpacks.Lifecycle.Caching;
using Buildpacks.Lifecycle.Logging;
using Buildpacks.Oci;

namespace Buildpacks.Lifecycle.Images.Daemon;

/// <summary>The images of an engine behind docker's Engine API.</summary>
internal sealed class DaemonImageStore : IImageStore
{
    // A daemon may close a connection on which it has heard nothing for minutes.
    private static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(20);

    private readonly DaemonClient client;
    private readonly string? launchCacheFolder;
    private readonly ImageNameParser names;
    private readonly ILifecycleLog log;
    private readonly Lazy<VolumeCache?> launchCache;
    private readonly Lazy<DirectoryInfo> scratch;

    /// <summary>Opens the store.</summary>
    /// <param name="client">The way to the daemon; closed with this.</param>
    /// <param name="launchCacheFolder">The folder with layers of earlier images; <see langword="null"/> when the platform gave none.</param>
    /// <param name="names">Reads image names.</param>
    /// <param name="log">Where its lines go.</param>
    public DaemonImageStore(DaemonClient client, string? launchCacheFolder, ImageNameParser names, ILifecycleLog log)
    {
        this.client = client;
        this.launchCacheFolder = launchCacheFolder;
        this.names = names;
        this.log = log;
        launchCache = new(() => this.launchCacheFolder is null ? null : new VolumeCache(this.launchCacheFolder));
        scratch = new(() => Directory.CreateTempSubdirectory("lifecycle.layers."));
    }

    /// <inheritdoc/>
    public string Place => "in the daemon";

    /// <inheritdoc/>
    public string NameOf(string name) => name;

    /// <inheritdoc/>
    public async Task<ExistingImage?> FindAsync(string name, CancellationToken cancellationToken)
    {
        if (await client.InspectAsync(name, cancellationToken) is not { } image)
        {
            return null;
        }

        var steps = await client.HistoryAsync(image.Id, cancellationToken);
        var config = image.ToConfig(DaemonHistoryEntry.ToHistory(steps, image.RootFs.Layers?.Count ?? 0));
        return new ExistingImage(name, OciDigest.IsValid(image.Id) ? OciDigest.Hex(image.Id) : image.Id, config) { IsKnownByManifest = image.IsKnownByManifest };
    }

    /// <inheritdoc/>
    public async Task<Stream?> OpenLayerAsync(ExistingImage image, string diffId, CancellationToken cancellationToken)
    {
        if (!image.DiffIds.Contains(diffId))
        {
            return null;
        }

        var path = launchCache.Value?.Find(diffId)
            ?? (await ImageDownload.LayersAsync(client, image, new HashSet<string> { diffId }, scratch.Value.FullName, cancellationToken)).GetValueOrDefault(diffId);
        return path is null ? null : LayerStream.Open(path);
    }

    /// <inheritdoc/>
    public IImageExport StartExport(string name, ExistingImage runImage, ExistingImage? previous) =>
        new DaemonExport(client, launchCache.Value, scratch.Value.FullName, runImage, previous, FullName, log);

    private string FullName(string name) => names.Parse(name).ToString();

    /// <inheritdoc/>
    public async Task KeepAliveAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(PingInterval, cancellationToken);
                await client.PingAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The build is over.
        }
        catch (IOException e)
        {
            log.Debug($"ping error: {e.Message}");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        client.Dispose();
        if (scratch.IsValueCreated)
        {
            scratch.Value.Delete(recursive: true);
        }
    }
}
