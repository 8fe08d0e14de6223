using Buildpacks.Lifecycle.Layers;
using Buildpacks.Oci;

namespace Buildpacks.Lifecycle.Images;

/// <summary>One app image on its way into a store. Layers come in their order, on top of the run image's.</summary>
internal interface IImageExport : IDisposable
{
    /// <summary>Whether the layer can come next out of the previous image without its content being moved.</summary>
    bool CanReuse(string diffId);

    /// <summary>Adds a layer of the previous image whose content is not on this machine; where <see cref="CanReuse"/> says no, at the cost of moving it.</summary>
    /// <exception cref="InvalidDataException">The previous image has no such layer.</exception>
    void Reuse(string diffId);

    /// <summary>Writes a layer and adds it.</summary>
    /// <returns>Its diffID.</returns>
    string Add(LayerSource layer);

    /// <summary>Saves the image under all its names.</summary>
    /// <param name="config">Its config, whose diffIDs are the run image's and those added.</param>
    /// <param name="names">Its names, the first being the one that the export began with.</param>
    /// <param name="cancellationToken">Ends the saving.</param>
    Task<SavedImage> SaveAsync(OciImageConfig config, IReadOnlyList<string> names, CancellationToken cancellationToken);
}
