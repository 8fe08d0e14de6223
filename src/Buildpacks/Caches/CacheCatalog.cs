using Buildpacks.Caches.Images;
using Buildpacks.Configuration;
using Buildpacks.Engines;
using Buildpacks.IO;
using Buildpacks.Oci;
using Buildpacks.Reporting;
using Buildpacks.Sessions;
using Buildpacks.Stores;
using Buildpacks.Stores.Registry;

namespace Buildpacks.Caches;

/// <summary>What is known on this machine of the caches of engines.</summary>
/// <param name="Keys">The keys of cache names.</param>
/// <param name="Uses">Which caches builds used.</param>
/// <param name="Markers">Which builds run.</param>
internal sealed record CacheBooks(VolumeKeys Keys, CacheUses Uses, BuildMarkers Markers)
{
    /// <summary>What the user has.</summary>
    public static CacheBooks OfUser() => new(VolumeKeys.OfUser(), CacheUses.OfUser(), BuildMarkers.OfUser());
}

/// <summary>A cache that was looked for by name.</summary>
/// <param name="Name">The name.</param>
/// <param name="Cache">The cache; <see langword="null"/> when it was not found.</param>
/// <param name="Failure">Why it was not found.</param>
public sealed record CacheFinding(string Name, PackCache? Cache, PackException? Failure);

/// <summary>Shows caches as the objects that scripts see.</summary>
public static class CacheCatalog
{
    private const int Parallel = 4;

    /// <summary>The caches of an engine: one call, a second one for the names of images when there may be caches, and a third one when files cannot be read here.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="wants">Decides by the names of an image, in every spelling; a cache without an image has none. <see langword="null"/> takes all.</param>
    /// <param name="cancellationToken">Ends the calls.</param>
    /// <exception cref="PackException"><c>VolumeKeysInvalid</c>, or the engine's failure.</exception>
    public static Task<IReadOnlyList<PackCache>> ListAsync(IEngine engine, Predicate<IReadOnlyList<string>>? wants, CancellationToken cancellationToken) =>
        ListAsync(engine, wants, CacheBooks.OfUser(), cancellationToken);

    /// <summary>The caches of an engine, by books of the caller's choice.</summary>
    internal static async Task<IReadOnlyList<PackCache>> ListAsync(
        IEngine engine, Predicate<IReadOnlyList<string>>? wants, CacheBooks books, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(engine);
        var volumes = await engine.Volumes.ListAsync(cancellationToken).ConfigureAwait(false);
        var uses = books.Uses.Of(EngineKey.Of(engine));
        if (uses.Count == 0 && !volumes.Any(volume => CacheNames.KindOf(volume.Name) is not null))
        {
            return [];
        }

        var tags = await TagsAsync(engine, cancellationToken).ConfigureAwait(false);
        var known = new KnownCaches(books.Keys, uses, tags);
        var found = volumes.Select(volume => known.OfVolume(volume)).OfType<FoundCache>().Concat(known.Folders())
            .Where(cache => wants?.Invoke([.. cache.Images.SelectMany(image => ImageSpellings.Of(image.ToString()))]) != false)
            .ToList();
        if (found.Count == 0)
        {
            return [];
        }

        var usages = await MeasureAsync(engine, found, cancellationToken).ConfigureAwait(false);
        return
        [
            .. found.Zip(usages, (cache, usage) => new PackCache
            {
                Name = cache.Name,
                ImageNames = [.. cache.Images.Select(image => image.ToFamiliarString())],
                Kind = cache.Kind,
                Place = cache.Place,
                Engine = engine.Kind,
                Endpoint = engine.Endpoint,
                Size = usage.Size,
                LastUsed = cache.Kind == PackCacheKind.Module ? cache.Created : Latest(cache.LastUsed, usage.Changed),
                Created = cache.Created,
                Orphaned = known.IsOrphaned(cache, volumes),
            }).OrderBy(cache => cache.ImageName ?? "\uffff", StringComparer.Ordinal).ThenBy(cache => cache.Name, StringComparer.Ordinal),
        ];
    }

    /// <summary>Cache images of registries.</summary>
    /// <param name="names">The names.</param>
    /// <param name="access">What the command says of registries.</param>
    /// <param name="sink">Gets messages.</param>
    /// <param name="cancellationToken">Ends the requests.</param>
    /// <returns>One entry for each name, in the order of the names.</returns>
    public static async Task<IReadOnlyList<CacheFinding>> FindImagesAsync(
        IReadOnlyList<string> names, RegistryAccess access, IPackSink sink, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(names);
        ArgumentNullException.ThrowIfNull(access);
        using var loggers = new SinkLoggerFactory(sink);
        using var client = access.Connect(names, loggers);
        var store = new RegistryImageStore(client);
        var findings = new List<CacheFinding>();
        foreach (var name in names)
        {
            try
            {
                var image = await store.ResolveAsync(ImageNames.Read(name, "cache image"), RegistryAccess.DefaultPlatform, cancellationToken).ConfigureAwait(false);
                findings.Add(CacheImage.Of(image) is not null
                    ? new CacheFinding(name, Shown(image), null)
                    : new CacheFinding(name, null, new PackException(PackErrorIds.CacheNotFound, PackErrorKind.NotFound, $"The image '{name}' is not a cache image.")
                    {
                        Target = name,
                        RecommendedAction = "Specify the name that builds use with -CacheImage.",
                    }));
            }
            catch (PackException failure)
            {
                findings.Add(new CacheFinding(name, null, failure));
            }
        }

        return findings;

        static PackCache Shown(StoredImage image) => new()
        {
            Name = image.Name.ToFamiliarString(),
            Kind = PackCacheKind.Build,
            Place = PackCachePlace.Registry,
            Size = image.Manifest.Layers.Sum(layer => layer.Size) + image.Manifest.Config.Size,
        };
    }

    private static DateTimeOffset? Latest(DateTimeOffset? left, DateTimeOffset? right) => left is null || right > left ? right : left;

    private static async Task<HashSet<string>> TagsAsync(IEngine engine, CancellationToken cancellationToken)
    {
        var images = await engine.Images.ListAsync(new ImageListOptions(), cancellationToken).ConfigureAwait(false);
        return images.SelectMany(image => image.Tags).Select(tag => ImageReference.Find(tag)?.ToString() ?? tag)
            .ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>Reads sizes and times here where that can be done, and asks the engine once for the others.</summary>
    private static async Task<IReadOnlyList<(long? Size, DateTimeOffset? Changed)>> MeasureAsync(IEngine engine, List<FoundCache> caches, CancellationToken cancellationToken)
    {
        var usages = new (long? Size, DateTimeOffset? Changed)[caches.Count];
        await System.Threading.Tasks.Parallel.ForAsync(
            0, caches.Count, new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = cancellationToken },
            (index, token) =>
            {
                var usage = caches[index].Folder is { } folder ? FolderUsage.Find(folder, token) : null;
                usages[index] = (usage?.Size, usage?.Size > 0 ? usage.Changed : null);
                return ValueTask.CompletedTask;
            }).ConfigureAwait(false);
        if (Enumerable.Range(0, caches.Count).Any(index => usages[index].Size is null && caches[index].Place == PackCachePlace.Volume))
        {
            var sizes = await engine.Volumes.MeasureAsync(cancellationToken).ConfigureAwait(false);
            for (var index = 0; index < caches.Count; index++)
            {
                usages[index].Size ??= caches[index].Place == PackCachePlace.Volume && sizes.TryGetValue(caches[index].Name, out var size) ? size : null;
            }
        }

        return usages;
    }
}

/// <summary>A cache, before the engine was asked for more.</summary>
internal sealed record FoundCache(string Name, PackCacheKind Kind, PackCachePlace Place, IReadOnlyList<ImageReference> Images)
{
    /// <summary>Where its files may be on this machine.</summary>
    public string? Folder { get; init; }

    /// <summary>When a build of this module used it last.</summary>
    public DateTimeOffset? LastUsed { get; init; }

    /// <summary>When it was created.</summary>
    public DateTimeOffset? Created { get; init; }
}

/// <summary>Tells whose a cache is: by what builds remembered, and by the names that the user's keys give.</summary>
internal sealed class KnownCaches
{
    private readonly Dictionary<(string Source, bool IsFolder), List<(PackCacheKind Kind, CacheUse Use, ImageReference Image)>> _used = [];
    private readonly Dictionary<string, List<(PackCacheKind Kind, ImageReference Image)>> _named = new(StringComparer.Ordinal);
    private readonly IReadOnlyDictionary<string, CacheUse> _uses;
    private readonly IReadOnlySet<string> _tags;

    /// <summary>Prepares the lookup.</summary>
    /// <param name="keys">The user's keys.</param>
    /// <param name="uses">What builds remembered of the engine.</param>
    /// <param name="tags">The names of the engine's images.</param>
    public KnownCaches(VolumeKeys keys, IReadOnlyList<CacheUse> uses, IReadOnlySet<string> tags)
    {
        _tags = tags;
        _uses = uses.DistinctBy(use => use.Image).ToDictionary(use => use.Image, StringComparer.Ordinal);
        foreach (var use in _uses.Values)
        {
            if (ImageReference.Find(use.Image) is { } image)
            {
                Add(use.BuildVolume, isFolder: false, use.IsImageCopy ? PackCacheKind.ImageCopy : PackCacheKind.Build, use, image);
                Add(use.BuildFolder, isFolder: true, PackCacheKind.Build, use, image);
                Add(use.LaunchVolume, isFolder: false, PackCacheKind.Launch, use, image);
                Add(use.LaunchFolder, isFolder: true, PackCacheKind.Launch, use, image);
            }
        }

        var keyed = keys.All();
        var shared = VolumeKeys.Shared is { } everyone
            ? keyed.Select(entry => entry.Key).Concat(tags).Concat(_uses.Keys).Distinct(StringComparer.Ordinal).Select(name => KeyValuePair.Create(name, everyone))
            : [];
        foreach (var (name, key) in keyed.Concat(shared))
        {
            if (ImageReference.Find(name) is not { Tag: not null } image)
            {
                continue;
            }

            var names = CacheNames.Of(image, key);
            foreach (var (volume, kind) in new[]
                     {
                         (names.Build, PackCacheKind.Build), (names.Launch, PackCacheKind.Launch), (names.ImageCopy, PackCacheKind.ImageCopy), (names.Kaniko, PackCacheKind.Kaniko),
                     })
            {
                ListOf(_named, volume).Add((kind, image));
            }
        }
    }

    /// <summary>A volume as a cache.</summary>
    /// <returns><see langword="null"/> for a volume that is no cache, as far as is known here.</returns>
    public FoundCache? OfVolume(VolumeSummary volume)
    {
        var used = _used.GetValueOrDefault((volume.Name, false)) ?? [];
        var named = _named.GetValueOrDefault(volume.Name) ?? [];
        var kind = used is [var use, ..] ? use.Kind : named is [var name, ..] ? name.Kind : CacheNames.KindOf(volume.Name);
        return kind is null ? null : new FoundCache(
            volume.Name, kind.Value, PackCachePlace.Volume, [.. used.Select(entry => entry.Image).Concat(named.Select(entry => entry.Image)).Distinct()])
        {
            Folder = volume.Folder,
            Created = volume.Created,
            LastUsed = used.Count > 0 ? used.Max(entry => entry.Use.LastUsed) : null,
        };
    }

    /// <summary>The folders that builds used and that exist.</summary>
    public IEnumerable<FoundCache> Folders() => _used.Where(entry => entry.Key.IsFolder && Directory.Exists(entry.Key.Source)).Select(entry =>
        new FoundCache(entry.Key.Source, entry.Value[0].Kind, PackCachePlace.Folder, [.. entry.Value.Select(use => use.Image).Distinct()])
        {
            Folder = entry.Key.Source,
            LastUsed = entry.Value.Max(use => use.Use.LastUsed),
        });

    /// <summary>Whether the images of a cache are gone.</summary>
    /// <param name="cache">The cache.</param>
    /// <param name="volumes">The engine's volumes.</param>
    /// <returns><see langword="null"/> when that is not known.</returns>
    public bool? IsOrphaned(FoundCache cache, IReadOnlyList<VolumeSummary> volumes)
    {
        var gone = cache.Images.Select(image => IsGone(image)).ToList();
        return gone.Count == 0 || gone.Contains(null) && !gone.Contains(false) ? null : !gone.Contains(false);

        bool? IsGone(ImageReference image) => _tags.Contains(image.ToString()) ? false : _uses.GetValueOrDefault(image.ToString()) switch
        {
            { Target: CacheUseTarget.Engine } => true,
            { Target: CacheUseTarget.File, TargetPath: { } path } => !Path.Exists(path),
            null when HasLaunchCache(image) => true,
            _ => null,
        };

        // pack creates a launch cache for images that go into docker's store, and none for those that it publishes.
        bool HasLaunchCache(ImageReference image) => volumes.Any(volume => _named.GetValueOrDefault(volume.Name)?.Contains((PackCacheKind.Launch, image)) == true);
    }

    private static List<T> ListOf<TKey, T>(Dictionary<TKey, List<T>> lists, TKey key)
        where TKey : notnull
    {
        if (!lists.TryGetValue(key, out var list))
        {
            lists[key] = list = [];
        }

        return list;
    }

    private void Add(string? source, bool isFolder, PackCacheKind kind, CacheUse use, ImageReference image)
    {
        if (source is not null)
        {
            ListOf(_used, (source, isFolder)).Add((kind, use, image));
        }
    }
}
