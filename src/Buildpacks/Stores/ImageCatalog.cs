using System.Globalization;
using Buildpacks.Engines;
using Buildpacks.Oci;

namespace Buildpacks.Stores;

/// <summary>Shows an engine's images as the objects that scripts see.</summary>
public static class ImageCatalog
{
    private const int ShortIdLength = 12;

    /// <summary>The images of the store that a query asks for, in one call of the engine unless details are wanted.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="query">Which images.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The images by name.</returns>
    public static async Task<IReadOnlyList<PackImage>> ListAsync(
        IEngine engine, ImageQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(query);

        // Labels come with the list. Not asking for a label's images is what makes it quick: podman looks at every image anew for that.
        var summaries = await engine.Images.ListAsync(new ImageListOptions(), cancellationToken).ConfigureAwait(false);
        var images = summaries.Select(summary => FromSummary(engine, summary))
            .Where(image => (query.All || image.IsApp) && Matches(image, query))
            .ToList();
        if (query.Detailed && images.Count > 0)
        {
            var ids = images.Select(image => image.Id).Distinct().ToList();
            var details = await engine.Images.InspectAsync(ids, cancellationToken).ConfigureAwait(false);
            images = [.. images.Select(image => details.TryGetValue(image.Id, out var detail) ? WithDetail(image, detail) : image)];
        }

        images.Sort((left, right) => string.CompareOrdinal(left.Name, right.Name));
        return images;
    }

    /// <summary>The images of exact names or ids, with all details, in as few calls as the engine allows.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="names">Names or ids.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>One entry for each name that exists, under the name as given.</returns>
    public static async Task<IReadOnlyDictionary<string, PackImage>> FindAsync(
        IEngine engine, IReadOnlyCollection<string> names, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(engine);
        var details = await engine.Images.InspectAsync(names, cancellationToken).ConfigureAwait(false);
        return details.ToDictionary(entry => entry.Key, entry => FromDetail(engine.Kind, engine.Endpoint, entry.Value), StringComparer.Ordinal);
    }

    /// <summary>An image as an inspection shows it.</summary>
    /// <param name="engine">The engine that holds it.</param>
    /// <param name="endpoint">Where that engine is reached.</param>
    /// <param name="detail">What the engine said.</param>
    public static PackImage FromDetail(PackEngineKind engine, string endpoint, ImageDetail detail)
    {
        ArgumentNullException.ThrowIfNull(detail);
        var labels = detail.Config.Config?.Labels ?? new Dictionary<string, string>();
        var image = Create(engine, detail.Id, detail.Tags, detail.Digest, detail.Size, ReadTime(detail.Config.Created), labels);
        return WithDetail(image with { Endpoint = endpoint }, detail);
    }

    /// <summary>An image as a registry holds it.</summary>
    internal static PackImage FromStored(string name, StoredImage image)
    {
        var labels = image.Config.Config?.Labels ?? new Dictionary<string, string>();
        return Describe(labels, AppMetadata.Read(image.Config), new PackImage
        {
            Name = name,
            Tags = image.Name.Tag is null ? [] : [$"{image.Name.Name}:{image.Name.Tag}"],
            Id = image.Id,
            Digest = image.Digest,
            Size = image.Manifest.Config.Size + image.Manifest.Layers.Sum(layer => layer.Size),
            Created = ReadTime(image.Config.Created),
            Platform = PlatformOf(image.Config),
            Registry = image.Name.Registry,
        });
    }

    /// <summary>An image in a layout or an archive.</summary>
    internal static PackImage FromFile(ImageFilePlace place, IReadOnlyList<string> names, string id, OciImageConfig config)
    {
        var labels = config.Config?.Labels ?? new Dictionary<string, string>();
        return Describe(labels, AppMetadata.Read(config), new PackImage
        {
            Name = place.ToString(),
            Tags = [.. names],
            Id = id,
            Created = ReadTime(config.Created),
            Platform = PlatformOf(config),
            Format = place.Format,
            ImagePath = place.Path,
        });
    }

    private static PackImage FromSummary(IEngine engine, ImageSummary summary) =>
        Create(engine.Kind, summary.Id, summary.Tags, summary.Digest, summary.Size, summary.Created, summary.Labels) with { Endpoint = engine.Endpoint };

    private static PackImage Create(
        PackEngineKind engine, string id, IReadOnlyList<string> tags, string? digest, long size, DateTimeOffset created,
        IReadOnlyDictionary<string, string> labels)
    {
        return Describe(labels, AppMetadata.Read(labels), new PackImage
        {
            Name = tags.Count > 0 ? tags[0] : ShortId(id),
            Tags = [.. tags],
            Id = id,
            Digest = digest,
            Size = size,
            Created = created,
            Engine = engine,
        });
    }

    /// <summary>The image with what its labels tell.</summary>
    private static PackImage Describe(IReadOnlyDictionary<string, string> labels, AppMetadata? app, PackImage image)
    {
        var isBuilder = labels.TryGetValue(AppLabels.Builder, out var builder);
        using var offer = app is null ? LabelJson.Parse(builder) : null;
        return image with
        {
            IsApp = app is not null,
            IsBuilder = isBuilder,
            RunImage = app is null ? LabelJson.RunImage(offer) : app.RunImage,
            RunImageMirrors = [.. app?.RunImageMirrors ?? LabelJson.RunImageMirrors(offer)],
            RunImageReference = app?.RunImageReference,
            RunImageTopLayer = app?.RunImageTopLayer,
            Rebasable = app?.Rebasable ?? false,
            Stack = labels.GetValueOrDefault(AppLabels.Stack),
            Buildpacks = [.. app?.Buildpacks ?? LabelJson.Buildpacks(offer)],
            Extensions = [.. app?.Extensions ?? LabelJson.Extensions(offer)],
            Processes = [.. app?.Processes ?? []],
            Labels = new PackLabels(labels),
        };
    }

    private static PackImage WithDetail(PackImage image, ImageDetail detail) => image with
    {
        Platform = PlatformOf(detail.Config),
        Digest = image.Digest ?? detail.Digest,

        // A list of images has labels only; the entry point says which process is the default.
        Processes = [.. AppMetadata.Read(detail.Config)?.Processes ?? []],
    };

    private static string PlatformOf(OciImageConfig config) =>
        string.Join('/', new[] { config.Os, config.Architecture, config.Variant }.Where(part => !string.IsNullOrEmpty(part)));

    private static bool Matches(PackImage image, ImageQuery query) =>
        query.NameMatches is not { } matches
        || (image.Tags.Count > 0
            ? image.Tags.SelectMany(ImageSpellings.Of).Any(name => matches(name))
            : matches(image.Name) || matches(image.Id));

    private static string ShortId(string id)
    {
        var digits = id[(id.IndexOf(':', StringComparison.Ordinal) + 1)..];
        return digits.Length > ShortIdLength ? digits[..ShortIdLength] : digits;
    }

    private static DateTimeOffset ReadTime(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : default;
}

/// <summary>Which images of a store to list.</summary>
public sealed record ImageQuery
{
    /// <summary>Whether to list every image; else only those that buildpacks built.</summary>
    public bool All { get; init; }

    /// <summary>Whether to ask for the platform too: one more call on podman, one for each image on docker.</summary>
    public bool Detailed { get; init; }

    /// <summary>Decides by an image's names, in every spelling; <see langword="null"/> takes all. An image without a tag has its ids.</summary>
    public Predicate<string>? NameMatches { get; init; }
}
