using System.Net.Http.Headers;
using System.Text;

namespace Buildpacks.Stores.Registry;

/// <summary>How a registry wants to be told who asks: a header <c>WWW-Authenticate</c>.</summary>
/// <param name="IsBearer">Whether a token is wanted, and not user and password.</param>
/// <param name="Realm">The token server's address.</param>
/// <param name="Service">The registry's name at the token server.</param>
/// <param name="Scope">The rights that the request needs, parted by spaces.</param>
/// <param name="Error">Why the token that was sent did not do.</param>
internal sealed record AuthChallenge(bool IsBearer, string? Realm, string? Service, string? Scope, string? Error)
{
    private const int Longest = 8 * 1024;

    /// <summary>Reads the headers of an answer. A token is preferred to a password.</summary>
    /// <returns>The challenge; <see langword="null"/> when there is none that is known.</returns>
    public static AuthChallenge? Read(HttpResponseHeaders headers)
    {
        var all = headers.TryGetValues("WWW-Authenticate", out var values) ? values.Where(value => value.Length <= Longest).SelectMany(Parse).ToList() : [];
        return all.Find(challenge => challenge.IsBearer) ?? all.FirstOrDefault();
    }

    /// <summary>Reads one header, which may have several challenges. What cannot be read is passed over.</summary>
    public static IReadOnlyList<AuthChallenge> Parse(string header)
    {
        var challenges = new List<AuthChallenge>();
        var position = 0;
        string? scheme = null;
        var parameters = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (true)
        {
            Skip(header, ref position, " \t,");
            var word = Token(header, ref position);
            if (word.Length == 0)
            {
                if (position >= header.Length)
                {
                    break;
                }

                position++;
                continue;
            }

            var afterWord = position;
            Skip(header, ref position, " \t");
            if (scheme is not null && position < header.Length && header[position] == '=')
            {
                position++;
                Skip(header, ref position, " \t");
                parameters.TryAdd(word, position < header.Length && header[position] == '"' ? Quoted(header, ref position) : Token(header, ref position));
                continue;
            }

            position = afterWord;
            Add();
            scheme = word;
            parameters.Clear();
        }

        Add();
        return challenges;

        void Add()
        {
            if (scheme is not null && (scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase) || scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase)))
            {
                challenges.Add(new AuthChallenge(
                    scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase), parameters.GetValueOrDefault("realm"),
                    parameters.GetValueOrDefault("service"), parameters.GetValueOrDefault("scope"), parameters.GetValueOrDefault("error")));
            }
        }
    }

    private static void Skip(string text, ref int position, string characters)
    {
        while (position < text.Length && characters.Contains(text[position], StringComparison.Ordinal))
        {
            position++;
        }
    }

    private static string Token(string text, ref int position)
    {
        var start = position;
        while (position < text.Length && text[position] is not (' ' or '\t' or ',' or '=' or '"'))
        {
            position++;
        }

        return text[start..position];
    }

    private static string Quoted(string text, ref int position)
    {
        var value = new StringBuilder();
        for (position++; position < text.Length && text[position] != '"'; position++)
        {
            if (text[position] == '\\' && position + 1 < text.Length)
            {
                position++;
            }

            value.Append(text[position]);
        }

        position = Math.Min(position + 1, text.Length);
        return value.ToString();
    }
}

/// <summary>
/// Decides whether a token server may be given a registry's credential. The registry names the server, so a registry that was
/// taken over, or one that is reached without TLS, could name any.
/// </summary>
internal static class TokenRealm
{
    /// <summary>Checks the address of a token server.</summary>
    /// <param name="registry">The address of the registry.</param>
    /// <param name="realm">The address that it names.</param>
    /// <param name="trusted">Hosts that are trusted by configuration.</param>
    /// <param name="problem">What is wrong, as the end of a sentence.</param>
    /// <returns>Whether the credential may be sent there.</returns>
    /// <remarks>
    /// The connection has to be TLS, unless the registry itself is reached without, and then it has to be the same host or this machine.
    /// The host has to be the registry's, or below the domain that the registry's host is in (<c>auth.docker.io</c> for
    /// <c>registry-1.docker.io</c>, <c>gitlab.com</c> for <c>registry.gitlab.com</c>; a domain has at least two names), or trusted.
    /// </remarks>
    public static bool IsAllowed(Uri registry, Uri realm, IReadOnlyCollection<string> trusted, out string problem)
    {
        var isSameMachine = realm.IdnHost == registry.IdnHost || (realm.IsLoopback && registry.IsLoopback);
        if (realm.Scheme != Uri.UriSchemeHttps && !(realm.Scheme == Uri.UriSchemeHttp && registry.Scheme == Uri.UriSchemeHttp && isSameMachine))
        {
            problem = "it is not reached through TLS";
            return false;
        }

        problem = "its name is not related to the registry's";
        return isSameMachine || IsRelated(registry, realm) || trusted.Contains(realm.IdnHost, StringComparer.OrdinalIgnoreCase);
    }

    private static bool IsRelated(Uri registry, Uri realm)
    {
        if (registry.HostNameType != UriHostNameType.Dns || registry.IdnHost.IndexOf('.', StringComparison.Ordinal) is not (var dot and > 0))
        {
            return false;
        }

        var domain = registry.IdnHost[(dot + 1)..];
        return domain.Contains('.', StringComparison.Ordinal)
            && (realm.IdnHost.Equals(domain, StringComparison.OrdinalIgnoreCase) || realm.IdnHost.EndsWith("." + domain, StringComparison.OrdinalIgnoreCase));
    }
}
