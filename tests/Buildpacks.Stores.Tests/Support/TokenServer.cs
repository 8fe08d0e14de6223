using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;

namespace Buildpacks.Stores.Tests.Support;

/// <summary>A token server for registries: it knows one user, one identity token, and which repositories they may use.</summary>
internal sealed class TokenServer : IDisposable
{
    public const string User = "tester";
    public const string Password = "pa55-word-of-the-token-server";
    public const string IdentityToken = "identity-t0ken-of-the-token-server";
    public const string Service = "registry.test";
    public const string Issuer = "tests";

    private readonly HttpListener _listener = new();
    private readonly RSA _key = RSA.Create(2048);
    private readonly X509Certificate2 _certificate;
    private readonly ConcurrentQueue<TokenRequest> _requests = new();

    public TokenServer()
    {
        _certificate = new CertificateRequest("CN=tokens", _key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            Realm = new Uri($"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/token");
        }

        _listener.Prefixes.Add($"http://127.0.0.1:{Realm.Port}/");
        _listener.Start();
        _ = ServeAsync();
    }

    /// <summary>Where tokens are asked for.</summary>
    public Uri Realm { get; }

    /// <summary>The certificate that registries check tokens with.</summary>
    public string CertificatePem => _certificate.ExportCertificatePem();

    /// <summary>How long tokens last.</summary>
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>What the tokens are said to last; the truth when it is null.</summary>
    public int? SaidSeconds { get; set; }

    /// <summary>The repositories that nobody may use begin with this.</summary>
    public string Forbidden { get; set; } = "forbidden/";

    /// <summary>The repositories that everybody may pull begin with this.</summary>
    public string Public { get; set; } = "public/";

    /// <summary>The requests until now.</summary>
    public IReadOnlyCollection<TokenRequest> Requests => _requests;

    public void Dispose()
    {
        _listener.Close();
        _key.Dispose();
        _certificate.Dispose();
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            await AnswerAsync(context);
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        using var reader = new StreamReader(context.Request.InputStream);
        var body = await reader.ReadToEndAsync();
        var values = Parse(context.Request.HttpMethod == "POST" ? body : context.Request.Url!.Query.TrimStart('?'));
        var scopes = values.Where(value => value.Key == "scope").SelectMany(value => value.Value.Split(' ')).ToList();
        var authorization = context.Request.Headers["Authorization"];
        _requests.Enqueue(new TokenRequest(context.Request.HttpMethod, authorization, scopes, body));

        var isKnown = authorization == "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{Password}"))
            || values.Contains(new("refresh_token", IdentityToken));
        var isRefused = (authorization is not null && !isKnown) || (context.Request.HttpMethod == "POST" && !isKnown);
        context.Response.StatusCode = isRefused ? 401 : 200;
        var answer = isRefused
            ? $$"""{"errors":[{"code":"UNAUTHORIZED","message":"incorrect user name or password: {{authorization}} {{body}}"}]}"""
            : $$"""{"token":"{{Token(scopes, isKnown)}}","expires_in":{{SaidSeconds ?? (int)Lifetime.TotalSeconds}}}""";
        await using (context.Response.OutputStream)
        {
            await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(answer));
        }
    }

    private string Token(IEnumerable<string> scopes, bool isKnown)
    {
        var access = from scope in scopes
                     let parts = scope.Split(':')
                     where parts.Length == 3 && !parts[1].StartsWith(Forbidden, StringComparison.Ordinal)
                     let actions = isKnown ? parts[2].Split(',') : parts[1].StartsWith(Public, StringComparison.Ordinal) ? ["pull"] : []
                     select new Dictionary<string, object> { ["type"] = parts[0], ["name"] = parts[1], ["actions"] = actions };
        var now = DateTimeOffset.UtcNow;
        var head = JsonSerializer.Serialize(new Dictionary<string, object>
        {
            ["typ"] = "JWT", ["alg"] = "RS256", ["x5c"] = new[] { Convert.ToBase64String(_certificate.RawData) },
        });
        var claims = JsonSerializer.Serialize(new Dictionary<string, object>
        {
            ["iss"] = Issuer, ["sub"] = User, ["aud"] = Service, ["jti"] = Guid.NewGuid().ToString(),
            ["iat"] = now.ToUnixTimeSeconds(), ["nbf"] = now.AddSeconds(-5).ToUnixTimeSeconds(), ["exp"] = (now + Lifetime).ToUnixTimeSeconds(),
            ["access"] = access.ToArray(),
        });
        var signed = $"{Encode(Encoding.UTF8.GetBytes(head))}.{Encode(Encoding.UTF8.GetBytes(claims))}";
        return $"{signed}.{Encode(_key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }

    private static string Encode(byte[] bytes) => Base64Url.EncodeToString(bytes);

    private static List<KeyValuePair<string, string>> Parse(string form) =>
    [
        .. form.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2))
            .Select(pair => new KeyValuePair<string, string>(pair[0], Uri.UnescapeDataString(pair[^1].Replace('+', ' ')))),
    ];
}

/// <summary>A request that the token server got.</summary>
internal sealed record TokenRequest(string Method, string? Authorization, IReadOnlyList<string> Scopes, string Body);
