using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Buildpacks.Engines;
using Buildpacks.IO;
using Buildpacks.Oci;

namespace Buildpacks.Stores.Registry;

/// <summary>
/// Tells one registry who asks. Nothing is said before the registry asks; then user and password, or a token for the rights that a
/// request needs, which is kept until it expires.
/// </summary>
internal sealed class RegistryAuthenticator(RegistryEndpoint endpoint, RegistryTransport transport, RegistryOptions options) : IDisposable
{
    /// <summary>How long a token lasts of which the server does not say it, and what is taken off for clocks and ways.</summary>
    private const int UsualSeconds = 60;
    private const int Margin = 10;

    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly ConcurrentDictionary<string, Lazy<Task<RegistryCredential?>>> _credentials = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, AccessToken> _tokens = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _moreScopes = new(StringComparer.Ordinal);
    private AuthChallenge? _challenge;

    /// <summary>What a request is sent with.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Ends the request for a token.</param>
    /// <returns>The header; <see langword="null"/> for none.</returns>
    public async ValueTask<AuthenticationHeaderValue?> AuthorizeAsync(RegistryRequest request, CancellationToken cancellationToken)
    {
        if (_challenge is not { } challenge)
        {
            return null;
        }

        var credential = await FindCredentialAsync(request.Image, cancellationToken).ConfigureAwait(false);
        if (!challenge.IsBearer)
        {
            return credential is { IsPassword: true } ? Basic(credential)
                : credential?.RegistryToken is { } direct ? new AuthenticationHeaderValue("Bearer", direct)
                : null;
        }

        if (credential?.RegistryToken is { } given)
        {
            return new AuthenticationHeaderValue("Bearer", given);
        }

        var scopes = Scopes(request);
        if (Kept(scopes) is { } kept)
        {
            return kept;
        }

        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (Kept(scopes) is { } meanwhile)
            {
                return meanwhile;
            }

            var token = await FetchAsync(challenge, request, scopes, credential, cancellationToken).ConfigureAwait(false);
            transport.Secrets.Add(token.Value);
            _tokens[scopes] = token;
            return new AuthenticationHeaderValue("Bearer", token.Value);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Deals with the answer 401.</summary>
    /// <param name="request">The request.</param>
    /// <param name="sent">What it was sent with.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="attempt">How often the request was refused, from 1.</param>
    /// <param name="cancellationToken">Ends the search for a credential.</param>
    /// <exception cref="PackException">The registry was told all that can be told, or asks in a way that is not known.</exception>
    public async Task OnRefusedAsync(
        RegistryRequest request, AuthenticationHeaderValue? sent, RegistryAnswer answer, int attempt, CancellationToken cancellationToken)
    {
        var challenge = AuthChallenge.Read(answer.Message.Headers);
        var credential = await FindCredentialAsync(request.Image, cancellationToken).ConfigureAwait(false);
        if (challenge is null && sent is null)
        {
            throw RegistryErrors.LoginRefused(endpoint, request.Image, "it does not name a login method");
        }

        if (sent is null && !challenge!.IsBearer && credential is null or { IdentityToken: not null })
        {
            throw RegistryErrors.LoginMissing(endpoint, request.Image, options.Credentials.Unreadable);
        }

        if (sent is { Scheme: "Basic" })
        {
            throw RegistryErrors.LoginRefused(endpoint, request.Image, await answer.ReadProblemAsync(cancellationToken).ConfigureAwait(false));
        }

        if (sent is not null)
        {
            if (sent.Parameter == credential?.RegistryToken)
            {
                throw challenge?.Error == "insufficient_scope"
                    ? RegistryErrors.AccessDenied(endpoint, request, await answer.ReadProblemAsync(cancellationToken).ConfigureAwait(false))
                    : RegistryErrors.TokenExpired(endpoint, request.Image, await answer.ReadProblemAsync(cancellationToken).ConfigureAwait(false));
            }

            // A token that has expired, or one without a right that only the challenge names. Once is enough to find out.
            _tokens.TryRemove(Scopes(request), out _);
            if (attempt > 1 + Convert.ToInt32(request.WasAsked))
            {
                var problem = await answer.ReadProblemAsync(cancellationToken).ConfigureAwait(false);
                throw challenge?.Error == "invalid_token" ? RegistryErrors.TokenExpired(endpoint, request.Image, problem)
                    : credential is null ? RegistryErrors.LoginMissing(endpoint, request.Image, options.Credentials.Unreadable, problem)
                    : RegistryErrors.AccessDenied(endpoint, request, problem);
            }
        }
        else
        {
            request.WasAsked = true;
        }

        if (challenge is not null)
        {
            if (challenge.IsBearer)
            {
                _moreScopes[Key(request)] = challenge.Scope ?? "";
            }

            _challenge = challenge;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();

    private AuthenticationHeaderValue Basic(RegistryCredential credential)
    {
        var encoded = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credential.Username}:{credential.Password}"));
        transport.Secrets.Add(encoded);
        return new AuthenticationHeaderValue("Basic", encoded);
    }

    private static string Key(RegistryRequest request) => string.Join(' ', request.Scopes);

    /// <summary>The rights of a request, and those that the registry named when it was asked last.</summary>
    private string Scopes(RegistryRequest request)
    {
        var own = request.Scopes.ToList();
        foreach (var scope in _moreScopes.GetValueOrDefault(Key(request), "").Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            // The same resource with other actions: together.
            var colon = scope.LastIndexOf(':');
            var same = colon < 0 ? -1 : own.FindIndex(known => known.StartsWith(scope[..(colon + 1)], StringComparison.Ordinal));
            if (same < 0)
            {
                own.Add(scope);
            }
            else
            {
                own[same] = scope[..(colon + 1)] + string.Join(',', own[same][(colon + 1)..].Split(',').Union(scope[(colon + 1)..].Split(',')));
            }
        }

        return string.Join(' ', own);
    }

    private AuthenticationHeaderValue? Kept(string scopes) =>
        _tokens.TryGetValue(scopes, out var token) && token.Expires > DateTimeOffset.UtcNow ? new AuthenticationHeaderValue("Bearer", token.Value) : null;

    private async Task<RegistryCredential?> FindCredentialAsync(ImageReference image, CancellationToken cancellationToken)
    {
        // A helper is a process: it is asked once for a repository, and by nobody's token who may give up.
        var credential = await _credentials
            .GetOrAdd(image.Name, _ => new Lazy<Task<RegistryCredential?>>(() => options.Credentials.FindAsync(image, CancellationToken.None).AsTask()))
            .Value.WaitAsync(cancellationToken).ConfigureAwait(false);
        transport.Secrets.Add(credential?.Password);
        transport.Secrets.Add(credential?.IdentityToken);
        transport.Secrets.Add(credential?.RegistryToken);
        return credential;
    }

    private async Task<AccessToken> FetchAsync(
        AuthChallenge challenge, RegistryRequest request, string scopes, RegistryCredential? credential, CancellationToken cancellationToken)
    {
        var registry = await endpoint.AddressAsync(cancellationToken).ConfigureAwait(false);
        if (!Uri.TryCreate(challenge.Realm, UriKind.Absolute, out var realm) || realm.UserInfo.Length > 0)
        {
            throw RegistryErrors.RealmRefused(endpoint, challenge.Realm ?? "", "it is not an address");
        }

        // Without a credential there is nothing to lose but the question itself, which does not go to this machine or to other protocols.
        var isAllowed = TokenRealm.IsAllowed(registry, realm, options.TrustedTokenHosts, out var problem);
        if (!isAllowed && (credential is not null || realm.Scheme != Uri.UriSchemeHttps || realm.IsLoopback))
        {
            throw RegistryErrors.RealmRefused(endpoint, realm.GetLeftPart(UriPartial.Path), problem);
        }

        var parameters = new List<KeyValuePair<string, string>>();
        if (challenge.Service is { Length: > 0 } service)
        {
            parameters.Add(new("service", service));
        }

        return credential?.IdentityToken is { } identity
            ? await ExchangeAsync(realm, parameters, request, scopes, identity, cancellationToken).ConfigureAwait(false)
            : await AskAsync(realm, parameters, request, scopes, credential, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Asks with user and password, or anonymously: the token server's usual way.</summary>
    private async Task<AccessToken> AskAsync(
        Uri realm, List<KeyValuePair<string, string>> parameters, RegistryRequest request, string scopes, RegistryCredential? credential, CancellationToken cancellationToken)
    {
        parameters.AddRange(scopes.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(scope => new KeyValuePair<string, string>("scope", scope)));
        if (credential is not null)
        {
            parameters.Add(new("account", credential.Username));
        }

        var query = string.Join('&', parameters.Select(parameter => $"{parameter.Key}={Uri.EscapeDataString(parameter.Value)}"));
        var address = new UriBuilder(realm) { Query = realm.Query.Length > 1 ? realm.Query[1..] + "&" + query : query }.Uri;
        return await SendAsync(
            new RegistryRequest(HttpMethod.Get, "TokenGet", request.Image) { Address = address, IsOfRegistry = false, Authorization = credential is null ? null : Basic(credential) },
            credential, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Exchanges an identity token: OAuth 2, with the token in the body.</summary>
    private Task<AccessToken> ExchangeAsync(
        Uri realm, List<KeyValuePair<string, string>> parameters, RegistryRequest request, string scopes, string identity, CancellationToken cancellationToken)
    {
        parameters.AddRange([new("grant_type", "refresh_token"), new("client_id", "buildpacks"), new("scope", scopes), new("refresh_token", identity)]);
        return SendAsync(
            new RegistryRequest(HttpMethod.Post, "TokenExchange", request.Image) { Address = realm, IsOfRegistry = false, Content = () => new FormUrlEncodedContent(parameters) },
            new RegistryCredential("", "") { IdentityToken = identity }, cancellationToken);
    }

    private async Task<AccessToken> SendAsync(RegistryRequest request, RegistryCredential? credential, CancellationToken cancellationToken)
    {
        using var answer = await transport.SendAsync(endpoint, request, cancellationToken).ConfigureAwait(false);
        if (answer.Status != HttpStatusCode.OK)
        {
            var words = await answer.ReadProblemAsync(cancellationToken).ConfigureAwait(false);
            throw answer.Status switch
            {
                HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized when credential?.IdentityToken is not null =>
                    RegistryErrors.TokenExpired(endpoint, request.Image, words),
                HttpStatusCode.Unauthorized when credential is null => RegistryErrors.LoginMissing(endpoint, request.Image, options.Credentials.Unreadable, words),
                HttpStatusCode.Unauthorized => RegistryErrors.LoginRefused(endpoint, request.Image, words),
                HttpStatusCode.Forbidden => RegistryErrors.AccessDenied(endpoint, request, words),
                _ => RegistryErrors.Failed(endpoint, request, answer, words),
            };
        }

        var content = await answer.ReadDocumentAsync(StoredManifest.MaximumSize, cancellationToken).ConfigureAwait(false);
        try
        {
            using var document = JsonDocument.Parse(content);
            var root = document.RootElement;
            var seconds = root.Member("expires_in") is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var said) && said > 0 ? said : UsualSeconds;
            return (root.Member("token").Text() ?? root.Member("access_token").Text()) is { } value && !value.Any(c => char.IsControl(c) || c == ' ')
                ? new AccessToken(value, DateTimeOffset.UtcNow.AddSeconds(Math.Max(seconds - Margin, seconds / 2.0)))
                : throw RegistryErrors.Unexpected(endpoint, request, "the answer of its token server has no token");
        }
        catch (JsonException)
        {
            // The cause would quote the answer, which may have a token.
            throw RegistryErrors.Unexpected(endpoint, request, "the answer of its token server is not JSON");
        }
    }

    private sealed record AccessToken(string Value, DateTimeOffset Expires)
    {
        public override string ToString() => "***";
    }
}
