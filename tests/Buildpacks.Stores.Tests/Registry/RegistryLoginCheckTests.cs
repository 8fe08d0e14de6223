using Buildpacks.Diagnosis.Checks;
using Buildpacks.Engines;
using Buildpacks.Stores.Registry;
using Buildpacks.Stores.Tests.Support;

namespace Buildpacks.Stores.Tests.Registry;

/// <summary>What Test-PackEngine says about registries with tokens and with TLS.</summary>
public sealed class RegistryLoginCheckTests(TokenRegistryFixture tokens, TlsRegistryFixture tls) : IClassFixture<TokenRegistryFixture>, IClassFixture<TlsRegistryFixture>
{
    [SkippableFact]
    public async Task Logins_with_tokens_are_told_apart()
    {
        tokens.Require();
        var expired = new RegistryCredential("", "") { IdentityToken = "an-old-identity-token" };
        var wrong = new RegistryCredential(TokenServer.User, "not-the-pa55-word");

        Assert.Equal($"{tokens.Host} accepts the login of {TokenServer.User}.", await EvidenceAsync(tokens.Host, TestOptions.WithToken(tokens), PackEngineCheckResult.Passed));
        Assert.Equal(
            $"{tokens.Host} accepts the saved token.",
            await EvidenceAsync(tokens.Host, TestOptions.With(tokens.Host, new RegistryCredential("", "") { IdentityToken = TokenServer.IdentityToken }), PackEngineCheckResult.Passed));
        Assert.Equal($"{tokens.Host} does not accept the login of {TokenServer.User}.", await EvidenceAsync(tokens.Host, TestOptions.With(tokens.Host, wrong), PackEngineCheckResult.Failed));
        Assert.Contains("token has expired", await EvidenceAsync(tokens.Host, TestOptions.With(tokens.Host, expired), PackEngineCheckResult.Failed), StringComparison.Ordinal);
        Assert.Equal($"{tokens.Host} requires a login, and no login for it is saved.", await EvidenceAsync(tokens.Host, TestOptions.None, PackEngineCheckResult.Failed));
    }

    [SkippableFact]
    public async Task Rights_to_an_image_are_told_apart()
    {
        tokens.Require();

        Assert.Equal(
            $"{tokens.Host} allows to pull public/web without a login, but not to push it.",
            await EvidenceAsync($"{tokens.Host}/public/web:1", TestOptions.None, PackEngineCheckResult.Warning));
        Assert.Contains(
            "does not allow pull for forbidden/web", await EvidenceAsync($"{tokens.Host}/forbidden/web:1", TestOptions.WithToken(tokens), PackEngineCheckResult.Failed), StringComparison.Ordinal);
        Assert.Equal(
            $"{tokens.Host} allows to pull and push team/web with the login of {TokenServer.User}.",
            await EvidenceAsync($"{tokens.Host}/team/web:1", TestOptions.WithToken(tokens), PackEngineCheckResult.Passed));
        Assert.Empty(tokens.OpenUploads("team/web"));
    }

    [SkippableFact]
    public async Task Certificates_of_certs_d_are_used()
    {
        tls.Require();

        Assert.Contains("is not trusted", await EvidenceAsync(tls.Host, TestOptions.None, PackEngineCheckResult.Failed), StringComparison.Ordinal);
        Assert.Equal(
            $"{tls.Host} answers without a login.",
            await EvidenceAsync(tls.Host, TestOptions.None with { CertificateFolders = [tls.CertificateFolder] }, PackEngineCheckResult.Passed));
    }

    private static async Task<string> EvidenceAsync(string name, RegistryOptions options, PackEngineCheckResult expected)
    {
        // The check looks at no engine.
        var finding = await new RegistryLoginCheck(name, () => options).RunAsync(null!, default);

        Assert.Equal((expected, finding.Evidence), (finding.Result, finding.Evidence));
        Assert.Equal(expected == PackEngineCheckResult.Passed, finding.Remedy is null);
        return finding.Evidence;
    }
}
