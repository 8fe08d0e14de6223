using System.Net;
using Buildpacks.Configuration;

namespace Buildpacks.Stores.Registry;

/// <summary>
/// The proxies that the environment names: <c>HTTPS_PROXY</c>, <c>HTTP_PROXY</c> and <c>NO_PROXY</c> in both spellings, read as docker,
/// podman and pack read them. .NET keeps the ones that it read first for as long as a process runs, and a PowerShell session may change them.
/// </summary>
internal sealed class EnvironmentProxy : IWebProxy
{
    private readonly Uri? _http;
    private readonly Uri? _https;
    private readonly string[] _except;

    private EnvironmentProxy(Uri? http, Uri? https, string[] except)
    {
        (_http, _https, _except) = (WithoutUser(http), WithoutUser(https), except);
        Credentials = new[] { https, http }.Select(CredentialOf).FirstOrDefault(credential => credential is not null);
    }

    /// <inheritdoc/>
    public ICredentials? Credentials { get; set; }

    /// <summary>Reads the variables.</summary>
    /// <returns>The proxy; <see langword="null"/> when none is named.</returns>
    public static EnvironmentProxy? Read(EngineEnvironment environment)
    {
        var http = Address(environment.Get("HTTP_PROXY") ?? environment.Get("http_proxy"));
        var https = Address(environment.Get("HTTPS_PROXY") ?? environment.Get("https_proxy"));
        var except = (environment.Get("NO_PROXY") ?? environment.Get("no_proxy") ?? "")
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return http is null && https is null ? null : new EnvironmentProxy(http, https, except);
    }

    /// <inheritdoc/>
    public Uri? GetProxy(Uri destination) => destination.Scheme == Uri.UriSchemeHttps ? _https : _http;

    /// <inheritdoc/>
    public bool IsBypassed(Uri host) =>
        GetProxy(host) is null || host.IsLoopback || _except.Any(entry => Fits(entry, host));

    private static Uri? Address(string? value) =>
        value is null ? null
        : Uri.TryCreate(value.Contains("://", StringComparison.Ordinal) ? value : "http://" + value, UriKind.Absolute, out var address)
            && address.Scheme is "http" or "https" or "socks5" or "socks4" or "socks4a" ? address
        : null;

    /// <summary>The address without the password, which .NET would write into its messages.</summary>
    private static Uri? WithoutUser(Uri? proxy) => proxy is { UserInfo.Length: > 0 } ? new UriBuilder(proxy) { UserName = "", Password = "" }.Uri : proxy;

    private static NetworkCredential? CredentialOf(Uri? proxy) =>
        proxy?.UserInfo.Split(':', 2) is [{ Length: > 0 } user, .. var rest]
            ? new NetworkCredential(Uri.UnescapeDataString(user), rest is [var password] ? Uri.UnescapeDataString(password) : "")
            : null;

    private static bool Fits(string entry, Uri host)
    {
        if (entry == "*")
        {
            return true;
        }

        if (IPAddress.TryParse(host.IdnHost.Trim('[', ']'), out var address) && IPNetwork.TryParse(entry, out var network))
        {
            return network.BaseAddress.AddressFamily == address.AddressFamily && network.Contains(address);
        }

        var name = entry.TrimStart('*');
        if (name.LastIndexOf(':') is var colon and > 0 && name.IndexOf(':') == colon && int.TryParse(name.AsSpan(colon + 1), out var port))
        {
            if (port != host.Port)
            {
                return false;
            }

            name = name[..colon];
        }

        return name.StartsWith('.')
            ? host.IdnHost.EndsWith(name, StringComparison.OrdinalIgnoreCase)
            : host.IdnHost.Trim('[', ']').Equals(name.Trim('[', ']'), StringComparison.OrdinalIgnoreCase)
                || host.IdnHost.EndsWith("." + name, StringComparison.OrdinalIgnoreCase);
    }
}
