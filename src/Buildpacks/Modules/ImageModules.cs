using Buildpacks.Descriptors;
using Buildpacks.IO;
using Buildpacks.Stores.Archives;
using Buildpacks.Stores.Copies;
using Buildpacks.Stores.LayerCaching;
using Buildpacks.Stores.Layers;

namespace Buildpacks.Modules;

/// <summary>The modules of a package that is an image, in an engine, a registry, a layout or an archive. Layers are read once, and kept.</summary>
/// <param name="name">The image, as messages name it.</param>
/// <param name="open">Finds the image.</param>
/// <param name="cache">Keeps the layers.</param>
internal sealed class ImageModules(string name, Func<CancellationToken, Task<IImageSource>> open, LayerCache cache) : IModuleSource
{
    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<BuilderModule>> ReadAsync(ModuleKind kind, CancellationToken cancellationToken)
    {
        var image = await open(cancellationToken).ConfigureAwait(false);
        await using var closing = image.ConfigureAwait(false);
        var package = new PackageModules(name, image.Config, Invalid);
        var layers = package.LayersOf(kind);
        var kept = layers.Select(layer => cache.Find(layer)).OfType<CachedLayer>().ToDictionary(layer => layer.DiffId, StringComparer.Ordinal);
        var read = new Dictionary<string, FileStream>(StringComparer.Ordinal);
        try
        {
            if (kept.Count < layers.Count)
            {
                await image.ReadAsync(layer => layers.Contains(layer.DiffId) && !kept.ContainsKey(layer.DiffId), TakeAsync, cancellationToken).ConfigureAwait(false);
            }

            return await package.ReadAsync(kind, OpenAsync, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            foreach (var file in read.Values)
            {
                await file.DisposeAsync().ConfigureAwait(false);
            }
        }

        async Task TakeAsync(ArchiveLayer layer, Stream content, CancellationToken token)
        {
            var file = TemporaryFile.Open();
            if (!read.TryAdd(layer.DiffId, file))
            {
                await file.DisposeAsync().ConfigureAwait(false);
                return;
            }

            await content.CopyToAsync(file, token).ConfigureAwait(false);
            await file.FlushAsync(token).ConfigureAwait(false);
            if (file.Length <= LayerCache.MaximumLayer)
            {
                Keep(layer, file);
            }
        }

        Task<Stream> OpenAsync(string layer, CancellationToken token) => Task.FromResult<Stream>(
            read.TryGetValue(layer, out var file) ? new FileView(file.SafeFileHandle, file.Length)
            : kept.TryGetValue(layer, out var found) ? File.OpenRead(found.Path)
            : throw Invalid($"its layer {layer} cannot be read", null));
    }

    private void Keep(ArchiveLayer layer, FileStream file)
    {
        using var draft = cache.Begin();
        if (draft is null)
        {
            return;
        }

        using var content = new FileView(file.SafeFileHandle, file.Length);
        var buffer = new byte[128 * 1024];
        for (int count; (count = content.Read(buffer)) > 0;)
        {
            draft.Write(buffer.AsSpan(0, count));
        }

        cache.Keep(layer.DiffId, layer.Blob, draft);
    }

    private PackException Invalid(string problem, Exception? cause) =>
        new(PackErrorIds.BuildpackArchiveInvalid, PackErrorKind.InvalidInput, $"The image {name} is not a usable package: {problem}.", cause)
        {
            Target = name,
            RecommendedAction = "Specify the image of a packaged buildpack, as 'pack buildpack package' creates it.",
        };
}
