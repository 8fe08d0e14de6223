using Buildpacks.Engines;
using Buildpacks.Oci;
using Buildpacks.Stores;
using Buildpacks.Stores.Copies;
using Buildpacks.Stores.Registry;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Modules;

/// <summary>Where the images of packages are looked for first.</summary>
internal enum PackageSearch
{
    /// <summary>In the engine, and in the registry of its name if the engine does not have it.</summary>
    EngineFirst,

    /// <summary>In the registry of its name, and in the engine if the registry cannot give it.</summary>
    RegistryFirst,

    /// <summary>In the engine only.</summary>
    EngineOnly,
}

/// <summary>Finds the images of packages. What comes from a registry is read from there: the engine gets nothing.</summary>
/// <param name="engine">The engine.</param>
/// <param name="search">Where images are looked for.</param>
/// <param name="connect">Makes the client for registries, when one is asked.</param>
/// <param name="logger">Is told what is found.</param>
internal sealed class PackageImages(IEngine engine, PackageSearch search, Func<RegistryClient> connect, ILogger logger) : IDisposable
{
    private RegistryClient? _client;

    /// <summary>Finds an image.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="platform">The platform that is wanted out of an index.</param>
    /// <param name="isInRegistry">Whether it is looked for in its registry only.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <exception cref="PackException"><c>BuildpackNotFound</c>; or the failure of the engine or the registry.</exception>
    public async Task<IImageSource> OpenAsync(ImageReference name, OciPlatform platform, bool isInRegistry, CancellationToken cancellationToken)
    {
        if (isInRegistry)
        {
            return await FindInRegistryAsync(name, platform, cancellationToken).ConfigureAwait(false) ?? throw NotFound(name, $"the registry {name.Registry}", null);
        }

        if (search is not PackageSearch.RegistryFirst && await FindInEngineAsync(name, cancellationToken).ConfigureAwait(false) is { } held)
        {
            return held;
        }

        if (search is PackageSearch.EngineOnly)
        {
            throw NotFound(name, $"the store of {engine.Kind}", null);
        }

        PackException? problem = null;
        try
        {
            if (!name.IsLocal && await FindInRegistryAsync(name, platform, cancellationToken).ConfigureAwait(false) is { } found)
            {
                return found;
            }
        }
        catch (PackException failure) when (failure.Kind is PackErrorKind.NotFound or PackErrorKind.Unreachable or PackErrorKind.Unauthorized or PackErrorKind.Failed)
        {
            problem = failure;
        }

        if (search is PackageSearch.RegistryFirst && await FindInEngineAsync(name, cancellationToken).ConfigureAwait(false) is { } fallback)
        {
            logger.Log(
                problem is null ? LogLevel.Debug : LogLevel.Warning, "The image {Image} is read from {Engine}, because its registry cannot give it: {Reason}", name.Spelling, engine.Kind,
                problem?.Message ?? "it is not there");
            return fallback;
        }

        throw NotFound(name, $"{engine.Kind} or in the registry {name.Registry}", problem);
    }

    /// <inheritdoc/>
    public void Dispose() => _client?.Dispose();

    private async Task<IImageSource?> FindInEngineAsync(ImageReference name, CancellationToken cancellationToken)
    {
        var found = await engine.Images.InspectAsync([name.Spelling], cancellationToken).ConfigureAwait(false);
        return SelectedImage.Find(found, name.Spelling, engine) is { } detail ? new EngineSource(engine, detail, [name.Spelling]) : null;
    }

    private async Task<IImageSource?> FindInRegistryAsync(ImageReference name, OciPlatform platform, CancellationToken cancellationToken)
    {
        var store = new RegistryImageStore(_client ??= connect());
        return await store.TryResolveAsync(name, platform, cancellationToken).ConfigureAwait(false) is { } image ? new StoreSource(store, image) : null;
    }

    private static PackException NotFound(ImageReference name, string where, PackException? problem) =>
        new(
            PackErrorIds.BuildpackNotFound, problem?.Kind ?? PackErrorKind.NotFound,
            $"The image '{name.Spelling}' of a buildpack is not in {where}{(problem is null ? "." : $": {problem.Message}")}", problem)
        {
            Target = name.Spelling,
            RecommendedAction = problem?.RecommendedAction ?? "Check the name of the image.",
        };
}
