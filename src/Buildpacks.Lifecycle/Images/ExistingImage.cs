using Buildpacks.Oci;

namespace Buildpacks.Lifecycle.Images;

/// <summary>An image that is there already: the run image, or the app image of the build before.</summary>
/// <param name="Name">The name it was asked for by.</param>
/// <param name="Identifier">What identifies its content: a layout's path or a repository with the manifest's digest, or an engine's image id.</param>
/// <param name="Config">Its config.</param>
internal sealed record ExistingImage(string Name, string Identifier, OciImageConfig Config)
{
    /// <summary>The layers as the image's manifest describes them, the base first; empty where the store has no manifest.</summary>
    public IReadOnlyList<OciDescriptor> Layers { get; init; } = [];

    /// <summary>The folder of its layout; <see langword="null"/> when it is in an engine.</summary>
    public string? Folder { get; init; }

    /// <summary>Whether its engine knows images by their manifests, as docker does with containerd's store: such an engine takes an empty layer for the layer.</summary>
    public bool IsKnownByManifest { get; init; }

    /// <summary>The diffIDs, the base first.</summary>
    public IReadOnlyList<string> DiffIds => Config.Rootfs.DiffIds;

    /// <summary>A label's value, or <see langword="null"/>.</summary>
    public string? Label(string name) => Config.Config?.Labels?.GetValueOrDefault(name);

    /// <summary>The description of a layer, or <see langword="null"/> when the image has no such layer.</summary>
    public OciDescriptor? FindLayer(string diffId)
    {
        for (var i = 0; i < Layers.Count; i++)
        {
            if (DiffIds[i] == diffId)
            {
                return Layers[i];
            }
        }

        return null;
    }
}
