using System.Diagnostics;
using Buildpacks.Oci;
using Buildpacks.Reporting;
using Buildpacks.Stores.Registry;

namespace Buildpacks.Stores.Indexes;

/// <summary>Images that are added to an index.</summary>
public sealed record ManifestAddition
{
    /// <summary>The names of images in their registries, or of indexes.</summary>
    public IReadOnlyList<string> Images { get; init; } = [];

    /// <summary>The images of an index that are added; none for the one of this machine's platform.</summary>
    public IReadOnlyList<OciPlatform> Platforms { get; init; } = [];

    /// <summary>Whether all images of an index are added.</summary>
    public bool All { get; init; }

    /// <summary>Annotations of the images.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>();
}

/// <summary>What is changed in an index.</summary>
public sealed record ManifestChange
{
    /// <summary>The images; none for the index itself.</summary>
    public IReadOnlyList<string> Images { get; init; } = [];

    /// <summary>The operating system; <see langword="null"/> to keep it.</summary>
    public string? Os { get; init; }

    /// <summary>The architecture; <see langword="null"/> to keep it.</summary>
    public string? Architecture { get; init; }

    /// <summary>The variant; <see langword="null"/> to keep it, empty for none.</summary>
    public string? Variant { get; init; }

    /// <summary>Annotations that are set; those whose value is <see langword="null"/> are removed.</summary>
    public IReadOnlyDictionary<string, string?> Annotations { get; init; } = new Dictionary<string, string?>();
}

/// <summary>Indexes on this machine and in registries: what the cmdlets for manifests do.</summary>
public sealed class ManifestIndexes : IDisposable
{
    private readonly LocalIndexes _local;
    private readonly IImageStore _store;
    private readonly IndexImages _images;
    private readonly SinkLoggerFactory? _loggers;
    private readonly RegistryClient? _client;
    private readonly IPackSink? _sink;

    /// <summary>The indexes of this user.</summary>
    /// <param name="access">What the command says of registries.</param>
    /// <param name="names">The names of the command: their registries get the credential.</param>
    /// <param name="sink">Gets messages.</param>
    public ManifestIndexes(RegistryAccess access, IEnumerable<string> names, IPackSink sink)
    {
        ArgumentNullException.ThrowIfNull(access);
        _loggers = new SinkLoggerFactory(sink);
        _client = access.Connect(names, _loggers);
        (_local, _store, _sink) = (LocalIndexes.OfUser(), new RegistryImageStore(_client), sink);
        _images = new IndexImages(_store);
    }

    /// <summary>Indexes in a folder, and images of a store.</summary>
    internal ManifestIndexes(LocalIndexes local, IImageStore store) => (_local, _store, _images) = (local, store, new IndexImages(store));

    /// <summary>The names of the indexes on this machine.</summary>
    public static IReadOnlyList<string> List() => LocalIndexes.OfUser().List();

    /// <summary>Whether an index is on this machine.</summary>
    public static bool Exists(string name) => LocalIndexes.OfUser().Exists(name);

    /// <summary>Creates an index on this machine.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="format">Its format.</param>
    /// <param name="addition">Its images.</param>
    /// <param name="annotations">The annotations of the index.</param>
    /// <param name="force">Whether an index that exists is replaced.</param>
    /// <param name="cancellationToken">Ends the requests.</param>
    /// <exception cref="PackException"><c>ManifestExists</c>, and what registries answer.</exception>
    public async Task<PackManifest> CreateAsync(
        string name, PackManifestFormat format, ManifestAddition addition, IReadOnlyDictionary<string, string> annotations, bool force, CancellationToken cancellationToken)
    {
        ImageNames.Parse(name);
        if (!force && _local.Exists(name))
        {
            throw IndexErrors.Exists(name);
        }

        _local.CheckFolder(name);
        var (document, sources) = await NewAsync(format, addition, annotations, cancellationToken).ConfigureAwait(false);
        var notes = Noted(new IndexNotes { Name = name, Format = format.ToString() }, sources);
        return Show(await (force ? _local.ReplaceAsync(name, document, notes)
            : _local.ChangeAsync(name, existing => existing is null ? (document, notes) : throw IndexErrors.Exists(name))).ConfigureAwait(false));
    }

    /// <summary>Creates an index in its registry. Nothing is kept on this machine.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="format">Its format.</param>
    /// <param name="addition">Its images.</param>
    /// <param name="annotations">The annotations of the index.</param>
    /// <param name="cancellationToken">Ends the requests.</param>
    public async Task<PackManifestPublication> CreatePublishedAsync(
        string name, PackManifestFormat format, ManifestAddition addition, IReadOnlyDictionary<string, string> annotations, CancellationToken cancellationToken)
    {
        var target = ImageNames.Parse(name);
        if (target.IsLocal)
        {
            throw IndexErrors.NameLocal(target, "Write the registry in the name of the index, such as registry.example.com/team/app:1.");
        }

        var (document, sources) = await NewAsync(format, addition, annotations, cancellationToken).ConfigureAwait(false);
        return await PublishAsync(new IndexPublication(document, sources, [target]), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>An index on this machine, else in its registry.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="onlyRegistry">Whether the index on this machine is left out.</param>
    /// <param name="cancellationToken">Ends the requests.</param>
    /// <exception cref="PackException"><c>ManifestNotFound</c>, <c>ManifestNotAnIndex</c>, and what registries answer.</exception>
    public async Task<PackManifest> GetAsync(string name, bool onlyRegistry, CancellationToken cancellationToken)
    {
        if (!onlyRegistry && _local.Find(name) is { } index)
        {
            return Show(index);
        }

        var reference = ImageNames.Read(name, "index");
        if (reference.IsLocal)
        {
            throw IndexErrors.NotFound(name);
        }

        StoredManifest document;
        try
        {
            document = await _store.GetAsync(reference, cancellationToken).ConfigureAwait(false);
        }
        catch (PackException failure) when (!onlyRegistry && failure.Kind is PackErrorKind.NotFound or PackErrorKind.Unreachable)
        {
            throw IndexErrors.NotFound(name, failure);
        }

        return document.IsIndex
            ? Show(reference.ToString(), _images.Read(document, reference), new IndexNotes()) with { Digest = document.Descriptor.Digest, Registry = reference.Registry }
            : throw IndexErrors.NotAnIndex(reference.ToString());
    }

    /// <summary>Adds images to an index on this machine. Images that it has are updated.</summary>
    /// <param name="name">The index.</param>
    /// <param name="addition">The images.</param>
    /// <param name="cancellationToken">Ends the requests.</param>
    public async Task<PackManifest> AddAsync(string name, ManifestAddition addition, CancellationToken cancellationToken)
    {
        Get(name);
        var (entries, sources) = await FindAsync(addition, cancellationToken).ConfigureAwait(false);
        return await ChangeAsync(name, index => (index.Document.With(entries), Noted(index.Notes, sources))).ConfigureAwait(false);
    }

    /// <summary>Changes platforms and annotations in an index on this machine.</summary>
    /// <param name="name">The index.</param>
    /// <param name="change">What is changed.</param>
    /// <param name="cancellationToken">Ends the requests.</param>
    public async Task<PackManifest> ChangeAsync(string name, ManifestChange change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);
        var chosen = await ChooseAsync(Get(name), change.Images, cancellationToken).ConfigureAwait(false);
        return await ChangeAsync(name, index => (Changed(index.Name, index.Document, change, chosen), index.Notes)).ConfigureAwait(false);
    }

    /// <summary>Removes images from an index on this machine.</summary>
    /// <param name="name">The index.</param>
    /// <param name="images">The images.</param>
    /// <param name="cancellationToken">Ends the requests.</param>
    public async Task<PackManifest> RemoveImagesAsync(string name, IReadOnlyList<string> images, CancellationToken cancellationToken)
    {
        var chosen = await ChooseAsync(Get(name), images, cancellationToken).ConfigureAwait(false);
        return await ChangeAsync(
            name, index => (index.Document with { Entries = [.. index.Document.Entries.Where(entry => !chosen.Contains(entry.Digest))] }, index.Notes)).ConfigureAwait(false);
    }

    /// <summary>Adds images to an index in its registry. Images that the repository lacks are copied to it.</summary>
    /// <param name="name">The index.</param>
    /// <param name="addition">The images.</param>
    /// <param name="cancellationToken">Ends the requests.</param>
    /// <exception cref="PackException"><c>ManifestNotFound</c>, <c>ManifestNotAnIndex</c>, <c>ManifestChanged</c>, and what registries answer.</exception>
    public async Task<PackManifest> AddPublishedAsync(string name, ManifestAddition addition, CancellationToken cancellationToken)
    {
        var (entries, sources) = await FindAsync(addition, cancellationToken).ConfigureAwait(false);
        return await ChangePublishedAsync(name, index => Task.FromResult((index.Document.With(entries), sources)), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Changes platforms and annotations in an index in its registry.</summary>
    /// <param name="name">The index.</param>
    /// <param name="change">What is changed.</param>
    /// <param name="cancellationToken">Ends the requests.</param>
    /// <exception cref="PackException"><c>ManifestNotFound</c>, <c>ManifestNotAnIndex</c>, <c>ManifestChanged</c>, and what registries answer.</exception>
    public Task<PackManifest> ChangePublishedAsync(string name, ManifestChange change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);
        IReadOnlyCollection<string>? chosen = null;
        return ChangePublishedAsync(
            name,
            async index =>
            {
                // What was meant is chosen once: the change itself may make a platform another.
                chosen ??= await ChooseAsync(index.AsLocal(), change.Images, cancellationToken).ConfigureAwait(false);
                return (Changed(index.Name.ToString(), index.Document, change, chosen), NoSources);
            },
            cancellationToken);
    }

    /// <summary>Removes images from an index in its registry. The images stay in the repository.</summary>
    /// <param name="name">The index.</param>
    /// <param name="images">The images.</param>
    /// <param name="cancellationToken">Ends the requests.</param>
    /// <exception cref="PackException"><c>ManifestNotFound</c>, <c>ManifestNotAnIndex</c>, <c>ManifestChanged</c>, and what registries answer.</exception>
    public Task<PackManifest> RemovePublishedImagesAsync(string name, IReadOnlyList<string> images, CancellationToken cancellationToken)
    {
        IReadOnlyCollection<string>? chosen = null;
        return ChangePublishedAsync(
            name,
            async index =>
            {
                chosen ??= await ChooseAsync(index.AsLocal(), images, cancellationToken).ConfigureAwait(false);
                return (index.Document with { Entries = [.. index.Document.Entries.Where(entry => !chosen.Contains(entry.Digest))] }, NoSources);
            },
            cancellationToken);
    }

    /// <summary>Removes the tag of an index from its registry. The images stay in the repository.</summary>
    /// <returns>The index.</returns>
    /// <exception cref="PackException"><c>ManifestNotFound</c>, <c>ManifestNotAnIndex</c>, and what registries answer.</exception>
    public async Task<PackManifest> RemovePublishedAsync(string name, CancellationToken cancellationToken)
    {
        var reference = PublishedName(name);
        var index = await Published.GetAsync(reference, cancellationToken).ConfigureAwait(false);
        return await _store.RemoveAsync(reference, cancellationToken).ConfigureAwait(false) ? Show(index) : throw IndexErrors.NotInRegistry(reference);
    }

    private RegistryIndexes Published => new(_store, new IndexPublisher(_store), RegistryIndexes.LocksOfUser);

    private static readonly IReadOnlyDictionary<string, ImageReference> NoSources = new Dictionary<string, ImageReference>();

    private async Task<PackManifest> ChangePublishedAsync(
        string name, Func<RegistryIndexDocument, Task<(IndexDocument Document, IReadOnlyDictionary<string, ImageReference> Sources)>> change, CancellationToken cancellationToken)
    {
        var reference = PublishedName(name);
        using var bytes = _sink is null ? null : new ByteProgress(_sink, "publish-manifest", parentId: null, $"Copying the images of {reference}");
        var sum = bytes is null ? null : new SummedProgress(bytes);
        return Show(await Published.ChangeAsync(reference, change, _ => sum?.Next(), cancellationToken).ConfigureAwait(false));
    }

    private static ImageReference PublishedName(string name)
    {
        var reference = ImageNames.Read(name, "index");
        return reference.Digest is not null ? throw IndexErrors.Fixed(reference)
            : reference.IsLocal ? throw IndexErrors.NameLocal(reference, "Write the registry in the name of the index, such as registry.example.com/team/app:1.")
            : reference;
    }

    private static PackManifest Show(RegistryIndexDocument index) =>
        Show(index.Name.ToString(), index.Document, new IndexNotes()) with { Digest = index.Digest, Registry = index.Name.Registry };

    /// <summary>Removes an index from this machine, also when it cannot be read.</summary>
    /// <returns>The index; <see langword="null"/> when it could not be read.</returns>
    /// <exception cref="PackException"><c>ManifestNotFound</c>.</exception>
    public PackManifest? Remove(string name)
    {
        LocalIndex? index = null;
        try
        {
            index = Get(name);
        }
        catch (PackException failure) when (failure.ErrorId is PackErrorIds.ManifestFileInvalid or PackErrorIds.PathUnusable)
        {
        }

        return !_local.Remove(name) ? throw IndexErrors.NotFound(name) : index is null ? null : Show(index);
    }

    /// <summary>Publishes an index of this machine.</summary>
    /// <param name="name">The index.</param>
    /// <param name="destinations">The names that it gets; none for its own name.</param>
    /// <param name="format">The format; <see langword="null"/> for the one that it was created in, which is OCI for an index of pack.</param>
    /// <param name="purge">Whether it is removed from this machine then.</param>
    /// <param name="cancellationToken">Ends the requests.</param>
    public async Task<PackManifestPublication> PublishAsync(
        string name, IReadOnlyList<string> destinations, PackManifestFormat? format, bool purge, CancellationToken cancellationToken)
    {
        var index = Get(name);
        IReadOnlyList<ImageReference> targets = destinations is [_, ..] ? [.. destinations.Select(ImageNames.Parse)] : [TargetOf(index, name)];
        var created = Enum.TryParse<PackManifestFormat>(index.Notes.Format, out var known) ? known : PackManifestFormat.Oci;
        var publication = await PublishAsync(
            new IndexPublication(index.Document with { Format = format ?? created }, SourcesOf(index.Notes), targets) { Home = HomeOf(index) }, cancellationToken).ConfigureAwait(false);
        return publication with { Purged = purge && _local.Remove(name) };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _client?.Dispose();
        _loggers?.Dispose();
    }

    private static ImageReference TargetOf(LocalIndex index, string name) =>
        index.Notes.Name is null && name.Contains('_', StringComparison.Ordinal) && name == Path.GetFileName(index.Folder)
            ? throw IndexErrors.NameUnknown(name)
            : ImageNames.Parse(name == Path.GetFileName(index.Folder) ? index.Name : name);

    private static ImageReference? HomeOf(LocalIndex index) =>
        index.Name != Path.GetFileName(index.Folder) && ImageReference.Find(index.Name) is { IsLocal: false } own ? own : null;

    private static IndexDocument Changed(string name, IndexDocument document, ManifestChange change, IReadOnlyCollection<string> chosen)
    {
        if (change.Images.Count == 0)
        {
            return document with { Annotations = Merged(document.Annotations, change.Annotations) };
        }

        // A changed image goes to the end, as with pack: the same changes give the same digest.
        foreach (var digest in chosen)
        {
            var entry = document.Entries.FirstOrDefault(entry => entry.Digest == digest) ?? throw IndexErrors.ImageNotFound(digest, name, document);
            var platform = entry.Platform ?? new IndexPlatform();
            document = document.With(
            [
                entry with
                {
                    Annotations = Merged(entry.Annotations, change.Annotations),
                    Platform = platform with
                    {
                        Os = change.Os ?? platform.Os,
                        Architecture = change.Architecture ?? platform.Architecture,
                        Variant = change.Variant is null ? platform.Variant : change.Variant.Length > 0 ? change.Variant : null,
                    },
                },
            ]);
        }

        return document;
    }

    private static Dictionary<string, string> Merged(IReadOnlyDictionary<string, string> annotations, IReadOnlyDictionary<string, string?> changes)
    {
        var merged = new Dictionary<string, string>(annotations, StringComparer.Ordinal);
        foreach (var (key, value) in changes)
        {
            if (value is null)
            {
                merged.Remove(key);
            }
            else
            {
                merged[key] = value;
            }
        }

        return merged;
    }

    private static IndexNotes Noted(IndexNotes notes, IReadOnlyDictionary<string, ImageReference> sources)
    {
        var all = new Dictionary<string, string>(notes.Sources, StringComparer.Ordinal);
        foreach (var (digest, source) in sources)
        {
            all[digest] = source.ToString();
        }

        return notes with { Sources = all };
    }

    /// <summary>Where the images of an index are. Names in the file that are no image names are left out.</summary>
    private static Dictionary<string, ImageReference> SourcesOf(IndexNotes notes) =>
        notes.Sources.Select(source => (Digest: source.Key, Name: ImageReference.Find(source.Value))).Where(source => source.Name is not null)
            .ToDictionary(source => source.Digest, source => source.Name!, StringComparer.Ordinal);

    private static PackManifest Show(LocalIndex index) => Show(index.Name, index.Document, index.Notes) with { IndexPath = index.Folder };

    private static PackManifest Show(string name, IndexDocument document, IndexNotes notes) => new()
    {
        Name = name,
        Format = document.Format,
        MediaType = document.MediaType,
        Digest = document.ToManifest().Descriptor.Digest,
        Annotations = new PackLabels(document.Annotations),
        Images =
        [
            .. document.Entries.Select(entry => new PackManifestImage
            {
                Digest = entry.Digest,
                MediaType = entry.MediaType,
                Size = entry.Size,
                Platform = entry.Platform?.ToString() ?? "",
                Os = entry.Platform?.Os,
                OsVersion = entry.Platform?.OsVersion,
                Architecture = entry.Platform?.Architecture,
                Variant = entry.Platform?.Variant,
                Annotations = new PackLabels(entry.Annotations),
                Source = notes.Sources.GetValueOrDefault(entry.Digest),
            }),
        ],
    };

    private LocalIndex Get(string name) => _local.Find(name) ?? throw IndexErrors.NotFound(name);

    private async Task<PackManifest> ChangeAsync(string name, Func<LocalIndex, (IndexDocument Document, IndexNotes Notes)> change) =>
        Show(await _local.ChangeAsync(name, index => change(index ?? throw IndexErrors.NotFound(name))).ConfigureAwait(false));

    private async Task<(IndexDocument Document, IReadOnlyDictionary<string, ImageReference> Sources)> NewAsync(
        PackManifestFormat format, ManifestAddition addition, IReadOnlyDictionary<string, string> annotations, CancellationToken cancellationToken)
    {
        var (entries, sources) = await FindAsync(addition, cancellationToken).ConfigureAwait(false);
        return (new IndexDocument { Format = format, Annotations = annotations }.With(entries), sources);
    }

    private async Task<(IReadOnlyList<IndexEntry> Entries, IReadOnlyDictionary<string, ImageReference> Sources)> FindAsync(ManifestAddition addition, CancellationToken cancellationToken)
    {
        var entries = new List<IndexEntry>();
        var sources = new Dictionary<string, ImageReference>(StringComparer.Ordinal);
        foreach (var image in addition.Images)
        {
            var (name, found) = await _images.FindAsync(image, addition.Platforms, addition.All, cancellationToken).ConfigureAwait(false);
            foreach (var entry in found)
            {
                entries.Add(entry with { Annotations = Merged(entry.Annotations, addition.Annotations.ToDictionary(pair => pair.Key, pair => (string?)pair.Value)) });
                sources[entry.Digest] = name;
            }
        }

        return (entries, sources);
    }

    private async Task<IReadOnlyCollection<string>> ChooseAsync(LocalIndex index, IReadOnlyList<string> images, CancellationToken cancellationToken)
    {
        var chosen = new List<string>();
        foreach (var image in images)
        {
            chosen.Add((await _images.ChooseAsync(index, image, cancellationToken).ConfigureAwait(false)).Digest);
        }

        return [.. chosen.Distinct()];
    }

    private async Task<PackManifestPublication> PublishAsync(IndexPublication publication, CancellationToken cancellationToken)
    {
        var duration = Stopwatch.StartNew();
        using var bytes = _sink is null ? null : new ByteProgress(_sink, "publish-manifest", parentId: null, $"Copying the images of {publication.Targets[0]}");
        var sum = bytes is null ? null : new SummedProgress(bytes);
        var result = await new IndexPublisher(_store).PublishAsync(publication, _ => sum?.Next(), cancellationToken).ConfigureAwait(false);
        return result with { Duration = duration.Elapsed };
    }
}
