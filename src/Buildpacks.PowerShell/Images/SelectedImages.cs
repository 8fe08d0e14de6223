using System.Management.Automation;
using Buildpacks.Engines;
using Buildpacks.Stores;

namespace Buildpacks.Commands;

/// <summary>The images of one engine that names and patterns stand for.</summary>
internal sealed class SelectedImages
{
    private readonly IReadOnlyList<WildcardPattern> _patterns;
    private readonly IReadOnlyDictionary<string, PackImage> _found;

    private SelectedImages(
        IEngine engine, IReadOnlyList<string> names, IReadOnlyDictionary<string, PackImage> found,
        IReadOnlyList<WildcardPattern> patterns, IReadOnlyList<PackImage> listed)
    {
        (Engine, Endpoint, Names, _found, _patterns, Listed) = (engine.Kind, engine.Endpoint, names, found, patterns, listed);
    }

    /// <summary>The engine that holds them.</summary>
    public PackEngineKind Engine { get; }

    /// <summary>Where that engine is reached.</summary>
    public string Endpoint { get; }

    /// <summary>The names without wildcards, and ids, as they were typed, each once.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The images that the patterns match, each under the first of its names that match.</summary>
    public IReadOnlyList<PackImage> Listed { get; }

    /// <summary>Asks an engine: once for all names, once for all patterns.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="typed">Names, ids and patterns.</param>
    /// <param name="all">Whether patterns match every image, not only those that buildpacks built.</param>
    /// <param name="detailed">Whether to ask for the platform of images that patterns match too.</param>
    /// <param name="cancellationToken">Ends the calls.</param>
    /// <exception cref="PackException"><c>NamePatternInvalid</c>, or the engine's failure.</exception>
    public static async Task<SelectedImages> FindAsync(
        IEngine engine, IReadOnlyList<string> typed, bool all, bool detailed, CancellationToken cancellationToken)
    {
        var patterns = typed.Where(WildcardPattern.ContainsWildcardCharacters).ToList();
        var names = typed.Except(patterns).ToList();
        var wildcards = patterns.Select(NamePattern.Read).ToList();
        var query = new ImageQuery
        {
            All = all,
            Detailed = detailed,
            NameMatches = patterns.Contains("*") ? null : name => wildcards.Exists(wildcard => wildcard.IsMatch(name)),
        };
        return new SelectedImages(
            engine,
            names,
            names.Count > 0 ? await ImageCatalog.FindAsync(engine, names, cancellationToken) : new Dictionary<string, PackImage>(),
            wildcards,
            patterns.Count > 0 ? Shown(await ImageCatalog.ListAsync(engine, query, cancellationToken), query) : []);
    }

    /// <summary>The image of a name, under that name.</summary>
    /// <returns>The image; <see langword="null"/> when the engine holds none of that name.</returns>
    public PackImage? Find(string name) =>
        _found.GetValueOrDefault(name) is { } image && !SelectedImage.IsShortIdOf(name, image) ? SelectedImage.Of(name, image).Shown : null;

    /// <summary>The names of an image that patterns match, in any spelling.</summary>
    public IReadOnlyList<string> MatchingNames(PackImage image) => Matching(image, name => _patterns.Any(pattern => pattern.IsMatch(name)));

    /// <summary>The failure of a name that no image has.</summary>
    public PackException Missing(string name) => _found.ContainsKey(name)
        ? SelectedImage.IdTooShort(name, Engine)
        : new(PackErrorIds.ImageNotFound, PackErrorKind.NotFound, $"{Engine} does not have the image '{name}'.")
        {
            Target = name,
            RecommendedAction = "Get-PackImage -All lists its images; Get-PackEngine -ListAvailable lists the other engines.",
        };

    private static IReadOnlyList<PackImage> Shown(IReadOnlyList<PackImage> images, ImageQuery query) =>
        query.NameMatches is { } matches
            ? [.. images.Select(image => new SelectedImage(image, Matching(image, matches)).Shown).OrderBy(image => image.Name, StringComparer.Ordinal)]
            : images;

    private static IReadOnlyList<string> Matching(PackImage image, Predicate<string> matches) =>
        [.. image.Tags.Where(tag => ImageSpellings.Of(tag).Any(name => matches(name)))];
}
