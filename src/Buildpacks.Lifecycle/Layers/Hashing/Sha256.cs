using System.Buffers.Binary;
using Buildpacks.Oci;

namespace Buildpacks.Lifecycle.Layers.Hashing;

/// <summary>
/// An incremental SHA-256 (FIPS 180-4) of this program's own. The framework's needs OpenSSL, which base images need not
/// have and a static program cannot load.
/// </summary>
internal sealed class Sha256
{
    private const int LengthOffset = 56;

    private readonly uint[] state =
        [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];

    private readonly byte[] pending = new byte[Sha256Blocks.Size];
    private int pendingCount;
    private ulong length;

    /// <summary>The digest of some content.</summary>
    public static string DigestOf(ReadOnlySpan<byte> content)
    {
        var hash = new Sha256();
        hash.Append(content);
        return hash.Digest();
    }

    /// <summary>Adds content.</summary>
    public void Append(ReadOnlySpan<byte> content)
    {
        length += (ulong)content.Length;
        if (pendingCount > 0)
        {
            var taken = Math.Min(pending.Length - pendingCount, content.Length);
            content[..taken].CopyTo(pending.AsSpan(pendingCount));
            pendingCount += taken;
            content = content[taken..];
            if (pendingCount < pending.Length)
            {
                return;
            }

            Sha256Blocks.Compress(state, pending);
            pendingCount = 0;
        }

        var whole = content.Length - (content.Length % pending.Length);
        Sha256Blocks.Compress(state, content[..whole]);
        content[whole..].CopyTo(pending);
        pendingCount = content.Length - whole;
    }

    /// <summary>Ends the hash and returns it as a digest. Nothing may be added afterwards.</summary>
    public string Digest()
    {
        pending[pendingCount++] = 0x80;
        if (pendingCount > LengthOffset)
        {
            pending.AsSpan(pendingCount).Clear();
            Sha256Blocks.Compress(state, pending);
            pendingCount = 0;
        }

        pending.AsSpan(pendingCount, LengthOffset - pendingCount).Clear();
        BinaryPrimitives.WriteUInt64BigEndian(pending.AsSpan(LengthOffset), length * 8);
        Sha256Blocks.Compress(state, pending);
        Span<byte> hash = stackalloc byte[state.Length * sizeof(uint)];
        for (var i = 0; i < state.Length; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(hash[(i * sizeof(uint))..], state[i]);
        }

        return OciDigest.FromHash(hash);
    }
}
