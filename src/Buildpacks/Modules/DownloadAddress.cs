using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Buildpacks.Oci;

namespace Buildpacks.Modules;

/// <summary>The address of a file to download, possibly with the checksum that the file must have: <c>https://HOST/PATH#sha256=HEX</c>.</summary>
internal sealed class DownloadAddress
{
    private const string Checksum = "sha256";
    private const int ChecksumLength = 64;

    private DownloadAddress(Uri request, string key, string? sha256, string shown, AuthenticationHeaderValue? authorization) =>
        (Request, Key, Sha256, Shown, Authorization) = (request, key, sha256, shown, authorization);

    /// <summary>What is asked for: the address without user and checksum.</summary>
    public Uri Request { get; }

    /// <summary>The name of the file in the cache, as pack makes it: a hash of the address.</summary>
    public string Key { get; }

    /// <summary>The SHA-256 checksum that the file must have, in lower case; <see langword="null"/> for any.</summary>
    public string? Sha256 { get; }

    /// <summary>The address for people: without user, password and query, which may be secrets.</summary>
    public string Shown { get; }

    /// <summary>The user and password of the address, which its own server gets and no other.</summary>
    public AuthenticationHeaderValue? Authorization { get; }

    /// <summary>Reads an address.</summary>
    /// <param name="text">The address.</param>
    /// <param name="address">The address that was read.</param>
    /// <param name="problem">What is wrong, as the end of a sentence.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out DownloadAddress? address, [NotNullWhen(false)] out string? problem)
    {
        (address, problem) = (null, null);
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.Host.Length == 0)
        {
            problem = "it is not an http or https address";
            return false;
        }

        string? sha256 = null;
        if (uri.Fragment.Length > 1)
        {
            var fragment = uri.Fragment[1..];
            if (!fragment.StartsWith(Checksum, StringComparison.OrdinalIgnoreCase) || fragment.Length != Checksum.Length + 1 + ChecksumLength
                || fragment[Checksum.Length] is not ('=' or ':') || !fragment[(Checksum.Length + 1)..].All(char.IsAsciiHexDigit))
            {
                problem = "what follows its # is not a checksum of the form sha256=HEX with 64 digits";
                return false;
            }

            sha256 = fragment[(Checksum.Length + 1)..].ToLowerInvariant();
        }

        var authorization = uri.UserInfo.Length == 0
            ? null
            : new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(uri.UserInfo))));
        var hash = text.IndexOf('#', StringComparison.Ordinal);
        var key = OciDigest.Hex(OciDigest.Of(Encoding.UTF8.GetBytes(hash < 0 ? text : text[..hash])));
        var request = new UriBuilder(uri) { UserName = "", Password = "", Fragment = "" }.Uri;
        address = new DownloadAddress(request, key, sha256, request.GetLeftPart(UriPartial.Path) + (uri.Query.Length > 0 ? "?…" : ""), authorization);
        return true;
    }

    /// <summary>The failure of a server that refuses.</summary>
    public PackException Refused(HttpStatusCode status)
    {
        var (kind, action) = status switch
        {
            HttpStatusCode.NotFound or HttpStatusCode.Gone => (PackErrorKind.NotFound, "Check the address."),
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => (PackErrorKind.Unauthorized, "Download the file with a login, and specify its path."),
            _ => (PackErrorKind.Failed, "Download the file by other means, and specify its path."),
        };
        return Failed($"the server answered with HTTP status {(int)status}", kind, action);
    }

    /// <summary>The failure of a download.</summary>
    /// <param name="problem">What is wrong, as the end of a sentence.</param>
    /// <param name="kind">What kind of failure it is.</param>
    /// <param name="action">What to do next.</param>
    /// <param name="cause">The cause.</param>
    public PackException Failed(string problem, PackErrorKind kind, string action, Exception? cause = null) =>
        new(PackErrorIds.DownloadFailed, kind, $"{Shown} cannot be downloaded: {problem}.", cause) { Target = Shown, RecommendedAction = action };

    /// <summary>The failure of a download that is not to be used.</summary>
    /// <param name="problem">What is wrong, as the end of a sentence.</param>
    public PackException Invalid(string problem) =>
        new(PackErrorIds.DownloadInvalid, PackErrorKind.InvalidInput, $"The download from {Shown} is not used: {problem}.")
        {
            Target = Shown,
            RecommendedAction = "Check the address and its checksum.",
        };
}
