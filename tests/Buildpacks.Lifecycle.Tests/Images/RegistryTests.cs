using System.Text;
using System.Text.Json;
using Buildpacks.Lifecycle.Images;
using Buildpacks.Lifecycle.Tests.Support;
using Buildpacks.Oci;
using Buildpacks.Testing;
using Buildpacks.Testing.Processes;
using Buildpacks.Testing.Registries;

namespace Buildpacks.Lifecycle.Tests.Images;

/// <summary>Images in a registry of this machine, phase by phase, as platforms have old lifecycles run.</summary>
public sealed class RegistryTests(RegistryFixture registry) : IClassFixture<RegistryFixture>, IDisposable
{
    private const string Buildpack = """
        if [ ! -f $1/dist.toml ]; then mkdir -p $1/dist; echo dist > $1/dist/content; fi
        printf '[types]\nlaunch = true\n' > $1/dist.toml
        [ -f $1/dist.sbom.cdx.json ] || echo '{}' > $1/dist.sbom.cdx.json
        printf '[[processes]]\ntype = "web"\ncommand = ["server"]\ndefault = true\n' > $1/launch.toml
        """;

    private readonly TestBuild build = new() { PlatformApi = "0.9" };
    private readonly string name = $"team/app-{Guid.NewGuid():N}";

    public void Dispose() => build.Dispose();

    private string Image => registry.Image(name) + ":latest";

    private string RunImage => registry.Image("base/run") + ":1";

    [SkippableFact]
    public async Task An_image_is_pushed_and_an_unchanged_rebuild_sends_nothing()
    {
        await PrepareAsync();

        var first = await BuildAsync();
        var digest = OciDigest.Of(Encoding.UTF8.GetBytes(await SkopeoAsync("inspect", "--raw", "--tls-verify=false", $"docker://{Image}")));
        build.AddBuildpack("samples/server", Buildpack.Replace("'{}'", "'{\"made\":\"anew\"}'", StringComparison.Ordinal), sbom: true);
        var again = await BuildAsync();

        Assert.Contains($"Saving {Image}...", first.Lines);
        Assert.Contains($"*** Images ({digest}):", first.Lines);
        Assert.Contains($"      {Image}", first.Lines);
        Assert.Contains("Adding layer 'samples/server:dist'", first.Lines);
        Assert.Contains($"*** Images ({digest}):", again.Lines);
        Assert.Contains($"Reusing layers from image '{registry.Image(name)}@{digest}'", again.Lines);
        Assert.Contains("Reusing layer 'samples/server:dist'", again.Lines);
        Assert.Contains($"digest = \"{digest}\"", File.ReadAllText(Path.Combine(build.Layers, "report.toml")), StringComparison.Ordinal);
        var image = JsonDocument.Parse(await SkopeoAsync("inspect", "--config", "--tls-verify=false", $"docker://{Image}")).RootElement;
        Assert.Contains($"\"reference\":\"{registry.Image("base/run")}@sha256:", image.GetProperty("config").GetProperty("Labels").GetProperty("io.buildpacks.lifecycle.metadata").GetString(), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_registry_that_refuses_ends_the_phase()
    {
        await PrepareAsync();
        build.Environment["CNB_REGISTRY_AUTH"] = $$"""{"{{registry.Host}}":"Basic {{Convert.ToBase64String("tester:wrong"u8)}}"}""";

        var (exitCode, log) = await build.RunAsync("analyzer", "-layers", build.Layers, "-run-image", RunImage, Image);

        Assert.Equal(32, exitCode);
        Assert.Contains("(401)", log.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Basic ", log.Text, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_login_that_is_no_object_is_not_repeated()
    {
        await PrepareAsync();
        build.Environment["CNB_REGISTRY_AUTH"] = "secret";

        var (exitCode, log) = await build.RunAsync("analyzer", "-layers", build.Layers, "-run-image", RunImage, Image);

        Assert.Equal(1, exitCode);
        Assert.Contains("CNB_REGISTRY_AUTH", log.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", log.Text, StringComparison.Ordinal);
    }

    private async Task<RecordingLog> BuildAsync()
    {
        build.ResetLayers();
        await SucceedAsync("analyzer", "-layers", build.Layers, "-run-image", RunImage, Image);
        await build.DetectAsync();
        await SucceedAsync("restorer", "-layers", build.Layers, "-cache-dir", build.Folder["cache"]);
        await build.BuildAsync();
        return await SucceedAsync(
            "exporter", "-layers", build.Layers, "-app", build.Folder["app"], "-launcher", build.Folder["launcher"], "-cache-dir", build.Folder["cache"], Image);
    }

    private async Task PrepareAsync()
    {
        registry.Require();
        Requirement.Meet(Requirement.MissingTool("skopeo"));
        build.AddBuildpack("samples/server", Buildpack, sbom: true);
        build.Environment["CNB_REGISTRY_AUTH"] = $$"""{"{{registry.Host}}":"Basic {{Login}}"}""";
        var layer = "the layer"u8.ToArray();
        var digest = OciDigest.Of(layer);
        var layout = build.Layout("run");
        Directory.CreateDirectory(layout.BlobFolder);
        File.WriteAllBytes(layout.BlobPath(digest), layer);
        var config = layout.WriteDocument(ImageConfigText.Of(TestBuild.BaseConfig() with { Rootfs = new OciRootFs { DiffIds = [digest] }, History = null }), MediaTypes.Config);
        var blob = new OciDescriptor { MediaType = MediaTypes.LayerTar, Digest = digest, Size = layer.Length };
        layout.Commit(layout.WriteDocument(new OciManifest { Config = config, Layers = [blob] }, OciJson.Default.OciManifest, MediaTypes.Manifest));
        await SkopeoAsync("copy", "--preserve-digests", "--dest-tls-verify=false", $"oci:{layout.Path}", $"docker://{RunImage}");
    }

    private string Login => Convert.ToBase64String(Encoding.UTF8.GetBytes($"{registry.Credential.Username}:{registry.Credential.Password}"));

    private async Task<string> SkopeoAsync(string command, params string[] arguments)
    {
        var file = build.Folder.File("auth.json", $"{{\"auths\":{{\"{registry.Host}\":{{\"auth\":\"{Login}\"}}}}}}");
        return (await ToolRun.RunAsync("skopeo", [command, "--authfile", file, .. arguments])).Checked();
    }

    private async Task<RecordingLog> SucceedAsync(string phase, params string[] arguments)
    {
        var (exitCode, log) = await build.RunAsync(phase, arguments);
        Assert.True(exitCode == 0, log.Text);
        return log;
    }
}
