using Buildpacks.Engines;

namespace Buildpacks.Stores.Archives;

/// <summary>Which form of archive an engine loads without the layers it holds.</summary>
public static class ArchiveForms
{
    /// <summary>The form for an engine. Costs docker one call, podman none.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public static async Task<ArchiveForm> ForAsync(IEngine engine, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(engine);
        return Of(await engine.Images.GetTraitsAsync(cancellationToken).ConfigureAwait(false));
    }

    /// <summary>The form for a store.</summary>
    /// <param name="traits">The store.</param>
    public static ArchiveForm Of(ImageStoreTraits traits) => traits.LoadsSparseOci ? ArchiveForm.Oci : ArchiveForm.Docker;
}
