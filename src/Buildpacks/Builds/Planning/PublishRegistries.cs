using Buildpacks.Engines;
using Buildpacks.Oci;
using Buildpacks.Stores;
using Buildpacks.Stores.Registry;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Builds.Planning;

/// <summary>The images in registries that a publish begins with.</summary>
/// <param name="RunImage">The run image, for the platform of the builder.</param>
/// <param name="Previous">The image whose layers are reused; <see langword="null"/> for none.</param>
/// <param name="Holders">The digests of the manifests or indexes that have the image's names now, of those names that something has.</param>
internal sealed record PublishImages(StoredImage RunImage, StoredImage? Previous, IReadOnlyDictionary<ImageReference, string> Holders)
{
    /// <summary>The image that has the main name now, and so the previous one unless another was named; <see langword="null"/> for none.</summary>
    public required StoredImage? Current { get; init; }

    /// <summary>The digest of the manifest that has the main name now; <see langword="null"/> when it is an index, or there is none.</summary>
    public required string? PreviousDigest { get; init; }

    /// <summary>What has the name of the cache image now; <see langword="null"/> for nothing, or when the build has no cache image.</summary>
    public StoredImage? Cache { get; init; }

    /// <summary>How the image's labels name the run image: by its repository and the digest of its manifest, as lifecycles write it.</summary>
    public string RunImageReference => RunImage.LabelReference;
}

/// <summary>The registries of a publish: they are asked by this process alone, and no container gets a credential.</summary>
internal sealed class PublishRegistries : IDisposable
{
    private readonly RegistryClient _client;
    private readonly ILogger _logger;

    private PublishRegistries(RegistryClient client, ILogger logger)
    {
        (_client, _logger) = (client, logger);
        Store = new RegistryImageStore(client);
    }

    /// <summary>The images in them.</summary>
    public IImageStore Store { get; }

    /// <summary>Makes ready. Nothing is asked yet.</summary>
    /// <param name="options">How registries are reached.</param>
    /// <param name="request">Has the user's credential, and the registries that the user consents to.</param>
    /// <param name="image">The image; the credential is for its registry.</param>
    /// <param name="observer">Is told of each request.</param>
    /// <param name="logger">Is told what is found.</param>
    public static PublishRegistries Open(RegistryOptions options, BuildRequest request, ImageReference image, IRegistryCallObserver? observer, ILogger logger) =>
        new(Connect(options, request, image, observer, logger), logger);

    /// <summary>Makes a client for the registries of a build. Nothing is asked yet.</summary>
    /// <param name="options">How registries are reached.</param>
    /// <param name="request">Has the user's credential, and the registries that the user consents to.</param>
    /// <param name="image">The image; the credential is for its registry.</param>
    /// <param name="observer">Is told of each request.</param>
    /// <param name="logger">Is told of each request.</param>
    public static RegistryClient Connect(RegistryOptions options, BuildRequest request, ImageReference image, IRegistryCallObserver? observer, ILogger logger) =>
        new(options with
        {
            Credentials = request.Credential is { } given ? new CredentialChain([KnownCredentials.For(image.Registry, given), options.Credentials]) : options.Credentials,
            Locations = options.Locations.WithInsecure(request.InsecureRegistries.Select(HostOf)),
            Observer = observer,
            Logger = logger,
        });

    /// <summary>Finds the images, side by side, and tries whether all repositories of the image can be written.</summary>
    /// <param name="inputs">The image's names.</param>
    /// <param name="runImages">The names of the run image, the most wanted first.</param>
    /// <param name="platform">The platform of the builder.</param>
    /// <param name="cancellationToken">Ends the requests.</param>
    /// <exception cref="PackException"><c>RunImageNotFound</c>, <c>PlatformNotFound</c>; or the registry's failure.</exception>
    public async Task<PublishImages> FindAsync(BuildInputs inputs, IReadOnlyList<ImageReference> runImages, OciPlatform platform, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        ImageReference[] names = [.. inputs.Tags.Prepend(inputs.Image).Distinct()];
        var runImage = FindRunImageAsync(runImages, platform, end.Token);
        var cached = inputs.Caches.Image is { } cacheImage ? FindCacheAsync(cacheImage, platform, end.Token) : Task.FromResult<StoredImage?>(null);
        var rights = names.Append(inputs.Caches.Image ?? inputs.Image).DistinctBy(name => name.Name).Select(name => _client.TryRightsAsync(name, push: true, end.Token)).ToList();
        var holders = names.Select(name => FindHolderAsync(name, end.Token)).ToList();
        List<Task> all = [runImage, cached, .. rights, .. holders];
        try
        {
            while (all.Count > 0)
            {
                var done = await Task.WhenAny(all).ConfigureAwait(false);
                all.Remove(done);
                await done.ConfigureAwait(false);
            }

            var documents = names.Zip(holders, (name, holder) => (name, document: holder.Result)).Where(found => found.document is not null).ToList();
            var current = await DescribeAsync(inputs.Image, holders[0].Result, platform, end.Token).ConfigureAwait(false);
            var previous = current;
            if (inputs.PreviousImage is { } named)
            {
                ImageNames.Check(named);
                previous = await DescribeAsync(named, await FindHolderAsync(named, end.Token).ConfigureAwait(false), platform, end.Token).ConfigureAwait(false);
            }

            if (inputs.IsOfIndex)
            {
                // The name is the index's; what counts for the image is what the index has for its platform.
                current = holders[0].Result is { IsIndex: true } && current is not null && PlatformName.Of(current.Config) == PlatformName.Of(runImage.Result.Config) ? current : null;
                var held = current is null ? [] : new Dictionary<ImageReference, string> { [inputs.Image] = current.Digest };
                return new PublishImages(runImage.Result, previous, held) { Current = current, Cache = cached.Result, PreviousDigest = current?.Digest };
            }

            return new PublishImages(runImage.Result, previous, documents.ToDictionary(found => found.name, found => found.document!.Descriptor.Digest))
            {
                Current = current,
                Cache = cached.Result,
                PreviousDigest = holders[0].Result is { IsIndex: false } holder ? holder.Descriptor.Digest : null,
            };
        }
        catch
        {
            await end.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(all).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private async Task<StoredImage> FindRunImageAsync(IReadOnlyList<ImageReference> names, OciPlatform platform, CancellationToken cancellationToken)
    {
        PackException? problem = null;
        foreach (var name in names)
        {
            try
            {
                if (await Store.TryResolveAsync(name, platform, cancellationToken).ConfigureAwait(false) is { } image)
                {
                    return image;
                }
            }
            catch (PackException failure)
            {
                // A mirror of it may be in reach.
                problem ??= failure;
            }
        }

        throw problem ?? new PackException(PackErrorIds.RunImageNotFound, PackErrorKind.NotFound, $"The run image '{names[0].Spelling}' is not in the registry {names[0].Registry}.")
        {
            Target = names[0].Spelling,
            RecommendedAction = "An image is published with a run image of a registry. Push the run image, or name one that is in a registry with -RunImage.",
        };
    }

    private async Task<StoredImage?> FindCacheAsync(ImageReference name, OciPlatform platform, CancellationToken cancellationToken) =>
        await FindHolderAsync(name, cancellationToken).ConfigureAwait(false) is { IsIndex: false } holder
            ? await DescribeAsync(name, holder, platform, cancellationToken).ConfigureAwait(false)
            : null;

    /// <summary>What has a name now. A registry may refuse to show a repository that is still to be made.</summary>
    private async Task<StoredManifest?> FindHolderAsync(ImageReference name, CancellationToken cancellationToken)
    {
        try
        {
            return await Store.FindAsync(name, cancellationToken).ConfigureAwait(false);
        }
        catch (PackException failure) when (failure.Kind == PackErrorKind.Unauthorized)
        {
            _logger.LogDebug("The registry does not show {Image}, so it is taken to be a new one: {Reason}", name, failure.Message);
            return null;
        }
    }

    private async Task<StoredImage?> DescribeAsync(ImageReference name, StoredManifest? holder, OciPlatform platform, CancellationToken cancellationToken)
    {
        try
        {
            return holder is null ? null
                : holder.IsIndex ? await Store.TryResolveAsync(name, platform, cancellationToken).ConfigureAwait(false)
                : await Store.DescribeAsync(name, holder, cancellationToken).ConfigureAwait(false);
        }
        catch (PackException failure) when (failure.Kind is PackErrorKind.NotFound or PackErrorKind.InvalidInput)
        {
            _logger.LogDebug("What {Image} is in its registry cannot be used for the build: {Reason}", name, failure.Message);
            return null;
        }
    }

    /// <summary>The host of what may be written as an address.</summary>
    public static string HostOf(string registry) => registry.Split("://")[^1].Split('/')[0];
}

/// <summary>Tells the observer of engine calls of requests to registries, too.</summary>
/// <param name="calls">The observer.</param>
/// <param name="engine">The engine of the build.</param>
internal sealed class RegistryCallRecorder(IEngineCallObserver calls, PackEngineKind engine) : IRegistryCallObserver
{
    /// <inheritdoc/>
    public void Ended(RegistryCall call) => calls.Ended(new EngineCall
    {
        Engine = engine,
        Registry = call.Registry,
        Operation = call.Operation,
        Arguments = [call.Method, call.Address],
        Started = call.Started,
        Duration = call.Duration,
        BytesSent = call.BytesSent,
        BytesReceived = call.BytesReceived,
        Status = call.Status,
    });
}
