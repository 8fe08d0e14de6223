using System.Security.Cryptography;
using Buildpacks.Oci;

namespace Buildpacks.IO;

/// <summary>A stream of known length that hashes what is read from it.</summary>
/// <param name="source">The stream; not closed.</param>
/// <param name="length">How many bytes it has.</param>
internal class DigestStream(Stream source, long length) : KnownLengthStream(source, length)
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>The digest of what was read so far. Asking for it begins anew.</summary>
    public string TakeDigest() => OciDigest.FromHash(_hash.GetHashAndReset());

    /// <inheritdoc/>
    protected override void OnRead(ReadOnlySpan<byte> bytes) => _hash.AppendData(bytes);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _hash.Dispose();
        }

        base.Dispose(disposing);
    }
}
