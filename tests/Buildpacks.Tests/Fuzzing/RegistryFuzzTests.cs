using System.Text;
using System.Text.Json;
using Buildpacks.Builds.Apps;
using Buildpacks.Caches;
using Buildpacks.Caches.Images;
using Buildpacks.Engines;
using Buildpacks.Engines.Docker.Connection;
using Buildpacks.Modules;
using Buildpacks.Oci;
using Buildpacks.PackCommands;
using Buildpacks.Stores;
using Buildpacks.Stores.Indexes;
using Buildpacks.Stores.Registry;
using Buildpacks.Testing;
using Buildpacks.Testing.Fuzzing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Buildpacks.Tests.Fuzzing;

/// <summary>What registries, their files and the addresses of sources say.</summary>
public sealed class RegistryFuzzTests : IDisposable
{
    private const string Digest = "sha256:0123456789012345678901234567890123456789012345678901234567890123";

    private const string Manifest = """
        {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","size":2,"digest":"
        """ + Digest + """
        "},"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","size":3,"digest":"
        """ + Digest + """
        ","urls":["https://x"]}],"annotations":{"a":"b"},"subject":null}
        """;

    private const string Index = """
        {"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","size":4,"digest":"
        """ + Digest + """
        ","platform":{"architecture":"arm64","os":"linux","variant":"v8","os.features":["a"],"features":["b"]},"annotations":{"a":"b"}}],"annotations":{"c":"d"},"subject":{"digest":"x"},"artifactType":"t"}
        """;

    private readonly TestFolder _folder = new("fuzz");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Manifests_and_indexes_are_refused_or_complete() =>
        Fuzzer.OfJson("manifest", [Plain(Manifest), Plain(Index)]).Run(text =>
        {
            var stored = StoredManifest.Read(Encoding.UTF8.GetBytes(text), MediaTypes.Manifest, "here");
            Referrers.SubjectOf(stored);
            if (!stored.IsIndex)
            {
                var manifest = stored.ToManifest("here");
                Assert.All(manifest.Layers.Append(manifest.Config), blob => Assert.True(OciDigest.IsValid(blob.Digest) && blob.Size >= 0));
                return;
            }

            var index = stored.ToIndex("here");
            PlatformChoice.Choose(index, RegistryAccess.DefaultPlatform, ImageReference.Parse("a.b/c:d"));
            Assert.All(index.Manifests, entry => Assert.True(OciDigest.IsValid(entry.Digest)));
        });

    [Fact]
    public void Indexes_that_are_changed_are_refused_or_can_be_written() =>
        Fuzzer.OfJson("index", [Plain(Index)]).Run(text =>
        {
            try
            {
                if (IndexDocument.Read(Encoding.UTF8.GetBytes(text)) is { } index)
                {
                    var written = index.ToManifest();
                    Assert.Equal(index.Entries.Count, written.ToIndex("here").Manifests.Count);
                }
            }
            catch (JsonException)
            {
                // The callers say which file it is.
            }
        });

    [Fact]
    public void Indexes_of_this_machine_with_their_notes()
    {
        var local = new LocalIndexes(_folder["indexes"]);
        Fuzzer.OfJson("index.json", [Plain(Index), $$$"""{"name":"a/b","format":"Oci","sources":{"{{{Digest}}}":"x/y:z"}}"""]).Run(text =>
        {
            _folder.File("indexes/a_b/index.json", text);
            _folder.File("indexes/a_b/.buildpacks.json", text);
            _folder.File("indexes/c/index.json", Plain(Index));
            _folder.File("indexes/c/.buildpacks.json", text);

            Assert.NotNull(local.Find("c"));
            local.Find("a/b");
            local.List();
        });
    }

    [Fact]
    public void Challenges_are_read_as_far_as_they_can_be() =>
        Fuzzer.OfText(
            "challenge",
            ["Bearer realm=\"https://auth.example.com/token\",service=\"registry\",scope=\"repository:a/b:pull,push\",error=\"invalid_token\"", "Basic realm=\"x\", Bearer realm=y", "Negotiate, Digest qop=\"a\\\"b\""],
            "Bearer ", "realm=", "\"", "\\\"", ",", "==", "scope=\"repository:", "http://127.0.0.1/").Run(text =>
            {
                foreach (var challenge in AuthChallenge.Parse(text))
                {
                    if (Uri.TryCreate(challenge.Realm, UriKind.Absolute, out var realm)
                        && TokenRealm.IsAllowed(new Uri("https://registry.example.com/"), realm, [], out _))
                    {
                        Assert.Equal("https", realm.Scheme);
                        Assert.EndsWith("example.com", realm.IdnHost, StringComparison.OrdinalIgnoreCase);
                    }
                }
            });

    [Fact]
    public void Ranges_of_uploads_are_lengths_or_nothing() =>
        Fuzzer.OfText("range", ["0-1023", "bytes=0-9", "0-0", "5-9"], "-", "0-", "9223372036854775807", "bytes=").Run(text => Assert.True(UploadRange.Length(text) is null or > 0));

    [Fact]
    public void Credentials_of_files_helpers_and_the_environment()
    {
        const string file = """
            {"auths":{"ghcr.io":{"auth":"dTpw","identitytoken":"t"},"x":{"username":"u","password":"p"},"y":{"registrytoken":"r"}},"credHelpers":{"z":"none"},"credsStore":"none"}
            """;
        const string helper = """{"ServerURL":"https://x","Username":"<token>","Secret":"s"}""";
        const string variable = """{"ghcr.io":"Basic dTpw","x":"Bearer t","y":"X-Identity i"}""";
        Fuzzer.OfJson("credentials", [file, helper, variable]).Run(text =>
        {
            if (CredentialFile.Read(_folder.File("auth.json", text)) is { } read)
            {
                _ = read.Names().ToList();
                read.Helper(["z", "ghcr.io"]);
                read.Find(["ghcr.io", "x", "y"], withTokens: true);
                read.Find(["ghcr.io", "x", "y"]);
            }

            KnownCredentials.OfEnvironment(text);
            try
            {
                CredentialHelper.Read(text, withTokens: true);
            }
            catch (JsonException)
            {
                // As good as no answer.
            }
        });
    }

    [Fact]
    public void A_name_that_is_half_of_a_surrogate_pair_is_passed_over()
    {
        var file = CredentialFile.Read(_folder.File("auth.json", """{"auths":{"\ud800":{},"x":{}}}"""));
        var index = IndexDocument.Read(Encoding.UTF8.GetBytes(Plain(Index).Replace("{\"digest\":\"x\"}", """{"\ud800":"\udc00"}""", StringComparison.Ordinal)));

        Assert.Equal(["x"], file!.Names());
        Assert.Equal("{\"\uFFFD\":\"\uFFFD\"}", index!.Subject);
    }

    [Fact]
    public void Files_of_registries_are_refused_or_give_places()
    {
        const string valid = """
            unqualified-search-registries = ["docker.io"]
            [[registry]]
            prefix = "*.example.com/team"
            location = "internal.example.com/team"
            insecure = true
            blocked = false
            mirror-by-digest-only = true
            [[registry.mirror]]
            location = "mirror.example.com:5000/x"
            insecure = true
            pull-from-mirror = "digest-only"
            [aliases]
            "a" = "b/c"
            """;
        Fuzzer.OfText("registries.conf", [valid], "[[registry]]", "prefix = ", "location = \"", "*.", "://", ":99999", "[::1]", "mirror = 1").Run(text =>
        {
            var locations = RegistryLocations.Read(null, [_folder.File("registries.conf", text)]);
            foreach (var name in new[] { "a.example.com/team/web:1", $"example.com/team@{Digest}", "docker.io/library/x:1" })
            {
                Assert.NotEmpty(locations.Sources(ImageReference.Parse(name)));
            }

            locations.IsInsecure("a.example.com");
        });
    }

    [Fact]
    public void Entries_of_buildpack_registries_are_refused_or_name_an_image_by_digest()
    {
        var line = $$"""{"ns":"a","name":"b","version":"1.0.0","yanked":false,"addr":"docker.io/a/b@{{Digest}}"}""";
        var index = new RegistryIndex("https://example.com/index", _folder["index"], NullLogger.Instance);
        Fuzzer.OfJson("entry", [line, line + "\n" + line.Replace("1.0.0", "1.0.1-rc.1+x", StringComparison.Ordinal), line.Replace("false", "true", StringComparison.Ordinal)]).Run(text =>
        {
            foreach (var version in new[] { null, "1.0.0" })
            {
                Assert.NotNull(index.Choose("a/b", "a", "b", version, text).Digest);
            }
        });
    }

    [Fact]
    public void Addresses_of_git_are_refused_without_their_login_or_lead_nowhere_else() =>
        Fuzzer.OfText(
            "git address",
            ["git+https://example.com/team/web.git#v1:site/app", "git+ssh://git@example.com/web", "git+file:///srv/web.git#main", "git+https://SECRET:SECRET@example.com/x.git", "git+https://SECRET@example.com/x"],
            "git+", "://", "#", ":", "@", "%40", "..", "-", "--upload-pack=", "ext::", ".git").Run(text =>
            {
                if (!GitAddress.IsMeant(text))
                {
                    return;
                }

                try
                {
                    var address = GitAddress.Parse(text);
                    Assert.False(address.Repository.StartsWith('-') || address.Reference?.StartsWith('-') == true, text);
                    Assert.DoesNotContain("..", (address.Folder ?? "").Split('/'));
                    Assert.NotNull(address.Name);
                }
                catch (PackException failure) when (text.IndexOf("SECRET@", StringComparison.Ordinal) is > 0 and var login && login == text.LastIndexOf("SECRET@", StringComparison.Ordinal) && text.IndexOfAny(['/', '?', '#'], text.IndexOf("://", StringComparison.Ordinal) + 3) > login)
                {
                    Assert.DoesNotContain("SECRET@", failure.Message + failure.Target, StringComparison.Ordinal);
                }
            });

    [Fact]
    public void Places_of_buildpacks_and_caches()
    {
        Fuzzer.OfText(
            "buildpack", ["urn:cnb:builder:a/b@1", "urn:cnb:registry:a/b", "https://x/y.cnb#sha256=00", "docker://a/b", "oci:/x", "a/b@1.2", "./x", "file:///x", "from=builder"], "urn:cnb:", "://", "#sha256=", "@", "file:").Run(text =>
            {
                var place = ModuleLocator.Parse(text, _folder.Path);
                _ = (place.Entry, place.AsImage(), place.AsRegistered());
            });
        Fuzzer.OfText("cache", ["type=build;format=volume;name=x", "type=launch;format=bind;source=/x", "type=build;format=image;name=a/b"], ";", "=", "type=", "format=").Run(text =>
            CacheChoice.Read([text], null, publish: true, _folder.Path));
    }

    [Fact]
    public void Metadata_of_cache_images() =>
        Fuzzer.OfJson("cache metadata", ["""{"buildpacks":[{"key":"a/b","version":"1","layers":{"l":{"sha":"DIGEST","build":true,"cache":true,"data":{"a":1}}}}],"sbom":{"sha":"DIGEST"}}""".Replace("DIGEST", Digest, StringComparison.Ordinal)]).Run(text =>
            CacheMetadata.Read(text));

    [Fact]
    public void Commands_of_pack_are_refused_or_become_one_command() =>
        Fuzzer.OfText(
            "pack command",
            [
                "pack build team/web --path ./app --builder b -e A=1 --env 'B=two words' --publish", "DOCKER_HOST=\"unix:///x\" sudo pack rebase x:y --force", "pack config trusted-builders add b",
                "pack manifest create a/b c/d e/f --insecure", "pack buildpack package x.cnb --format file # note",
            ],
            "--", "-v", "'", "\"", "\\", "$(x)", "`x`", "$HOME", "&&", "|", ";", ">", "\n", "--path=", "pack ").Run(text =>
            {
                if (PackCommandConverter.Convert(text) is { } converted)
                {
                    Assert.NotEmpty(converted.Command);
                }
            });

    [Fact]
    public void What_an_ssh_writes_becomes_a_message_of_bounded_length() =>
        Fuzzer.OfText(
            "ssh output", ["Permission denied (publickey).\r\n", "ssh: connect to host h port 22: Connection refused\n", "error during connect: \u001b[31mx\u001b[0m\nunknown command: docker system dial-stdio\n"],
            "\u001b]0;x\a", "\r", "Host key verification failed.\n").Run(text =>
            {
                var tail = new ErrorTail();
                using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
                tail.AppendAsync(stream).GetAwaiter().GetResult();

                var words = SshStream.Shown(tail.ToString());
                Assert.InRange(words.Length, 1, 1000);
                Assert.DoesNotContain(words, char.IsControl);
            });

    private static string Plain(string text) => text.Replace("\n", "", StringComparison.Ordinal).Replace("\r", "", StringComparison.Ordinal);
}
