using Buildpacks.Stores.Archives;

namespace Buildpacks.Stores.Copies;

/// <summary>A layer of an image in files.</summary>
/// <param name="Layer">The layer; held, when its file is absent or empty.</param>
/// <param name="Path">Its file.</param>
/// <param name="Packed">Whether the file has to be unpacked before a digest that is known says anything of it.</param>
internal sealed record FileLayer(ArchiveLayer Layer, string Path, bool Packed = false);
