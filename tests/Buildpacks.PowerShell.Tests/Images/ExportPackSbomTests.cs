using Buildpacks.Commands.Tests.Engines;
using Buildpacks.Commands.Tests.Sessions;
using Buildpacks.Testing;
using Buildpacks.Testing.Images;
using Buildpacks.Testing.Registries;

namespace Buildpacks.Commands.Tests.Images;

/// <summary>Export-PackSbom on real engines and a real registry.</summary>
public sealed class ExportPackSbomTests(EngineMachine machine, OpenRegistryFixture registry)
    : IClassFixture<EngineMachine>, IClassFixture<OpenRegistryFixture>, IDisposable
{
    private const string App = "example.org/sbom/app:latest";
    private const string Other = "example.org/sbom/other:latest";
    private const string Plain = "example.org/sbom/plain:latest";

    private readonly PackSession _session = new();
    private readonly TestFolder _folder = new("sbom");

    public static TheoryData<PackEngineKind> Engines => [PackEngineKind.Podman, PackEngineKind.Docker];

    public void Dispose()
    {
        _session.Dispose();
        _folder.Dispose();
    }

    [SkippableTheory]
    [MemberData(nameof(Engines))]
    public async Task Images_of_an_engine_have_a_folder_each_when_there_are_several(PackEngineKind kind)
    {
        await UseAsync(kind);

        var whatIf = _session.Run($"Export-PackSbom {App} -DestinationPath one -WhatIf").Checked();
        Assert.False(Directory.Exists(_folder["one"]));
        var one = _session.Run($"Export-PackSbom {App} -DestinationPath one -MediaType cyclonedx").Checked();
        var again = _session.Run($"Get-PackImage {App} | Export-PackSbom -DestinationPath one");
        var several = _session.Run($"Export-PackSbom {App}, {Plain}, example.org/none, {Other} -DestinationPath several");
        var block = _session.Run($"Get-PackImage {App}, {Other} | Export-PackSbom -DestinationPath {{ 'by-block/' + $_.Name.Split('/')[-1].Split(':')[0] }} -MediaType Spdx").Checked();

        Assert.Empty(whatIf.Output);
        var file = Assert.Single(one.Of<PackSbomFile>());
        Assert.Equal((_folder["one/layers/sbom/launch/a_b/sbom.cdx.json"], App, kind, "a/b", 2), (file.Path, file.Image, file.Engine, file.BuildpackId, file.Size));
        Assert.StartsWith("DestinationExists", again.Failure.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(["NotAnAppImage", "ImageNotFound"], several.Errors.Select(error => error.FullyQualifiedErrorId.Split(',')[0]));
        Assert.Equal(
            [_folder["several/example.org/sbom/app/latest/layers/sbom/launch/a_b/sbom.cdx.json"], _folder["several/example.org/sbom/app/latest/layers/sbom/launch/a_b/sbom.spdx.json"],
             _folder["several/example.org/sbom/other/latest/layers/sbom/launch/a_b/sbom.cdx.json"], _folder["several/example.org/sbom/other/latest/layers/sbom/launch/a_b/sbom.spdx.json"]],
            several.Of<PackSbomFile>().Select(written => written.Path).Order(StringComparer.Ordinal));
        Assert.Equal(
            [_folder["by-block/app/layers/sbom/launch/a_b/sbom.spdx.json"], _folder["by-block/other/layers/sbom/launch/a_b/sbom.spdx.json"]],
            block.Of<PackSbomFile>().Select(written => written.Path).Order(StringComparer.Ordinal));
    }

    [SkippableFact]
    public async Task Images_of_a_registry_need_no_engine()
    {
        await UseAsync(PackEngineKind.Podman);
        registry.Require();
        var app = $"{registry.Host}/team/app:latest";
        (await machine.Podman.RunAsync("push", "--tls-verify=false", App, app)).Checked();
        _session.Run("Set-PackEngine Docker -EngineEndpoint unix:///nowhere/docker.sock -ErrorAction SilentlyContinue");

        var typed = _session.Run($"Export-PackSbom {app}, {registry.Host}/team/none -Registry -DestinationPath typed -MediaType Spdx, Syft");
        var piped = _session.Run($"Get-PackImage {app} -Registry | Export-PackSbom -DestinationPath piped").Checked();
        var absent = _session.Run($"Export-PackSbom {app} -Registry -MediaType Syft");

        Assert.StartsWith("ImageNotFound", typed.Failure.FullyQualifiedErrorId, StringComparison.Ordinal);
        var file = Assert.Single(typed.Of<PackSbomFile>());
        Assert.Equal((registry.Host, "application/spdx+json", app), (file.Registry, file.MediaType, file.Image));
        Assert.Null(file.Engine);
        Assert.Equal(2, piped.Of<PackSbomFile>().Count);
        Assert.StartsWith("SbomFormatMissing", absent.Failure.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["layers"]));
    }

    [Fact]
    public void What_is_for_registries_needs_the_switch_and_an_image_needs_a_name()
    {
        var nameless = _session.Run("Export-PackSbom");
        var format = _session.Run("Export-PackSbom web -MediaType other");
        var drive = _session.Run("Export-PackSbom web -DestinationPath Env:");

        Assert.StartsWith("NameMissing", nameless.Failure.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("CycloneDx", $"{format.Failure}", StringComparison.Ordinal);
        Assert.StartsWith("PathNotFileSystem", drive.Failure.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    private async Task UseAsync(PackEngineKind kind)
    {
        machine.RequireBoth();
        await using var engine = machine.Engine(kind).CreateEngine();
        foreach (var name in new[] { App, Other })
        {
            var image = new TestImage
            {
                Name = name,
                Files = new Dictionary<string, string> { ["/layers/sbom/launch/a_b/sbom.cdx.json"] = "{}", ["/layers/sbom/launch/a_b/sbom.spdx.json"] = "{}" },
            };
            await image.LoadAsync(engine);
            var layer = (await engine.Images.InspectAsync([name], default))[name].Config.Rootfs.DiffIds[^1];
            await (image with
            {
                Labels = new Dictionary<string, string>
                {
                    ["io.buildpacks.lifecycle.metadata"] = $$$"""{"sbom":{"sha":"{{{layer}}}"}}""",
                    ["io.buildpacks.build.metadata"] = """{"buildpacks":[{"id":"a/b","version":"1"}]}""",
                },
            }).LoadAsync(engine);
        }

        await new TestImage { Name = Plain }.LoadAsync(engine);
        _session.Run($"Set-PackEngine {kind}").Checked();
        _session.Run("$null = $ExecutionContext.SessionState.Path.SetLocation($args[0])", _folder.Path).Checked();
    }
}
