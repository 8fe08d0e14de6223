using Buildpacks.Commands.Tests.Engines;
using Buildpacks.Commands.Tests.Sessions;
using Buildpacks.Testing.Images;
using Buildpacks.Testing.Registries;

namespace Buildpacks.Commands.Tests.Images;

/// <summary>Update-PackImage and Get-PackImage -Registry on real engines and a real registry.</summary>
public sealed class UpdatePackImageTests(EngineMachine machine, OpenRegistryFixture registry)
    : IClassFixture<EngineMachine>, IClassFixture<OpenRegistryFixture>, IDisposable
{
    private const string App = "example.org/update/app:latest";
    private const string Run = "example.org/update/run:latest";
    private const string NewRun = "example.org/update/new-run:latest";

    private readonly PackSession _session = new();

    public static TheoryData<PackEngineKind> Engines => [PackEngineKind.Podman, PackEngineKind.Docker];

    public void Dispose() => _session.Dispose();

    [SkippableTheory]
    [MemberData(nameof(Engines))]
    public async Task An_image_of_the_pipeline_gets_its_run_image_where_it_was_found(PackEngineKind kind)
    {
        await UseAsync(kind);

        var whatIf = _session.Run($"Get-PackImage {App} | Update-PackImage -RunImage {NewRun} -WhatIf").Checked();
        var refused = _session.Run($"Get-PackImage {App} | Update-PackImage -RunImage {NewRun}");
        var updated = _session.Run($"Get-PackImage {App} | Update-PackImage -RunImage {NewRun} -Force -WarningAction SilentlyContinue").Checked();
        var unchanged = _session.Run($"Update-PackImage {App} -RunImage {NewRun}").Checked();

        Assert.Empty(whatIf.Output);
        Assert.StartsWith("RebaseRunImageUnknown", refused.Failure.FullyQualifiedErrorId, StringComparison.Ordinal);
        var update = Assert.Single(updated.Of<PackImageUpdate>());
        Assert.Equal((App, kind, "updated", NewRun, Run), (update.Name, update.Engine, update.Outcome, update.RunImage, update.PreviousRunImage));
        Assert.Equal(("unchanged", update.Id), (Assert.Single(unchanged.Of<PackImageUpdate>()).Outcome, unchanged.Of<PackImageUpdate>().Single().Id));
        var image = _session.Run($"Get-PackImage {App}").Checked().Of<PackImage>().Single();
        Assert.Equal((update.Id, NewRun, update.RunImageReference, true), (image.Id, image.RunImage, image.RunImageReference, image.Rebasable));
    }

    [SkippableFact]
    public async Task Images_of_a_registry_are_shown_and_updated_without_an_engine()
    {
        await UseAsync(PackEngineKind.Podman);
        registry.Require();
        var (app, run) = ($"{registry.Host}/team/app:latest", $"{registry.Host}/team/new-run:latest");
        (await machine.Podman.RunAsync("push", "--tls-verify=false", App, app)).Checked();
        (await machine.Podman.RunAsync("push", "--tls-verify=false", NewRun, run)).Checked();
        _session.Run("Set-PackEngine Docker -EngineEndpoint unix:///nowhere/docker.sock -ErrorAction SilentlyContinue");

        var shown = _session.Run($"Get-PackImage {app}, 'Not a name', {registry.Host}/team/none, {run} -Registry");
        var updated = _session.Run($"Get-PackImage {app} -Registry | Update-PackImage -RunImage {run} -Force -WarningAction SilentlyContinue").Checked();

        Assert.Equal([app, run], shown.Of<PackImage>().Select(image => image.Name));
        Assert.Equal(["ImageNameInvalid", "ImageNotFound"], shown.Errors.Select(error => error.FullyQualifiedErrorId.Split(',')[0]));
        var update = Assert.Single(updated.Of<PackImageUpdate>());
        Assert.Equal((app, registry.Host, "updated", run), (update.Name, update.Registry, update.Outcome, update.RunImage));
        Assert.Null(update.Engine);
        Assert.Equal(0, update.LayersMoved);
        var image = _session.Run($"Get-PackImage {app} -Registry").Checked().Of<PackImage>().Single();
        Assert.Equal((update.Digest, update.Id, update.RunImageReference), (image.Digest, image.Id, image.RunImageReference));
        var removed = _session.Run($"Get-PackImage {app} -Registry | Remove-PackImage");
        Assert.StartsWith("ImageInRegistry", removed.Failure.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_for_registries_needs_the_switch_and_a_name()
    {
        var credential = _session.Run("Get-PackImage web -InsecureRegistry localhost:5000");
        var nameless = _session.Run("Get-PackImage -Registry");
        var missing = _session.Run("Update-PackImage");

        Assert.StartsWith("RegistryMissing", credential.Failure.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.StartsWith("NameMissing", nameless.Failure.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.StartsWith("NameMissing", missing.Failure.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    private async Task UseAsync(PackEngineKind kind)
    {
        machine.RequireBoth();
        var fixture = machine.Engine(kind);
        await using var engine = fixture.CreateEngine();
        await new TestImage { Name = Run }.LoadAsync(engine);
        await new TestImage { Name = NewRun, Padding = 100_000 }.LoadAsync(engine);
        var run = (await engine.Images.InspectAsync([Run], default))[Run];
        await new TestImage
        {
            Name = App,
            Environment = ["PATH=/bin", "CNB_PLATFORM_API=0.12"],
            Files = new Dictionary<string, string> { ["/workspace/app.txt"] = "app" },
            Labels = new Dictionary<string, string>
            {
                ["io.buildpacks.lifecycle.metadata"] = $$$"""{"runImage":{"topLayer":"{{{run.Config.Rootfs.DiffIds[^1]}}}","reference":"{{{run.Id[7..]}}}","image":"{{{Run}}}"}}""",
            },
        }.LoadAsync(engine);
        _session.Run($"Set-PackEngine {kind}").Checked();
    }
}
