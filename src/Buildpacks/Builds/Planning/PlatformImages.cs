using Buildpacks.Configuration;
using Buildpacks.Oci;
using Buildpacks.Stores;
using Buildpacks.Stores.Registry;

namespace Buildpacks.Builds.Planning;

/// <summary>
/// Finds the image for a platform behind a name of a registry. Its name is that of the repository with a digest: an engine that has the image for
/// another platform under the name itself keeps both.
/// </summary>
/// <param name="connect">Connects to registries.</param>
/// <param name="found">What was found before, so that a registry need not be asked again.</param>
internal sealed class PlatformImages(Func<RegistryClient> connect, Hints found) : IDisposable
{
    private RegistryClient? _client;

    /// <summary>The image that was found last.</summary>
    /// <returns>Its name; <see langword="null"/> when none was.</returns>
    public ImageReference? Find(ImageReference name, OciPlatform platform) =>
        ImageReference.Find(found.Find(Key(name, platform))) is { Digest: not null } known ? known : null;

    /// <summary>Asks the registry.</summary>
    /// <param name="name">The image.</param>
    /// <param name="platform">The platform.</param>
    /// <param name="cancellationToken">Ends the requests.</param>
    /// <returns>The name of the image; <see langword="null"/> when the registry has none of the name.</returns>
    /// <exception cref="PackException"><c>PlatformNotFound</c>; or the registry's failure.</exception>
    public async Task<ImageReference?> AskAsync(ImageReference name, OciPlatform platform, CancellationToken cancellationToken)
    {
        var image = await new RegistryImageStore(_client ??= connect()).TryResolveAsync(name, platform, cancellationToken).ConfigureAwait(false);
        if (image is null)
        {
            return null;
        }

        var has = PlatformName.Of(image.Config);
        if (PlatformChoice.Distance(has, platform) is null)
        {
            throw StoreErrors.PlatformNotFound(name, platform, [has.ToString()]);
        }

        var chosen = name.WithDigest(image.Digest);
        found.Store(Key(name, platform), chosen.ToString());
        return chosen;
    }

    /// <inheritdoc/>
    public void Dispose() => _client?.Dispose();

    private static string Key(ImageReference name, OciPlatform platform) => $"platform\n{platform}\n{name}";
}
