using Buildpacks.IO;

namespace Buildpacks.Stores.LayerCaching;

/// <summary>A stream of known length; what is read from it goes into a file of the cache too.</summary>
/// <param name="source">The stream; not closed.</param>
/// <param name="length">How many bytes it has.</param>
/// <param name="file">The file.</param>
internal sealed class KeptStream(Stream source, long length, LayerCacheFile file) : KnownLengthStream(source, length)
{
    /// <inheritdoc/>
    protected override void OnRead(ReadOnlySpan<byte> bytes) => file.Write(bytes);
}
