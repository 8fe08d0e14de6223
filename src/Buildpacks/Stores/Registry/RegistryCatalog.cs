using Buildpacks.Oci;
using Buildpacks.Reporting;

namespace Buildpacks.Stores.Registry;

/// <summary>An image that was looked for in a registry.</summary>
/// <param name="Name">The name as it was asked for.</param>
/// <param name="Image">The image; <see langword="null"/> when it was not found.</param>
/// <param name="Failure">Why it was not found.</param>
public sealed record RegistryFinding(string Name, PackImage? Image, PackException? Failure);

/// <summary>Shows images of registries as the objects that scripts see.</summary>
public static class RegistryCatalog
{
    private const int Parallel = 8;

    /// <summary>Reads manifests and configs, several images at once.</summary>
    /// <param name="names">The names.</param>
    /// <param name="access">What the command says of registries.</param>
    /// <param name="sink">Gets messages.</param>
    /// <param name="cancellationToken">Ends the requests.</param>
    /// <returns>One entry for each name, in the order of the names.</returns>
    public static async Task<IReadOnlyList<RegistryFinding>> FindAsync(
        IReadOnlyList<string> names, RegistryAccess access, IPackSink sink, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(names);
        ArgumentNullException.ThrowIfNull(access);
        using var loggers = new SinkLoggerFactory(sink);
        using var client = access.Connect(names, loggers);
        return await FindAsync(names, new RegistryImageStore(client), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads manifests and configs of a store.</summary>
    internal static async Task<IReadOnlyList<RegistryFinding>> FindAsync(IReadOnlyList<string> names, IImageStore store, CancellationToken cancellationToken)
    {
        var findings = new RegistryFinding[names.Count];
        await System.Threading.Tasks.Parallel.ForAsync(
            0, names.Count, new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = cancellationToken },
            async (i, token) => findings[i] = await FindAsync(names[i], store, token).ConfigureAwait(false)).ConfigureAwait(false);
        return findings;
    }

    private static async Task<RegistryFinding> FindAsync(string name, IImageStore store, CancellationToken cancellationToken)
    {
        try
        {
            ImageNames.Check(name, "image");
            var image = await store.ResolveAsync(ImageReference.Parse(name), RegistryAccess.DefaultPlatform, cancellationToken).ConfigureAwait(false);
            return new RegistryFinding(name, ImageCatalog.FromStored(image.Name.ToString(), image), null);
        }
        catch (PackException failure)
        {
            return new RegistryFinding(name, null, failure);
        }
    }
}
