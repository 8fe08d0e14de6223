using System.Net;
using Buildpacks.Engines;
using Buildpacks.IO;
using Buildpacks.Oci;
using Buildpacks.Stores.Registry;
using Buildpacks.Stores.Tests.Support;
using Buildpacks.Testing;
using Buildpacks.Testing.Registries;

namespace Buildpacks.Stores.Tests.Registry;

/// <summary>Logins at real registries, and what a user is told when they fail.</summary>
public sealed class RegistryLoginTests(RegistryFixture basic, TokenRegistryFixture tokens) : IClassFixture<RegistryFixture>, IClassFixture<TokenRegistryFixture>
{
    private readonly RegistryCredential _wrong = new(TokenServer.User, "not-the-pa55-word");

    [SkippableFact]
    public async Task No_credential_is_one_failure()
    {
        basic.Require();

        await FailsAsync(TestOptions.None, basic.Host, "RegistryLoginMissing");
        await FailsAsync(TestOptions.None, tokens.Host, "RegistryLoginMissing");
    }

    [SkippableTheory]
    [InlineData("{\"auths\": ")]
    [InlineData("[]")]
    public async Task A_file_of_logins_that_cannot_be_read_is_named_where_a_login_is_missing(string text)
    {
        basic.Require();
        using var folder = new TestFolder("logins");
        var file = folder.File("config.json", text);
        var credentials = new FileCredentials(new RegistryCredentials([file, folder.File("empty.json", ""), folder.File("auth.json", "{}"), folder["absent.json"]]));

        foreach (var host in new[] { basic.Host, tokens.Host })
        {
            using var client = new RegistryClient(TestOptions.None with { Credentials = new CredentialChain([credentials]) });
            var failure = await Assert.ThrowsAsync<PackException>(() => client.PutBlobAsync(TestOptions.NewName(host), TestContent.Blob([1, 2, 3]), null, default));

            Assert.Equal("RegistryLoginMissing", failure.ErrorId);
            Assert.Contains($"{file} cannot be read", failure.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(".json and", failure.Message, StringComparison.Ordinal);
            Assert.StartsWith("Correct the file", failure.RecommendedAction, StringComparison.Ordinal);
        }
    }

    [SkippableFact]
    public async Task A_wrong_credential_is_another_and_is_not_shown()
    {
        basic.Require();

        await FailsAsync(TestOptions.With(basic.Host, basic.WrongCredential), basic.Host, "RegistryLoginRefused");
        await FailsAsync(TestOptions.With(tokens.Host, _wrong), tokens.Host, "RegistryLoginRefused");
    }

    [SkippableFact]
    public async Task A_repository_without_rights_is_another()
    {
        tokens.Require();
        using var client = new RegistryClient(TestOptions.WithToken(tokens));
        var name = ImageReference.Parse($"{tokens.Host}/forbidden/web");

        var failure = await Assert.ThrowsAsync<PackException>(() => client.GetManifestAsync(name, default));

        Assert.Equal(("RegistryAccessDenied", PackErrorKind.Unauthorized, name.Name), (failure.ErrorId, failure.Kind, failure.Target));
        Assert.Contains("forbidden/web", failure.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task An_identity_token_that_is_not_taken_is_another()
    {
        tokens.Require();

        await FailsAsync(TestOptions.With(tokens.Host, new RegistryCredential("", "") { IdentityToken = "an-old-identity-token" }), tokens.Host, "RegistryTokenExpired");
        await FailsAsync(TestOptions.With(tokens.Host, new RegistryCredential("", "") { RegistryToken = "an-old-registry-token" }), tokens.Host, "RegistryTokenExpired");
    }

    [SkippableFact]
    public async Task An_identity_token_is_exchanged_in_the_body_of_a_request()
    {
        tokens.Require();
        var options = TestOptions.With(tokens.Host, new RegistryCredential("", "") { IdentityToken = TokenServer.IdentityToken });

        await PutAndGetAsync(options, tokens.Host);

        Assert.Contains(tokens.Tokens.Requests, request => request.Method == "POST" && request.Body.Contains("grant_type=refresh_token", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task A_public_repository_is_read_without_a_credential()
    {
        tokens.Require();
        var name = TestOptions.NewName(tokens.Host, "public");
        using (var writer = new RegistryClient(TestOptions.WithToken(tokens)))
        {
            await TestContent.PutImageAsync(new RegistryImageStore(writer), name);
        }

        using var client = new RegistryClient(TestOptions.None);
        var store = new RegistryImageStore(client);

        Assert.Equal("1", (await store.ResolveAsync(name, TestContent.Amd64, default)).Config.Config!.Labels!["seed"]);
        var failure = await Assert.ThrowsAsync<PackException>(() => TestContent.PutImageAsync(store, name, seed: 2));
        Assert.Equal("RegistryLoginMissing", failure.ErrorId);
    }

    [SkippableFact]
    public async Task A_token_serves_until_it_expires_and_a_new_one_is_fetched_then()
    {
        tokens.Require();
        var calls = new CallLog();
        using var client = new RegistryClient(TestOptions.WithToken(tokens) with { Observer = calls });
        var store = new RegistryImageStore(client);
        var name = TestOptions.NewName(tokens.Host);
        await TestContent.PutImageAsync(store, name);
        await store.GetAsync(name, default);
        var before = calls.Operations.Count(operation => operation == "TokenGet");

        // From here on the registry refuses what the client takes for valid, once.
        tokens.Tokens.Lifetime = TimeSpan.FromMinutes(-2);
        tokens.Tokens.SaidSeconds = 300;
        using var other = new RegistryClient(TestOptions.WithToken(tokens) with { Observer = calls });
        var failure = await Assert.ThrowsAsync<PackException>(() => other.GetManifestAsync(name, default));
        tokens.Tokens.Lifetime = TimeSpan.FromMinutes(5);
        tokens.Tokens.SaidSeconds = null;
        var found = await other.GetManifestAsync(name, default);

        Assert.Equal("RegistryTokenExpired", failure.ErrorId);
        Assert.NotNull(found);
        Assert.InRange(before, 1, 2);
    }

    [SkippableFact]
    public async Task Rights_are_tried_without_leaving_anything()
    {
        tokens.Require();
        var name = TestOptions.NewName(tokens.Host);
        using var client = new RegistryClient(TestOptions.WithToken(tokens));
        using var stranger = new RegistryClient(TestOptions.None);

        Assert.False(await client.TryRightsAsync(name, push: true, default));
        Assert.False(await stranger.TryRightsAsync(TestOptions.NewName(tokens.Host, "public"), push: false, default));
        var denied = await Assert.ThrowsAsync<PackException>(() => stranger.TryRightsAsync(TestOptions.NewName(tokens.Host, "public"), push: true, default));
        await TestContent.PutImageAsync(new RegistryImageStore(client), name);

        Assert.True(await client.TryRightsAsync(name, push: true, default));
        Assert.Equal("RegistryLoginMissing", denied.ErrorId);
        Assert.Empty(tokens.OpenUploads(name.Repository));
    }

    [SkippableFact]
    public async Task A_mount_asks_for_the_rights_to_both_repositories_at_once()
    {
        tokens.Require();
        using var client = new RegistryClient(TestOptions.WithToken(tokens));
        var store = new RegistryImageStore(client);
        var (from, to) = (TestOptions.NewName(tokens.Host), TestOptions.NewName(tokens.Host));
        var layer = (await TestContent.PutImageAsync(store, from)).ToManifest("test").Layers[0];

        using var source = BlobSource.OfStore(store, from, layer);
        var transfer = await store.PutBlobAsync(to, source, null, default);

        Assert.Equal(BlobTransfer.Mounted, transfer);
        Assert.Contains(tokens.Tokens.Requests, request => request.Scopes.Count == 2 && request.Scopes.Contains($"repository:{from.Repository}:pull"));
    }

    [SkippableFact]
    public async Task Credentials_come_from_the_files_of_docker_and_podman_and_from_the_environment()
    {
        basic.Require();
        using var folder = new TestFolder("credentials");
        var encoded = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{basic.Credential.Username}:{basic.Credential.Password}"));
        var docker = folder.File("config.json", $$$$"""{"auths":{"{{{{basic.Host}}}}":{"auth":"{{{{encoded}}}}"},"{{{{tokens.Host}}}}":{"auth":"dTo=","identitytoken":"{{{{TokenServer.IdentityToken}}}}"}}}""");
        var podman = folder.File("auth.json", $$$$"""{"auths":{"{{{{basic.Host}}}}/contract":{"auth":"{{{{encoded}}}}"}}}""");

        foreach (var file in new[] { docker, podman })
        {
            await PutAndGetAsync(TestOptions.None with { Credentials = new FileCredentials(new RegistryCredentials([file])) }, basic.Host);
        }

        await PutAndGetAsync(TestOptions.None with { Credentials = new FileCredentials(new RegistryCredentials([docker])) }, tokens.Host);
        await PutAndGetAsync(
            TestOptions.None with { Credentials = KnownCredentials.OfEnvironment($$$"""{"{{{basic.Host}}}":"Basic {{{encoded}}}","{{{tokens.Host}}}":"X-Identity {{{TokenServer.IdentityToken}}}"}""") },
            tokens.Host);
    }

    [Fact]
    public async Task A_redirect_to_another_host_carries_no_credential()
    {
        var content = "moved"u8.ToArray();
        var blob = TestContent.Describe(content);
        using var storage = new FaultProxy { Handle = request => request.AnswerAsync(200, body: "moved") };
        using var registry = new FaultProxy
        {
            Handle = request => request.Header("Authorization") is null
                ? request.AnswerAsync(401, "WWW-Authenticate: Basic realm=\"x\"\r\n")
                : request.AnswerAsync(307, $"Location: http://{storage.Host}/blob?signature=s1gned\r\n"),
        };
        var calls = new CallLog();
        using var client = new RegistryClient(TestOptions.With(registry.Host, new RegistryCredential("u", "pa55word")) with { Observer = calls });

        var found = await TestContent.ReadAsync(new RegistryImageStore(client), TestOptions.NewName(registry.Host), blob);

        Assert.Equal(content, found);
        Assert.Contains(registry.Requests, request => request.Header("Authorization") is not null);
        Assert.All(storage.Requests, request => Assert.Null(request.Header("Authorization")));
        Assert.DoesNotContain(calls.Calls, call => call.Address.Contains("s1gned", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("http://tokens.example.com/token")]
    [InlineData("https://tokens.example.com/token")]
    [InlineData("file:///etc/passwd")]
    [InlineData("nonsense")]
    public async Task A_credential_goes_to_no_token_server_of_another_name(string realm)
    {
        using var registry = new FaultProxy { Handle = request => request.AnswerAsync(401, $"WWW-Authenticate: Bearer realm=\"{realm}\",service=\"s\"\r\n") };
        using var client = new RegistryClient(TestOptions.With(registry.Host, new RegistryCredential("u", "pa55word")));

        var failure = await Assert.ThrowsAsync<PackException>(() => client.GetManifestAsync(TestOptions.NewName(registry.Host), default));

        Assert.Equal("RegistryRealmUntrusted", failure.ErrorId);
        Assert.DoesNotContain("pa55word", failure.ToString(), StringComparison.Ordinal);
    }

    private static async Task PutAndGetAsync(RegistryOptions options, string host)
    {
        using var client = new RegistryClient(options);
        var store = new RegistryImageStore(client);
        var name = TestOptions.NewName(host);
        var manifest = await TestContent.PutImageAsync(store, name);

        Assert.Equal(manifest.Descriptor.Digest, (await store.GetAsync(name, default)).Descriptor.Digest);
    }

    private static async Task FailsAsync(RegistryOptions options, string host, string id)
    {
        using var client = new RegistryClient(options);
        var name = TestOptions.NewName(host);

        var failures = new[]
        {
            await Assert.ThrowsAsync<PackException>(() => client.GetManifestAsync(name, default)),
            await Assert.ThrowsAsync<PackException>(() => client.PutBlobAsync(name, TestContent.Blob([1, 2, 3]), null, default)),
        };

        Assert.All(failures, failure =>
        {
            Assert.Equal((id, PackErrorKind.Unauthorized, name.Name), (failure.ErrorId, failure.Kind, failure.Target));
            Assert.Contains(host, failure.Message, StringComparison.Ordinal);
            Assert.NotNull(failure.RecommendedAction);
            foreach (var secret in new[] { "pa55-word", "an-old-", Convert.ToBase64String("tester:"u8)[..6] })
            {
                Assert.DoesNotContain(secret, failure + failure.RecommendedAction, StringComparison.Ordinal);
            }
        });
    }
}
