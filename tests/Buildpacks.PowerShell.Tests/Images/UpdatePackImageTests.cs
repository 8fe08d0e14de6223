using Buildpacks.Commands.Tests.Engines;
using Buildpacks.Commands.Tests.Sessions;
using Buildpacks.Engines;
using Buildpacks.Testing;
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
    private readonly TestFolder _folder = new("update");

    public static TheoryData<PackEngineKind> Engines => [PackEngineKind.Podman, PackEngineKind.Docker];

    public void Dispose()
    {
        _session.Dispose();
        machine.RemoveConfiguration();
        _folder.Dispose();
    }

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

    [SkippableFact]
    public async Task The_run_image_mirrors_of_the_configuration_are_used()
    {
        await UseAsync(PackEngineKind.Podman);
        _session.Run($"Set-PackConfig -RunImageMirror @{{ '{Run}' = '{NewRun}' }}").Checked();

        var updated = _session.Run($"Update-PackImage {App}").Checked();

        Assert.Equal((NewRun, "updated"), (updated.Of<PackImageUpdate>().Single().RunImage, updated.Of<PackImageUpdate>().Single().Outcome));
        Assert.Equal(Run, _session.Run($"Get-PackImage {App}").Checked().Of<PackImage>().Single().RunImage);
    }

    [SkippableFact]
    public async Task The_previous_image_of_an_update_is_of_the_place_of_the_new_one_and_a_report_is_written()
    {
        await UseAsync(PackEngineKind.Podman);
        registry.Require();
        var (app, layout, reports) = ($"{registry.Host}/team/previous", _folder["previous"], _folder["reports"]);
        _session.Run($"Copy-PackImage {App} -From Podman -DestinationPath {layout}").Checked();
        (await machine.Podman.RunAsync("push", "--tls-verify=false", App, app)).Checked();
        (await machine.Podman.RunAsync("push", "--tls-verify=false", NewRun, $"{app}-run")).Checked();

        var inEngine = _session.Run($"Update-PackImage example.org/update/candidate -PreviousImage {App} -RunImage {NewRun} -Force -ReportOutputFolder {reports}/engine 3>$null").Checked();
        var inRegistry = _session.Run($"Update-PackImage {app}:candidate -Registry -PreviousImage {app} -RunImage {app}-run -Force -ReportOutputFolder {reports}/registry 3>$null").Checked();
        var inLayout = _session.Run($"Update-PackImage oci:{layout}:candidate -PreviousImage oci:{layout}:{App} -RunImage {NewRun} -Force 3>$null").Checked();
        var misplaced = _session.Run($"Update-PackImage example.org/update/candidate -PreviousImage oci:{layout}:{App}");
        var nameless = _session.Run($"Update-PackImage oci:{layout} -PreviousImage {App}");
        var unwritable = _session.Run($"Update-PackImage {App} -RunImage {NewRun} -Force -ReportOutputFolder {reports}/engine/report.toml");
        var untouched = _session.Run($"Get-PackImage {App}").Checked().Of<PackImage>().Single();
        var warned = _session.Run($"Update-PackImage {App}, example.org/update/candidate -RunImage {NewRun} -Force -ReportOutputFolder {reports}/both");

        var engine = inEngine.Of<PackImageUpdate>().Single();
        Assert.Equal($"[image]\n  tags = [\"example.org/update/candidate:latest\"]\n  image-id = \"{engine.Id[7..]}\"\n", File.ReadAllText($"{reports}/engine/report.toml"));
        var published = inRegistry.Of<PackImageUpdate>().Single();
        Assert.StartsWith($"[image]\n  tags = [\"{app}:candidate\"]\n  digest = \"{published.Digest}\"\n  manifest-size = ", File.ReadAllText($"{reports}/registry/report.toml"), StringComparison.Ordinal);
        Assert.Equal(engine.Id, inLayout.Of<PackImageUpdate>().Single().Id);
        var images = _session.Run($"Get-PackImage oci:{layout}:{App}, oci:{layout}:candidate").Checked().Of<PackImage>();
        Assert.Equal([engine.PreviousId, engine.Id], images.Select(image => image.Id));
        Assert.StartsWith("RebasePreviousImagePlaceUnsupported", misplaced.Failure.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.StartsWith("PathUnusable", unwritable.Failure.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(engine.PreviousId, untouched.Id);
        Assert.StartsWith("ImageNameMissing", nameless.Failure.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains(warned.Warnings, warning => warning.Contains("replaces that of", StringComparison.Ordinal));
    }

    [SkippableTheory]
    [MemberData(nameof(Engines))]
    public async Task An_image_gets_the_same_id_in_a_layout_as_in_the_engine(PackEngineKind kind)
    {
        await UseAsync(kind);
        var layout = _folder[$"layout-{kind}"];
        _session.Run($"Copy-PackImage {App} -From {kind} -DestinationPath {layout}").Checked();

        var inLayout = _session.Run($"Update-PackImage oci:{layout} -RunImage {NewRun} -Force -WarningAction SilentlyContinue").Checked().Of<PackImageUpdate>().Single();
        var missing = _session.Run($"Update-PackImage oci:{layout} -RunImage example.org/update/none");
        var inEngine = _session.Run($"Update-PackImage {App} -RunImage {NewRun} -Force -WarningAction SilentlyContinue").Checked().Of<PackImageUpdate>().Single();
        var elsewhere = _session.Run($"Update-PackImage {App} -RunImage oci:{layout}");

        Assert.Equal((inEngine.Id, inEngine.RunImageReference), (inLayout.Id, inLayout.RunImageReference));
        Assert.Equal((1, layout), (inLayout.LayersMoved, inLayout.ImagePath));
        Assert.StartsWith("RunImageNotFound", missing.Failure.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.StartsWith("RebaseRunImagePlaceUnsupported", elsewhere.Failure.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Newer_run_images_are_found_in_the_engine_and_in_the_registry()
    {
        await UseAsync(PackEngineKind.Podman);
        registry.Require();
        var (app, other, run) = ($"{registry.Host}/check/app:latest", $"{registry.Host}/check/other:latest", $"{registry.Host}/check/run:latest");
        await using var engine = machine.Engine(PackEngineKind.Podman).CreateEngine();
        await LoadAppAsync(engine, app, Run, run);
        await LoadAppAsync(engine, other, Run, $"{registry.Host}/check/none");
        foreach (var (from, to) in new[] { (app, app), (other, other), (Run, run) })
        {
            (await machine.Podman.RunAsync("push", "--tls-verify=false", from, to)).Checked();
        }

        _session.Run($"Copy-PackImage {app} -From Podman -DestinationPath {_folder["check"]}").Checked();
        var before = _session.Run($"Get-PackImage {app}, registry:{app}, oci:{_folder["check"]} -CheckRunImage").Checked().Of<PackImage>();
        (await machine.Podman.RunAsync("push", "--tls-verify=false", NewRun, run)).Checked();
        var after = _session.Run($"Get-PackImage {app}, registry:{app}, oci:{_folder["check"]} -CheckRunImage").Checked().Of<PackImage>();
        var shown = _session.Show($"Get-PackImage {app} -CheckRunImage");
        var unknown = _session.Run($"Get-PackImage {registry.Host}/check/* -CheckRunImage");
        var update = _session.Run($"Get-PackImage registry:{app} | Update-PackImage").Checked().Of<PackImageUpdate>().Single();
        var updated = _session.Run($"Get-PackImage registry:{app} -CheckRunImage").Checked().Of<PackImage>().Single();
        var inLayout = _session.Run($"Update-PackImage oci:{_folder["check"]}").Checked().Of<PackImageUpdate>().Single();
        var unasked = _session.Run($"Get-PackImage registry:{app}").Checked().Of<PackImage>().Single();

        Assert.Equal([$"{PackEngineKind.Podman}", _folder["check"], registry.Host], before.Select(image => image.Location));
        Assert.All(before, image => Assert.Equal((false, null), (image.RunImageOutdated, image.NewerRunImage)));
        Assert.All(after, image => Assert.Equal((true, update.RunImageReference), (image.RunImageOutdated, image.NewerRunImage)));
        Assert.Matches(@"Id +RunImageOutdated +RunImage +Name", shown);
        Assert.Contains(" True ", shown, StringComparison.Ordinal);
        Assert.Equal([(app, true), (other, null)], unknown.Of<PackImage>().Select(image => (image.Name, image.RunImageOutdated)));
        Assert.StartsWith("RunImageNotFound", unknown.Failure.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal((false, null), (updated.RunImageOutdated, unasked.RunImageOutdated));

        // A run image that the labels name is the registry's for a layout, too.
        Assert.Equal((update.Id, update.RunImageReference), (inLayout.Id, inLayout.RunImageReference));
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
        await LoadAppAsync(engine, App, Run, Run);
        _session.Run($"Set-PackEngine {kind}").Checked();
    }

    private static async Task LoadAppAsync(IEngine engine, string app, string runImage, string runImageName)
    {
        var run = (await engine.Images.InspectAsync([runImage], default))[runImage];
        await new TestImage
        {
            Name = app,
            Environment = ["PATH=/bin", "CNB_PLATFORM_API=0.12"],
            Files = new Dictionary<string, string> { ["/workspace/app.txt"] = "app" },
            Labels = new Dictionary<string, string>
            {
                ["io.buildpacks.lifecycle.metadata"] = $$$"""{"runImage":{"topLayer":"{{{run.Config.Rootfs.DiffIds[^1]}}}","reference":"{{{run.Id[7..]}}}","image":"{{{runImageName}}}"}}""",
            },
        }.LoadAsync(engine);
    }
}
