using Buildpacks.Engines;
using Buildpacks.Oci;
using Buildpacks.Stores.LayerCaching;

namespace Buildpacks.Stores.Sparse;

/// <summary>An image that a lifecycle wrote as a layout, to be taken into an engine's store.</summary>
public sealed record LayoutImport
{
    /// <summary>Opens the layout as a tar stream whose names begin with the layout's own folder. Opened again for a second attempt.</summary>
    public required Func<CancellationToken, Task<Stream>> Open { get; init; }

    /// <summary>The names of the image, full and with tags, the first being the main one.</summary>
    public required IReadOnlyList<string> Names { get; init; }

    /// <summary>The id of the image that has the main name now; <see langword="null"/> for none.</summary>
    public string? PreviousId => Holders.GetValueOrDefault(Names[0]);

    /// <summary>The ids of the images that have the names now, of those names that some image has.</summary>
    public IReadOnlyDictionary<string, string> Holders { get; init; } = new Dictionary<string, string>();

    /// <summary>The image that has the main name now, if it is among <see cref="HeldIn"/>.</summary>
    public ImageDetail? Previous => PreviousId is { } id ? HeldIn.FirstOrDefault(image => image.Id == id) : null;

    /// <summary>Images of the engine that have the layers which the layout leaves out, the likeliest first.</summary>
    public IReadOnlyList<ImageDetail> HeldIn { get; init; } = [];

    /// <summary>
    /// What the engine's store calls layers that it holds, by diffID, where that is not the diffID itself: containerd's store knows
    /// layers by the digests they came with.
    /// </summary>
    public IReadOnlyDictionary<string, OciDescriptor> HeldBlobs { get; init; } = new Dictionary<string, OciDescriptor>();

    /// <summary>What the image's labels call its run image, in the place of what the lifecycle wrote; <see langword="null"/> to leave that.</summary>
    public string? RunImageReference { get; init; }

    /// <summary>Where layers are kept that the next import may need; <see langword="null"/> to keep none.</summary>
    public LayerCache? Layers { get; init; }

    /// <summary>Told the bytes sent so far; may be <see langword="null"/>.</summary>
    public IProgress<long>? Progress { get; init; }
}
