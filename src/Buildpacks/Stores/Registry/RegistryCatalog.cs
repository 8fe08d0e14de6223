using Buildpacks.Reporting;

namespace Buildpacks.Stores.Registry;

/// <summary>Shows images of registries as the objects that scripts see.</summary>
public static class RegistryCatalog
{
    private const int Parallel = 8;

    /// <summary>Reads manifests and configs, several images at once.</summary>
    /// <param name="names">The names.</param>
    /// <param name="access">What the command says of registries.</param>
    /// <param name="runImages">Compares the run images; <see langword="null"/> when nobody asked.</param>
    /// <param name="sink">Gets messages.</param>
    /// <param name="cancellationToken">Ends the requests.</param>
    /// <returns>One entry for each name, in the order of the names.</returns>
    public static async Task<IReadOnlyList<ImageFinding>> FindAsync(
        IReadOnlyList<string> names, RegistryAccess access, RunImageCheck? runImages, IPackSink sink, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(names);
        ArgumentNullException.ThrowIfNull(access);
        using var loggers = new SinkLoggerFactory(sink);
        using var client = access.Connect(names, loggers);
        return await FindAsync(names, new RegistryImageStore(client), runImages, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads manifests and configs of a store.</summary>
    internal static async Task<IReadOnlyList<ImageFinding>> FindAsync(
        IReadOnlyList<string> names, IImageStore store, RunImageCheck? runImages, CancellationToken cancellationToken)
    {
        var findings = new ImageFinding[names.Count];
        await System.Threading.Tasks.Parallel.ForAsync(
            0, names.Count, new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = cancellationToken },
            async (i, token) => findings[i] = await FindAsync(names[i], store, runImages, token).ConfigureAwait(false)).ConfigureAwait(false);
        return findings;
    }

    private static async Task<ImageFinding> FindAsync(string name, IImageStore store, RunImageCheck? runImages, CancellationToken cancellationToken)
    {
        try
        {
            var image = await store.ResolveAsync(ImageNames.Read(name, "image"), RegistryAccess.DefaultPlatform, cancellationToken).ConfigureAwait(false);
            var finding = new ImageFinding(name, ImageCatalog.FromStored(image.Name.ToString(), image), null);
            return runImages is null ? finding : await runImages.CheckAsync(finding, image.Config, cancellationToken).ConfigureAwait(false);
        }
        catch (PackException failure)
        {
            return new ImageFinding(name, null, failure);
        }
    }
}
