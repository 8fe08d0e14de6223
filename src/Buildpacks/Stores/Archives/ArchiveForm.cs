using Buildpacks.Engines;

namespace Buildpacks.Stores.Archives;

/// <summary>How an archive of images is laid out for an engine to load.</summary>
public enum ArchiveForm
{
    /// <summary>
    /// An OCI layout in a tar. Layers that the engine holds may be absent: for podman, and for docker with containerd's store.
    /// </summary>
    Oci,

    /// <summary>
    /// docker's own form: manifest.json beside config and layers. Layers that the engine holds may be empty files: for docker with
    /// its graph drivers. With all layers there, every engine loads it.
    /// </summary>
    Docker,
}

/// <summary>Which form of archive an engine loads without the layers it holds.</summary>
internal static class ArchiveForms
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
