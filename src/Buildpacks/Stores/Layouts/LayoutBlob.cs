namespace Buildpacks.Stores.Layouts;

/// <summary>A blob in a layout that is too large to be held: it has to be used before the next is read.</summary>
/// <param name="Digest">Its digest, by its name.</param>
/// <param name="Length">How many bytes it has.</param>
/// <param name="Content">The bytes.</param>
internal sealed record LayoutBlob(string Digest, long Length, Stream Content);
