using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Buildpacks.Engines;
using Buildpacks.Oci;
using Buildpacks.Stores.Registry;
using Buildpacks.Testing;
using Buildpacks.Testing.Tls;
using Buildpacks.Testing.Registries;

namespace Buildpacks.Stores.Tests.Support;

/// <summary>A registry that wants tokens of the tests' token server.</summary>
public sealed class TokenRegistryFixture : RegistryServer
{
    private readonly TestFolder _certificates = new("tokens");

    internal TokenServer Tokens { get; } = new();

    protected override string? PasswordFile => null;

    protected override string MoreConfiguration => $$"""
        auth:
          token: { realm: "{{Tokens.Realm}}", service: {{TokenServer.Service}}, issuer: {{TokenServer.Issuer}}, rootcertbundle: {{_certificates["tokens.pem"]}} }

        """;

    public override Task InitializeAsync()
    {
        _certificates.File("tokens.pem", Tokens.CertificatePem);
        return base.InitializeAsync();
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        Tokens.Dispose();
        _certificates.Dispose();
    }
}

/// <summary>A registry with TLS, whose certificate is of an authority of its own.</summary>
public sealed class TlsRegistryFixture : RegistryServer
{
    private readonly TestFolder _folder = new("tls");

    /// <summary>A folder <c>certs.d</c> with the authority's certificate for this registry.</summary>
    public string CertificateFolder => _folder["certs.d"];

    protected override string? PasswordFile => null;

    protected override (string Certificate, string Key)? CertificateFiles => (_folder["server.pem"], _folder["server.key"]);

    public override async Task InitializeAsync()
    {
        using var authority = new TestAuthority();
        var (certificate, key) = authority.Issue();
        _folder.File("server.pem", certificate);
        _folder.File("server.key", key);
        await base.InitializeAsync();
        _folder.File($"certs.d/{Host}/ca.crt", authority.Pem);
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }
}

/// <summary>Settings for tests: short pauses, and nothing of this machine.</summary>
internal static class TestOptions
{
    public static RegistryLimits Limits { get; } = new()
    {
        RetryDelay = TimeSpan.FromMilliseconds(20),
        Answer = TimeSpan.FromSeconds(30),
        Document = TimeSpan.FromSeconds(30),
        Stall = TimeSpan.FromSeconds(30),
        CancelGrace = TimeSpan.FromSeconds(30),
    };

    public static RegistryOptions None { get; } = new() { Limits = Limits };

    public static RegistryOptions With(string registry, RegistryCredential credential) =>
        None with { Credentials = KnownCredentials.For(registry, credential) };

    public static RegistryOptions WithToken(TokenRegistryFixture registry) =>
        With(registry.Host, new RegistryCredential(TokenServer.User, TokenServer.Password));

    public static ImageReference NewName(string host, string folder = "contract") =>
        ImageReference.Parse($"{host}/{folder}/r{Guid.NewGuid():N}:v1");
}

/// <summary>Keeps the calls to registries.</summary>
internal sealed class CallLog : IRegistryCallObserver
{
    private readonly List<RegistryCall> _calls = [];

    public IReadOnlyList<RegistryCall> Calls
    {
        get
        {
            lock (_calls)
            {
                return [.. _calls];
            }
        }
    }

    public IEnumerable<string> Operations => Calls.Select(call => call.Operation);

    public void Ended(RegistryCall call)
    {
        lock (_calls)
        {
            _calls.Add(call);
        }
    }
}
