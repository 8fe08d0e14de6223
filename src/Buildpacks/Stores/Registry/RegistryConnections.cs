using System.Collections.Concurrent;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Buildpacks.Stores.Registry;

/// <summary>The HTTP clients, one for each host: a certificate, or the consent to an invalid one, is of one host only.</summary>
internal sealed class RegistryConnections(RegistryOptions options) : IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<HttpClient>> _clients = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, string> _refused = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The client for a host.</summary>
    public HttpClient For(Uri address) =>
        _clients.GetOrAdd(address.Authority, host => new Lazy<HttpClient>(() => Create(host))).Value;

    /// <summary>Why the certificate of a host was refused.</summary>
    /// <returns>The end of a sentence; <see langword="null"/> when none was refused.</returns>
    public string? CertificateProblem(string host) => _refused.GetValueOrDefault(host);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var client in _clients.Values.Where(client => client.IsValueCreated))
        {
            client.Value.Dispose();
        }
    }

    private HttpClient Create(string host)
    {
        var certificates = RegistryCertificates.Read(options.CertificateFolders, host);
        var isInsecure = options.Locations.IsInsecure(host);
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = options.Limits.Connect,
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
            MaxResponseHeadersLength = 64,
            SslOptions = new SslClientAuthenticationOptions
            {
                ClientCertificates = certificates.Client,
                RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                    isInsecure || IsValid(host, certificates, certificate as X509Certificate2, chain, errors),
            },
        };
        handler.Proxy = options.Environment is { } environment ? EnvironmentProxy.Read(environment) : null;
        handler.UseProxy = handler.Proxy is not null;

        var client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("buildpacks");
        return client;
    }

    private bool IsValid(string host, RegistryCertificates certificates, X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        var problem = certificates.Problem(certificate, chain, errors);
        if (problem is not null)
        {
            _refused[host] = problem;
        }

        return problem is null;
    }
}
