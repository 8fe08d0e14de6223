using System.Text;
using Buildpacks.Builders;
using Buildpacks.Caches;
using Buildpacks.Configuration;
using Buildpacks.Descriptors.Labels;
using Buildpacks.Engines;
using Buildpacks.Engines.Docker.Endpoints;
using Buildpacks.Oci;
using Buildpacks.Sessions;
using Buildpacks.Stores;
using Buildpacks.Stores.Registry;
using Buildpacks.Testing;
using Buildpacks.Testing.Fuzzing;

namespace Buildpacks.Tests.Fuzzing;

/// <summary>JSON that anyone may have written: the labels of images, and files of this machine.</summary>
public sealed class JsonFuzzTests : IDisposable
{
    private const string BuilderLabel = """
        {"description":"d","buildpacks":[{"id":"a/b","version":"1","homepage":"h"}],"extensions":null,"stack":{"runImage":{"image":"run","mirrors":["m"]}},
         "lifecycle":{"version":"0.20.0","api":{"buildpack":"0.2","platform":"0.3"},"apis":{"buildpack":{"deprecated":[],"supported":["0.10"]},"platform":{"supported":["0.12"]}}},
         "createdBy":{"name":"n","version":"v"},"images":[{"image":"run","mirrors":[]}]}
        """;

    private const string OrderLabel = """[{"group":[{"id":"a/b","version":"1","optional":true}]}]""";

    private const string LayersLabel = """{"a/b":{"1":{"api":"0.10","stacks":[{"id":"*","mixins":["m"]}],"layerDiffID":"sha256:x","order":[{"group":[{"id":"c"}]}]}}}""";

    private const string LifecycleLabel = """
        {"app":[{"sha":"sha256:x"}],"sbom":{"sha":"sha256:0123456789012345678901234567890123456789012345678901234567890123"},
         "buildpacks":[{"key":"a/b","version":"1","layers":{"l":{"sha":"sha256:x","launch":true}}}],
         "runImage":{"topLayer":"sha256:0123456789012345678901234567890123456789012345678901234567890123","reference":"r","image":"run"},"stack":{"runImage":{"image":"run"}}}
        """;

    private const string BuildLabel = """
        {"buildpacks":[{"id":"a/b","version":"1","homepage":"h"}],"processes":[{"type":"web","command":["c"],"args":["a"],"direct":true,"default":true,"working-dir":"/w","buildpackID":"a/b"},
         {"type":"x","command":"one"}],"buildpack-default-process-type":"web"}
        """;

    private readonly TestFolder _folder = new("fuzz");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(BuilderLabels.Metadata, BuilderLabel)]
    [InlineData(BuilderLabels.Order, OrderLabel)]
    [InlineData(BuilderLabels.BuildpackLayers, LayersLabel)]
    [InlineData(BuilderLabels.System, """{"pre":{"buildpacks":[{"id":"a"}]},"post":null}""")]
    public void Labels_of_builders(string label, string valid) =>
        Fuzzer.OfJson(label, [valid]).Run(text =>
        {
            var labels = new Dictionary<string, string> { [BuilderLabels.Metadata] = BuilderLabel, [label] = text };
            var detail = Image(labels);

            ImageCatalog.FromDetail(PackEngineKind.Podman, "", detail);
            var builder = BuilderImage.Read("b", detail);
            Assert.NotEmpty(builder.GetDefaultRunImage().Image);
            Assert.NotEmpty(builder.Lifecycle.AllPlatformApis());
            Assert.All(builder.Order, group => Assert.All(group.Group, entry => entry.ToString()));
        });

    [Theory]
    [InlineData(AppLabels.Lifecycle, LifecycleLabel)]
    [InlineData(AppLabels.Build, BuildLabel)]
    public void Labels_of_apps_are_read_as_far_as_they_can_be(string label, string valid) =>
        Fuzzer.OfJson(label, [valid]).Run(text =>
        {
            var labels = new Dictionary<string, string> { [AppLabels.Lifecycle] = LifecycleLabel, [AppLabels.Build] = BuildLabel, [label] = text };

            Assert.True(ImageCatalog.FromDetail(PackEngineKind.Docker, "", Image(labels)).IsApp);
            Assert.True(AppMetadata.Read(labels)!.SbomLayer is null or { Length: 71 });
        });

    [Fact]
    public void Files_with_credentials_are_read_as_far_as_they_can_be() =>
        Fuzzer.OfJson("auth.json", ["""{"auths":{"ghcr.io":{"auth":"dTpw"},"x":{"username":"u","password":"p"}},"credHelpers":{"y":"none"},"credsStore":"none"}"""]).Run(text =>
        {
            var file = CredentialFile.Read(_folder.File("auth.json", text));

            file?.Helper(["y", "ghcr.io"]);
            file?.Find(["ghcr.io", "x"]);
        });

    [Fact]
    public void Contexts_of_docker_are_endpoints_or_a_reason_why_not()
    {
        var environment = new EngineEnvironment
        {
            Variables = new Dictionary<string, string> { ["DOCKER_CONFIG"] = _folder.Path, ["DOCKER_CONTEXT"] = "c" },
            Home = _folder.Path,
            ConfigurationFolder = _folder.Path,
        };
        var id = OciDigest.Hex(OciDigest.Of("c"u8));
        Fuzzer.OfJson("meta.json", ["""{"Name":"c","Metadata":{},"Endpoints":{"docker":{"Host":"tcp://h:1","SkipTLSVerify":false}}}"""]).Run(text =>
        {
            _folder.File($"contexts/meta/{id}/meta.json", text);

            var endpoint = Assert.Single(DockerEndpoints.Find(environment));

            Assert.True(endpoint.Problem is not null || endpoint.Address.Length > 0);
        });
    }

    [Fact]
    public void Markers_of_builds_are_used_or_passed_over()
    {
        var markers = new BuildMarkers(_folder["builds"]);
        var valid = """
            {"Session":"s","Engine":"e","Container":"buildpacks-s","Volumes":["v"],"Started":"2024-01-01T00:00:00Z","Abandoned":true,
             "Process":{"Machine":"m","Id":1,"Started":"2024-01-01T00:00:00Z"}}
            """;
        Fuzzer.OfJson("marker", [valid, valid.Replace("true", "false", StringComparison.Ordinal)]).Run(text =>
        {
            _folder.File("builds/s.json", text);

            Assert.All(markers.Stale("e"), marker =>
            {
                Assert.NotEmpty(marker.Session);
                Assert.DoesNotContain(null, marker.Volumes.Concat(marker.Images));
            });
        });
    }

    [Fact]
    public void Manifests_that_were_kept_are_used_or_passed_over() =>
        Fuzzer.OfJson("kept manifest", ["""{"schemaVersion":2,"config":{"mediaType":"m","digest":"d","size":1},"layers":[{"mediaType":"m","digest":"d","size":1}]}"""]).Run(text =>
        {
            var content = Encoding.UTF8.GetBytes(text);
            var digest = OciDigest.Of(content);
            File.WriteAllBytes(_folder[OciDigest.Hex(digest)], content);
            var image = Image(new Dictionary<string, string>()) with { Id = digest };

            Assert.DoesNotContain(null, new LoadedManifests(_folder.Path).LayersOf(image).Values);
            File.Delete(_folder[OciDigest.Hex(digest)]);
        });

    private static ImageDetail Image(Dictionary<string, string> labels) => new()
    {
        Id = "sha256:x",
        Tags = ["docker.io/library/b:latest"],
        Config = new OciImageConfig
        {
            Rootfs = new OciRootFs { DiffIds = ["sha256:x"] },
            Config = new OciContainerConfig { Labels = labels, Env = ["CNB_USER_ID=1", "CNB_GROUP_ID=2"] },
        },
    };
}
