using Buildpacks.Configuration;
using Buildpacks.IO;
using Buildpacks.Oci;
using Buildpacks.Stores.Registry;
using Buildpacks.Stores.Tests.Support;
using Buildpacks.Testing;
using Buildpacks.Testing.Processes;
using Buildpacks.Testing.Registries;

namespace Buildpacks.Stores.Tests.Registry;

/// <summary>TLS, mirrors, proxies, and what another tool finds in the registry.</summary>
public sealed class RegistryPlaceTests(OpenRegistryFixture open, TlsRegistryFixture tls) : IClassFixture<OpenRegistryFixture>, IClassFixture<TlsRegistryFixture>
{
    [SkippableFact]
    public async Task A_certificate_of_an_unknown_authority_is_refused()
    {
        tls.Require();
        using var client = new RegistryClient(TestOptions.None);

        var failure = await Assert.ThrowsAsync<PackException>(() => client.GetManifestAsync(TestOptions.NewName(tls.Host), default));

        Assert.Equal(("RegistryCertificateRefused", PackErrorKind.Unreachable), (failure.ErrorId, failure.Kind));
        Assert.Contains($"certs.d/{tls.Host}", failure.RecommendedAction, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_registry_that_was_named_insecure_needs_no_valid_certificate()
    {
        tls.Require();
        using var client = new RegistryClient(TestOptions.None with { Locations = RegistryLocations.None.WithInsecure([tls.Host]) });
        var name = TestOptions.NewName(tls.Host);

        await TestContent.PutImageAsync(new RegistryImageStore(client), name);

        Assert.NotNull(await client.GetManifestAsync(name, default));
    }

    [SkippableFact]
    public async Task The_consent_for_one_registry_is_not_for_another()
    {
        tls.Require();
        using var client = new RegistryClient(TestOptions.None with { Locations = RegistryLocations.None.WithInsecure(["127.0.0.1:1"]) });

        var failure = await Assert.ThrowsAsync<PackException>(() => client.GetManifestAsync(TestOptions.NewName(tls.Host), default));

        Assert.Equal("RegistryCertificateRefused", failure.ErrorId);
    }

    [SkippableFact]
    public async Task Images_are_read_from_a_mirror_and_written_to_their_registry()
    {
        open.Require();
        using var folder = new TestFolder("mirrors");
        using var mirror = new FaultProxy(open.Host);
        using var origin = new FaultProxy(open.Host);
        var configuration = folder.File("registries.conf", $"""
            [[registry]]
            prefix = "{origin.Host}/contract"
            location = "{origin.Host}/contract"
            [[registry.mirror]]
            location = "{mirror.Host}/contract"
            """);
        using var client = new RegistryClient(TestOptions.None with { Locations = RegistryLocations.Read(null, [configuration]) });
        var store = new RegistryImageStore(client);
        var name = TestOptions.NewName(origin.Host);

        await TestContent.PutImageAsync(store, name);
        Assert.DoesNotContain(mirror.Requests, request => request.Target.Length > "/v2/".Length);
        origin.Handle = request => request.AnswerAsync(500);
        await store.ResolveAsync(name, TestContent.Amd64, default);

        Assert.NotEmpty(mirror.Requests);
    }

    [SkippableFact]
    public async Task A_mirror_that_fails_or_lacks_the_image_is_passed_over()
    {
        open.Require();
        using var mirror = new FaultProxy();
        var locations = RegistryLocations.None.WithMirrors(new Dictionary<string, string> { [open.Host] = mirror.Host });
        var name = TestOptions.NewName(open.Host);
        foreach (var status in new[] { 404, 401, 500 })
        {
            mirror.Handle = request => request.AnswerAsync(status);
            using var client = new RegistryClient(TestOptions.None with { Locations = locations, Limits = TestOptions.Limits with { Retries = 1 } });
            var store = new RegistryImageStore(client);

            await TestContent.PutImageAsync(store, name);

            Assert.NotNull(await store.FindAsync(name, default));
        }

        Assert.NotEmpty(mirror.Requests);
    }

    [Fact]
    public void Mirrors_of_pack_and_of_containers_are_read()
    {
        using var folder = new TestFolder("mirrors");
        var pack = folder.File("config.toml", "[registry-mirrors]\n\"index.docker.io\" = \"10.0.0.1:5000\"\n");
        var registries = folder.File("registries.conf", """
            unqualified-search-registries = ["docker.io"]
            [[registry]]
            location = "internal.example.com:5000"
            insecure = true
            [[registry]]
            prefix = "blocked.example.com"
            blocked = true
            [[registry]]
            prefix = "*.example.org"
            location = "other.example.net/org"
            [[registry]]
            prefix = "docker.io/library"
            location = "docker.io/library"
            mirror-by-digest-only = true
            [[registry.mirror]]
            location = "mirror.example.com/hub"
            """);

        var locations = RegistryLocations.Read(new PackConfigFile(pack).Read(), [registries]);

        Assert.True(locations.IsInsecure("internal.example.com:5000"));
        Assert.False(locations.IsInsecure("docker.io"));
        Assert.Equal("RegistryBlocked", Assert.Throws<PackException>(() => locations.Sources(ImageReference.Parse("blocked.example.com/x"))).ErrorId);
        Assert.Equal(["other.example.net/org/web:1"], Sources("a.example.org/web:1"));
        Assert.Equal(["10.0.0.1:5000/library/web:1", "docker.io/library/web:1"], Sources("web:1"));
        var digest = "@" + OciDigest.Of("x"u8);
        Assert.Equal(["10.0.0.1:5000/library/web" + digest, "mirror.example.com/hub/web" + digest, "docker.io/library/web" + digest], Sources("web" + digest));

        IEnumerable<string> Sources(string name) => locations.Sources(ImageReference.Parse(name)).Select(source => source.ToString());
    }

    [Theory]
    [InlineData("[[registry]]\nlocation = ")]
    [InlineData("[[registry]]\nlocation = \"not a registry!\"")]
    public void A_configuration_that_is_damaged_is_refused(string text)
    {
        using var folder = new TestFolder("mirrors");
        var file = folder.File("registries.conf", text);

        var failure = Assert.Throws<PackException>(() => RegistryLocations.Read(null, [file]));

        Assert.Equal(("RegistryConfigurationInvalid", file), (failure.ErrorId, failure.Target));
    }

    [Theory]
    [InlineData("https://registry.example.com/v2/", "http://proxy.example.com:3128/")]
    [InlineData("http://registry.example.com/v2/", null)]
    [InlineData("https://10.1.2.3/v2/", null)]
    [InlineData("https://quay.internal.example.net/v2/", null)]
    [InlineData("https://example.net/v2/", null)]
    [InlineData("https://port.example.org:5000/v2/", null)]
    [InlineData("https://port.example.org/v2/", "http://proxy.example.com:3128/")]
    [InlineData("https://localhost:5000/v2/", null)]
    public void The_proxy_of_the_environment_is_used_as_docker_uses_it(string address, string? proxy)
    {
        var environment = Environment(("https_proxy", "proxy.example.com:3128"), ("NO_PROXY", "10.0.0.0/8, example.net,port.example.org:5000"));

        var found = EnvironmentProxy.Read(environment)!;
        var uri = new Uri(address);

        Assert.Equal(proxy, found.IsBypassed(uri) ? null : found.GetProxy(uri)?.ToString());
        Assert.Null(EnvironmentProxy.Read(Environment()));
    }

    [Fact]
    public async Task The_password_of_a_proxy_is_sent_to_it_and_not_shown()
    {
        using var proxy = new FaultProxy
        {
            Handle = request => request.Header("Proxy-Authorization") is null
                ? request.AnswerAsync(407, "Proxy-Authenticate: Basic realm=\"proxy\"\r\n")
                : request.AnswerAsync(403),
        };
        using var client = new RegistryClient(TestOptions.None with { Environment = Environment(("HTTPS_PROXY", $"http://user:pa55word@{proxy.Host}")) });

        var failure = await Assert.ThrowsAsync<PackException>(() => client.GetManifestAsync(ImageReference.Parse("registry.example.com/x"), default));

        Assert.Equal("RegistryUnreachable", failure.ErrorId);
        Assert.DoesNotContain("pa55word", failure.ToString(), StringComparison.Ordinal);
        Assert.Contains(proxy.Requests, request => request.Header("Proxy-Authorization") == "Basic " + Convert.ToBase64String("user:pa55word"u8));
        Assert.All(proxy.Requests, request => Assert.Equal("CONNECT", request.Method));
    }

    [SkippableFact]
    public async Task Another_tool_finds_what_was_put_and_the_reverse()
    {
        open.Require();
        Requirement.Meet(Requirement.MissingTool("skopeo"));
        using var folder = new TestFolder("skopeo");
        using var client = new RegistryClient(TestOptions.None);
        var store = new RegistryImageStore(client);
        var (name, copy) = (TestOptions.NewName(open.Host), TestOptions.NewName(open.Host));
        var manifest = await TestContent.PutImageAsync(store, name, docker: true);
        var index = TestOptions.NewName(open.Host);
        await store.PutManifestAsync(index.WithDigest((await TestContent.PutImageAsync(store, index)).Descriptor.Digest), await store.GetAsync(index, default), default);
        await store.PutManifestAsync(
            index, StoredManifest.Of(new OciIndex { Manifests = [(await store.GetAsync(index, default)).Descriptor with { Platform = TestContent.Amd64 }] }), default);

        var raw = (await ToolRun.RunAsync("skopeo", ["inspect", "--tls-verify=false", "--raw", $"docker://{name}"])).Checked();
        var id = (await ToolRun.RunAsync("skopeo", ["inspect", "--tls-verify=false", "--format", "{{.Digest}}", $"docker://{name}"])).Checked();
        (await ToolRun.RunAsync("skopeo", ["copy", "--preserve-digests", "--src-tls-verify=false", "--dest-tls-verify=false", $"docker://{name}", $"docker://{copy}"])).Checked();
        (await ToolRun.RunAsync("skopeo", ["copy", "--all", "--src-tls-verify=false", $"docker://{index}", $"oci:{folder["layout"]}:x"])).Checked();

        Assert.Equal(System.Text.Encoding.UTF8.GetString(manifest.Content.Span), raw);
        Assert.Equal(manifest.Descriptor.Digest, id.Trim());
        Assert.Equal(manifest.Descriptor.Digest, (await store.ResolveAsync(copy, TestContent.Amd64, default)).Digest);
    }

    [SkippableFact]
    public async Task Referrers_are_listed_where_the_registry_has_no_list_of_them()
    {
        open.Require();
        using var client = new RegistryClient(TestOptions.None);
        var store = new RegistryImageStore(client);
        var name = TestOptions.NewName(open.Host);
        var subject = await TestContent.PutImageAsync(store, name);
        var digest = name.WithDigest(subject.Descriptor.Digest);
        var config = TestContent.Blob("{}"u8.ToArray());
        await store.PutBlobAsync(name, config, null, default);
        foreach (var type in new[] { "application/vnd.example.sbom", "application/vnd.example.signature" })
        {
            var referrer = StoredManifest.Read(
                System.Text.Encoding.UTF8.GetBytes(
                    $$$"""{"schemaVersion":2,"mediaType":"{{{MediaTypes.Manifest}}}","config":{"mediaType":"{{{type}}}","digest":"{{{config.Descriptor.Digest}}}","size":2},"layers":[],"subject":{"mediaType":"{{{MediaTypes.Manifest}}}","digest":"{{{subject.Descriptor.Digest}}}","size":{{{subject.Content.Length}}}},"annotations":{"type":"{{{type}}}"}}"""),
                null, "test");
            await client.PutManifestAsync(name.WithDigest(referrer.Descriptor.Digest), referrer, default);
            await client.PutManifestAsync(name.WithDigest(referrer.Descriptor.Digest), referrer, default);
        }

        var all = await client.ListReferrersAsync(digest, null, default);
        var signature = Assert.Single(await client.ListReferrersAsync(digest, "application/vnd.example.signature", default));

        Assert.Equal(2, all.Count);
        Assert.Equal("application/vnd.example.signature", signature.Annotations!["type"]);
    }

    [SkippableFact]
    public async Task An_unchanged_image_costs_few_requests()
    {
        open.Require();
        var calls = new CallLog();
        var name = TestOptions.NewName(open.Host);
        using (var first = new RegistryClient(TestOptions.None))
        {
            await TestContent.PutImageAsync(new RegistryImageStore(first), name);
        }

        using var client = new RegistryClient(TestOptions.None with { Observer = calls });
        var store = new RegistryImageStore(client);
        await store.ResolveAsync(name, TestContent.Amd64, default);
        await TestContent.PutImageAsync(store, name);

        // TLS is tried, then plain HTTP; after that: one request each.
        Assert.Equal(["Ping", "Ping", "ManifestGet", "BlobGet", "BlobHead", "BlobHead", "ManifestPut"], calls.Operations);
        Assert.All(calls.Calls, call => Assert.Equal(open.Host, call.Registry));
        Assert.Contains(calls.Calls, call => call is { Operation: "ManifestPut", BytesSent: > 0, Status: 201 });
        Assert.Contains(calls.Calls, call => call is { Operation: "BlobGet", BytesReceived: > 0, Status: 200 });
    }

    private static EngineEnvironment Environment(params (string Name, string Value)[] variables) => new()
    {
        Variables = variables.ToDictionary(variable => variable.Name, variable => variable.Value),
        Home = "/nowhere",
        ConfigurationFolder = "/nowhere/.config",
    };
}
