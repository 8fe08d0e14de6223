namespace Buildpacks.Stores.Copies;

/// <summary>What became of an image that was copied.</summary>
/// <param name="Id">Its id at the place it was copied to.</param>
/// <param name="LayersMoved">The layers that were written.</param>
/// <param name="LayersSkipped">The layers that were there already.</param>
/// <param name="Bytes">The bytes written.</param>
internal sealed record ImageLanding(string Id, int LayersMoved, int LayersSkipped, long Bytes);
