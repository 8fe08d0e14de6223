using System.Text;
using Buildpacks.Configuration;
using Buildpacks.Engines;
using Buildpacks.Oci;
using Buildpacks.Stores.Registry;
using Buildpacks.Stores.Tests.Support;
using Buildpacks.Testing;
using Buildpacks.Testing.Fuzzing;

namespace Buildpacks.Stores.Tests.Registry;

/// <summary>What registries and users write: challenges, ranges, credentials, manifests.</summary>
public sealed class RegistryTextTests
{
    private const string DockerHub = "Bearer realm=\"https://auth.docker.io/token\",service=\"registry.docker.io\",scope=\"repository:library/web:pull,push\"";

    [Fact]
    public void A_challenge_is_read_in_every_form()
    {
        Assert.Equal(
            [new AuthChallenge(true, "https://auth.docker.io/token", "registry.docker.io", "repository:library/web:pull,push", null)], AuthChallenge.Parse(DockerHub));
        Assert.Equal(
            [new AuthChallenge(false, "https://1.dkr.ecr.eu-west-1.amazonaws.com/", "ecr.amazonaws.com", null, null)],
            AuthChallenge.Parse("Basic realm=\"https://1.dkr.ecr.eu-west-1.amazonaws.com/\",service=\"ecr.amazonaws.com\""));
        Assert.Equal(
            [new AuthChallenge(false, "a \"b\", c", null, null, null), new AuthChallenge(true, "https://ghcr.io/token", "ghcr.io", null, "invalid_token")],
            AuthChallenge.Parse("basic realm = \"a \\\"b\\\", c\" , BEARER realm=https://ghcr.io/token, service=ghcr.io,error=\"invalid_token\""));
        Assert.Empty(AuthChallenge.Parse("Negotiate, Digest realm=\"x\""));
    }

    [Theory]
    [InlineData("https://registry-1.docker.io/", "https://auth.docker.io/token", true)]
    [InlineData("https://ghcr.io/", "https://ghcr.io/token", true)]
    [InlineData("https://registry.gitlab.com/", "https://gitlab.com/jwt/auth", true)]
    [InlineData("https://registry.example.com:5000/", "https://registry.example.com/token", true)]
    [InlineData("https://registry.example.com/", "https://login.example.com/token", true)]
    [InlineData("https://registry.example.com/", "https://trusted.example.net/token", true)]
    [InlineData("http://127.0.0.1:5000/", "http://localhost:5001/token", true)]
    [InlineData("http://registry.example.com:5000/", "http://registry.example.com:5001/token", true)]
    [InlineData("https://registry.example.com/", "http://registry.example.com/token", false)]
    [InlineData("http://registry.example.com/", "http://login.example.com/token", false)]
    [InlineData("https://registry.example.com/", "https://example.com.evil.net/token", false)]
    [InlineData("https://registry.example.com/", "https://evilexample.com/token", false)]
    [InlineData("https://ghcr.io/", "https://evil.io/token", false)]
    [InlineData("https://registry.example.com/", "http://127.0.0.1/token", false)]
    [InlineData("https://10.0.0.1/", "https://10.0.0.2/token", false)]
    [InlineData("https://registry.example.com/", "ftp://registry.example.com/token", false)]
    public void A_credential_goes_to_related_token_servers_only(string registry, string realm, bool allowed) =>
        Assert.Equal(allowed, TokenRealm.IsAllowed(new Uri(registry), new Uri(realm), ["trusted.example.net"], out _));

    [Theory]
    [InlineData("0-1023", 1024L)]
    [InlineData("bytes=0-1023", 1024L)]
    [InlineData("0-0", null)]
    [InlineData("5-10", null)]
    [InlineData("0-9223372036854775807", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void The_part_that_a_registry_has_is_read(string? range, long? length) => Assert.Equal(length, UploadRange.Length(range));

    [Fact]
    public async Task The_environment_has_credentials_as_the_lifecycle_takes_them()
    {
        var known = KnownCredentials.OfEnvironment("""{"https://index.docker.io/v1/":"Basic dTpwOnE=","ghcr.io":"Bearer tok","r.example.com:5000":"X-Identity id"}""");

        Assert.Equal(new RegistryCredential("u", "p:q"), await known.FindAsync(ImageReference.Parse("web"), default));
        Assert.Equal("tok", (await known.FindAsync(ImageReference.Parse("ghcr.io/a/b"), default))!.RegistryToken);
        Assert.Equal("id", (await known.FindAsync(ImageReference.Parse("r.example.com:5000/a"), default))!.IdentityToken);
        Assert.Null(await known.FindAsync(ImageReference.Parse("quay.io/a/b"), default));
        Assert.Null(await KnownCredentials.OfEnvironment(null).FindAsync(ImageReference.Parse("web"), default));
    }

    [Theory]
    [InlineData("s3cret")]
    [InlineData("[\"s3cret\"]")]
    [InlineData("{\"ghcr.io\":\"Digest s3cret\"}")]
    [InlineData("{\"ghcr.io\":{\"s3cret\":1}}")]
    public void What_is_wrong_with_the_environment_is_said_without_its_value(string value)
    {
        var failure = Assert.Throws<PackException>(() => KnownCredentials.OfEnvironment(value));

        Assert.Equal("RegistryAuthInvalid", failure.ErrorId);
        Assert.DoesNotContain("s3cret", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_credential_prints_no_secret() =>
        Assert.DoesNotContain("s3cret", new RegistryCredential("u", "s3cret") { IdentityToken = "s3cret", RegistryToken = "s3cret" }.ToString(), StringComparison.Ordinal);

    [Fact]
    public async Task A_stream_goes_back_as_far_as_it_is_kept()
    {
        using var blob = TestContent.Stream(20_000_000);
        await using (var stream = (await blob.OpenAsync(0, default))!)
        {
            await stream.ReadExactlyAsync(new byte[12_000_000]);
        }

        Assert.Null(await blob.OpenAsync(1_000_000, default));
        Assert.Null(await blob.OpenAsync(12_000_001, default));
        using var expected = new Testing.Images.NoiseStream(20_000_000) { Position = 6_000_000 };
        await using var again = (await blob.OpenAsync(6_000_000, default))!;
        var (left, right) = (new byte[14_000_000], new byte[14_000_000]);
        await expected.ReadExactlyAsync(left);
        await again.ReadExactlyAsync(right);
        Assert.Equal(left, right);
    }

    [Fact]
    public void Challenges_are_read_as_far_as_they_can_be() =>
        Fuzzer.OfText("challenge", [DockerHub, "Basic realm=x, Bearer realm=\"a\\\"b\""], "\"", "\\", "=", ",", "Bearer", "realm").Run(text => AuthChallenge.Parse(text));

    [Fact]
    public void Manifests_are_read_or_refused()
    {
        var digest = OciDigest.Of("x"u8);
        var manifest = $$$"""{"schemaVersion":2,"mediaType":"{{{MediaTypes.Manifest}}}","config":{"mediaType":"m","digest":"{{{digest}}}","size":1},"layers":[{"mediaType":"m","digest":"{{{digest}}}","size":1}],"annotations":{"a":"b"},"subject":{"digest":"{{{digest}}}"}}""";
        var index = $$$"""{"schemaVersion":2,"mediaType":"{{{MediaTypes.Index}}}","manifests":[{"mediaType":"m","digest":"{{{digest}}}","size":1,"platform":{"os":"linux","architecture":"amd64"},"artifactType":"t"}]}""";
        Fuzzer.OfJson("manifest", [manifest, index]).Run((byte[] content) =>
        {
            var read = StoredManifest.Read(content, MediaTypes.Manifest, "test");
            Referrers.SubjectOf(read);
            Referrers.Read(read);
            Referrers.Add(read, read.Descriptor, Referrers.ArtifactTypeOf(read));
            if (read.IsIndex)
            {
                Assert.All(read.ToIndex("test").Manifests, entry => Assert.True(OciDigest.IsValid(entry.Digest)));
                PlatformChoice.Choose(read.ToIndex("test"), TestContent.Amd64, ImageReference.Parse("x"));
            }
            else
            {
                Assert.All(read.ToManifest("test").Layers, layer => Assert.True(OciDigest.IsValid(layer.Digest)));
            }
        });
    }

    [Fact]
    public void The_environments_credentials_are_read_or_refused() =>
        Fuzzer.OfJson("CNB_REGISTRY_AUTH", ["""{"ghcr.io":"Basic dTpw","a":"Bearer x","b":"X-Identity y"}"""]).Run(text => KnownCredentials.OfEnvironment(text));

    [Fact]
    public void Files_with_tokens_are_read_as_far_as_they_can_be()
    {
        using var folder = new TestFolder("fuzz");
        Fuzzer.OfJson("config.json", ["""{"auths":{"x":{"auth":"dTpw","identitytoken":"i","registrytoken":"r"}}}"""]).Run(
            text => CredentialFile.Read(folder.File("config.json", text))?.Find(["x"], withTokens: true));
    }

    [Fact]
    public void Mirrors_are_read_or_refused()
    {
        using var folder = new TestFolder("fuzz");
        const string Valid = "[[registry]]\nprefix = \"a.example.com/x\"\nlocation = \"b.example.com\"\ninsecure = true\n[[registry.mirror]]\nlocation = \"c.example.com/y\"\npull-from-mirror = \"tag-only\"\n[registry-mirrors]\n\"*\" = \"d:5000\"\n";
        Fuzzer.OfText("registries.conf", [Valid], "[[", "]]", "=", "\"", "registry", "location").Run(text =>
        {
            var file = folder.File("registries.conf", text);
            RegistryLocations.Read(new PackConfigFile(file).Read(), [file]).Sources(ImageReference.Parse("a.example.com/x/y"));
        });
    }
}
