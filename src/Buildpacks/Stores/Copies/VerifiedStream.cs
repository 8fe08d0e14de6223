using Buildpacks.IO;
using Buildpacks.Stores.Archives;

namespace Buildpacks.Stores.Copies;

/// <summary>A layer's content. Reading its last byte throws when it is not what its digest says.</summary>
/// <param name="source">The stream; not closed.</param>
/// <param name="layer">The layer.</param>
/// <param name="place">Where it comes from, for the failure.</param>
internal sealed class VerifiedStream(Stream source, ArchiveLayer layer, string place) : DigestStream(source, layer.Blob.Size)
{
    private long _read;

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await base.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (EndOfStreamException exception)
        {
            throw FileErrors.Invalid(place, $"its layer {layer.Blob.Digest} ends early", exception);
        }
    }

    /// <inheritdoc/>
    protected override void OnRead(ReadOnlySpan<byte> bytes)
    {
        base.OnRead(bytes);
        _read += bytes.Length;
        if (_read == Length && TakeDigest() is var actual && actual != layer.Blob.Digest)
        {
            throw FileErrors.Invalid(place, $"its layer {layer.Blob.Digest} does not match its digest: the digest of its content is {actual}");
        }
    }
}
