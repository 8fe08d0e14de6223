using System.Security.Cryptography;
using Buildpacks.Oci;

namespace Buildpacks.Caches.Images;

/// <summary>Copies a stream and computes the digest of what passes.</summary>
internal static class HashedCopy
{
    private const int BufferSize = 128 * 1024;

    /// <summary>Copies to the end.</summary>
    /// <param name="source">The stream.</param>
    /// <param name="destination">Where it goes.</param>
    /// <param name="maximum">How many bytes it may have.</param>
    /// <param name="cancellationToken">Ends the copying.</param>
    /// <returns>The digest.</returns>
    /// <exception cref="InvalidDataException">There are more bytes.</exception>
    public static async Task<string> RunAsync(Stream source, Stream destination, long maximum, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[BufferSize];
        long total = 0;
        while (await source.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is var count and > 0)
        {
            if ((total += count) > maximum)
            {
                throw new InvalidDataException($"it has more than {maximum} bytes");
            }

            hash.AppendData(buffer, 0, count);
            await destination.WriteAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
        }

        return OciDigest.FromHash(hash.GetHashAndReset());
    }
}
