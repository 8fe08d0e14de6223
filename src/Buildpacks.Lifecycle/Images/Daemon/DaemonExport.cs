using System.Diagnostics.CodeAnalysis;
using Buildpacks.Lifecycle.Caching;
using Buildpacks.Lifecycle.Layers;
using Buildpacks.Lifecycle.Layers.Hashing;
using Buildpacks.Lifecycle.Logging;
using Buildpacks.Oci;

namespace Buildpacks.Lifecycle.Images.Daemon;

/// <summary>
/// Loads an app image into a daemon. The daemon knows a layer by all the layers below it, so a layer that it has at that
/// place is sent as an empty file; a daemon that does not take that gets all layers in a second try, and one that would
/// take the empty file for the layer gets them at once.
/// </summary>
internal sealed class DaemonExport : IImageExport
{
    private readonly DaemonClient client;
    private readonly VolumeCache? launchCache;
    private readonly string scratch;
    private readonly ExistingImage runImage;
    private readonly ExistingImage? previous;
    private readonly Func<string, string> fullName;
    private readonly ILifecycleLog log;
    private readonly List<string> diffIds;
    private readonly Dictionary<string, string> files = new(StringComparer.Ordinal);

    /// <summary>Starts an image.</summary>
    /// <param name="client">The way to the daemon.</param>
    /// <param name="launchCache">Keeps the image's layers for the next build; <see langword="null"/> when the platform gave none.</param>
    /// <param name="scratch">A folder for layers that go nowhere else.</param>
    /// <param name="runImage">The image it is based on.</param>
    /// <param name="previous">The image whose layers may be used again.</param>
    /// <param name="fullName">Writes out a name with its registry and tag.</param>
    /// <param name="log">Where its lines go.</param>
    public DaemonExport(
        DaemonClient client,
        VolumeCache? launchCache,
        string scratch,
        ExistingImage runImage,
        ExistingImage? previous,
        Func<string, string> fullName,
        ILifecycleLog log)
    {
        this.client = client;
        this.launchCache = launchCache;
        this.scratch = scratch;
        this.runImage = runImage;
        this.previous = previous;
        this.fullName = fullName;
        this.log = log;
        diffIds = [.. runImage.DiffIds];
    }

    /// <inheritdoc/>
    public bool CanReuse(string diffId) =>
        !runImage.IsKnownByManifest && IsLikePrevious(diffIds.Count) && diffIds.Count < previous.DiffIds.Count && previous.DiffIds[diffIds.Count] == diffId;

    /// <inheritdoc/>
    public void Reuse(string diffId)
    {
        if (previous?.DiffIds.Contains(diffId) != true)
        {
            throw new InvalidDataException($"the previous image has no layer {diffId}");
        }

        launchCache?.TryReuse(diffId);
        diffIds.Add(diffId);
    }

    /// <inheritdoc/>
    public string Add(LayerSource layer)
    {
        var path = Path.Combine(scratch, $"layer-{diffIds.Count}");
        string diffId;
        if (launchCache is null)
        {
            diffId = LayerHasher.WriteFile(layer, path);
        }
        else
        {
            (path, diffId) = launchCache.Add(layer);
        }

        files[diffId] = path;
        diffIds.Add(diffId);
        return diffId;
    }

    /// <inheritdoc/>
    public async Task<SavedImage> SaveAsync(OciImageConfig config, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        await FetchAsync(runImage.IsKnownByManifest ? WithoutFile() : MissingOnTheirPlace(), cancellationToken);
        // As the reference: the lifecycle reads the first name, the daemon reads all others.
        var saveName = fullName(names[0]);
        var archive = new DaemonArchive(config, [saveName, .. names.Skip(1).Select(name => ImageReference.Parse(name).ToString())], files);
        try
        {
            await client.LoadAsync(stream => archive.WriteAsync(stream, cancellationToken), cancellationToken);
        }
        catch (IOException e) when (WithoutFile().Count > 0)
        {
            log.Debug($"the daemon does not take an image without the layers it has; sending all of them ({e.Message})");
            await FetchAsync(WithoutFile(), cancellationToken);
            await client.LoadAsync(stream => archive.WriteAsync(stream, cancellationToken), cancellationToken);
        }

        launchCache?.Commit(metadata: null);
        var loaded = await client.InspectAsync(saveName, cancellationToken)
            ?? throw new IOException($"the daemon loaded the image but has none of the name '{names[0]}'");
        return new SavedImage(loaded.Id, Digest: null, ManifestSize: 0);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private HashSet<string> WithoutFile() => diffIds.Where(diffId => !files.ContainsKey(diffId)).ToHashSet(StringComparer.Ordinal);

    // Layers of the previous image that have other layers below them now.
    private HashSet<string> MissingOnTheirPlace() => diffIds
        .Where((diffId, i) => i >= runImage.DiffIds.Count && !files.ContainsKey(diffId) && !IsLikePrevious(i + 1))
        .ToHashSet(StringComparer.Ordinal);

    // Whether the first layers are those of the previous image.
    [MemberNotNullWhen(true, nameof(previous))]
    private bool IsLikePrevious(int layers) => previous is not null && previous.DiffIds.Take(layers).SequenceEqual(diffIds.Take(layers));

    private async Task FetchAsync(HashSet<string> wanted, CancellationToken cancellationToken)
    {
        foreach (var diffId in wanted.ToList())
        {
            if (launchCache?.Find(diffId) is { } path)
            {
                files[diffId] = path;
                wanted.Remove(diffId);
            }
        }

        foreach (var image in new[] { previous, runImage }.OfType<ExistingImage>())
        {
            var here = wanted.Where(diffId => image.DiffIds.Contains(diffId)).ToHashSet(StringComparer.Ordinal);
            if (here.Count == 0)
            {
                continue;
            }

            log.Debug($"Reading {here.Count} layer(s) of '{image.Name}' from the daemon");
            var folder = Directory.CreateDirectory(Path.Combine(scratch, image == previous ? "previous" : "run")).FullName;
            foreach (var (diffId, path) in await ImageDownload.LayersAsync(client, image, here, folder, cancellationToken))
            {
                files[diffId] = path;
                wanted.Remove(diffId);
            }
        }

        if (wanted.Count > 0)
        {
            throw new IOException($"the daemon does not give out the layer {wanted.First()}, which the image needs");
        }
    }
}
