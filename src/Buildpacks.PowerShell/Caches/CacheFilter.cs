using System.Management.Automation;
using Buildpacks.Stores;

namespace Buildpacks.Commands;

/// <summary>Which caches a command is about.</summary>
/// <param name="Names">Names of images, possibly with wildcards; none for all images.</param>
/// <param name="OlderThan">Only caches that no build has used for this long; <see langword="null"/> for all.</param>
/// <param name="LargerThan">Only caches that are larger, in bytes; <see langword="null"/> for all.</param>
/// <param name="Orphaned">Only caches of images that do not exist any more.</param>
internal sealed record CacheFilter(IReadOnlyList<string> Names, TimeSpan? OlderThan, long? LargerThan, bool Orphaned)
{
    private readonly IReadOnlyList<WildcardPattern> _patterns = [.. Names.Where(WildcardPattern.ContainsWildcardCharacters).Select(NamePattern.Read)];
    private readonly IReadOnlyList<string> _literals = [.. Names.Where(name => !WildcardPattern.ContainsWildcardCharacters(name))];

    /// <summary>Whether the image of a cache is one of those that were named.</summary>
    /// <param name="spellings">All spellings of all its images.</param>
    public bool WantsImage(IReadOnlyList<string> spellings) =>
        Names.Count == 0 || Names.Contains("*") || spellings.Any(name => _literals.Contains(name) || _patterns.Any(pattern => pattern.IsMatch(name)));

    /// <summary>Whether a cache is old and large enough.</summary>
    public bool Wants(PackCache cache) =>
        (OlderThan is not { } age || (cache.LastUsed is { } used && DateTimeOffset.UtcNow - used > age))
        && (LargerThan is not { } size || cache.Size > size)
        && (!Orphaned || cache.Orphaned == true);

    /// <summary>The names without wildcards that no cache has.</summary>
    public IEnumerable<PackException> Missing(IEnumerable<PackCache> caches, PackEngineKind engine)
    {
        var known = caches.SelectMany(cache => cache.ImageNames).SelectMany(ImageSpellings.Of).ToHashSet(StringComparer.Ordinal);
        return _literals.Where(name => !known.Contains(name)).Select(name =>
            new PackException(PackErrorIds.CacheNotFound, PackErrorKind.NotFound, $"{engine} has no cache of builds of '{name}'.")
            {
                Target = name,
                RecommendedAction = "Get-PackCache lists the caches of all images.",
            });
    }
}
