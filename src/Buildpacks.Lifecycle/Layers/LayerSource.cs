namespace Buildpacks.Lifecycle.Layers;

/// <summary>A layer that can be written any number of times, with the same bytes each time.</summary>
/// <param name="Id">What messages call it, such as <c>samples/node:modules</c>.</param>
/// <param name="CreatedBy">What the image's history says of it.</param>
/// <param name="WriteTo">Writes the layer's entries.</param>
internal sealed record LayerSource(string Id, string CreatedBy, Action<LayerArchive> WriteTo);
