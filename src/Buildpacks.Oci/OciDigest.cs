using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Buildpacks.Oci;

/// <summary>Digests as OCI writes them: <c>sha256:</c> and 64 lower case hexadecimal digits.</summary>
public static class OciDigest
{
    /// <summary>The only supported algorithm.</summary>
    public const string Algorithm = "sha256";

    private const string Prefix = Algorithm + ":";

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    /// <summary>The digest of some content.</summary>
    public static string Of(ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content, hash);
        return FromHash(hash);
    }

    /// <summary>Writes a hash as a digest.</summary>
    /// <param name="hash">The 32 bytes of a SHA-256 hash.</param>
    public static string FromHash(ReadOnlySpan<byte> hash) =>
        hash.Length == SHA256.HashSizeInBytes
            ? Prefix + Convert.ToHexString(hash).ToLowerInvariant()
            : throw new ArgumentException("a SHA-256 hash has 32 bytes", nameof(hash));

    /// <summary>Whether the text is a valid digest. A valid digest can be used in a path.</summary>
    public static bool IsValid([NotNullWhen(true)] string? digest) =>
        digest is { Length: 71 } && digest.StartsWith(Prefix, StringComparison.Ordinal)
        && !digest.AsSpan(Prefix.Length).ContainsAnyExcept(HexDigits);

    /// <summary>The hexadecimal digits of a digest.</summary>
    /// <exception cref="FormatException">The text is not a digest.</exception>
    public static string Hex(string? digest) =>
        IsValid(digest) ? digest[Prefix.Length..] : throw new FormatException($"'{digest}' is not a digest: expected sha256: and 64 hexadecimal digits");
}
