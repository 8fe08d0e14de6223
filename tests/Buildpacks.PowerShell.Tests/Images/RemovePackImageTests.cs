using System.Management.Automation;
using Buildpacks.Commands.Tests.Engines;
using Buildpacks.Commands.Tests.Sessions;
using Buildpacks.Engines;
using Buildpacks.IO;
using Buildpacks.Stores;
using Buildpacks.Testing.Images;

namespace Buildpacks.Commands.Tests.Images;

/// <summary>On a machine of its own: wildcards match every image of the store.</summary>
public sealed class RemovePackImageTests(EngineMachine machine) : IClassFixture<EngineMachine>, IDisposable
{
    private const string Web = "example.org/gone/web:latest";
    private const string Second = "example.org/gone/web:v1";
    private const string Job = "example.org/gone/job:latest";
    private const string Run = "example.org/gone/run:latest";

    private static readonly Dictionary<string, string> AppLabels = new() { ["io.buildpacks.lifecycle.metadata"] = "{}" };

    private readonly PackSession _session = new();

    public static TheoryData<PackEngineKind> Engines => [PackEngineKind.Podman, PackEngineKind.Docker];

    public void Dispose() => _session.Dispose();

    [SkippableTheory]
    [MemberData(nameof(Engines))]
    public async Task A_name_goes_and_the_image_with_its_last_name(PackEngineKind kind)
    {
        await UseAsync(kind);

        Assert.Empty(_session.Run("Remove-PackImage example.org/gone/web").Checked().Output);
        Assert.Equal([Job, Run, Second], await NamesAsync(kind));

        var removed = Assert.Single(_session.Run($"Remove-PackImage {Second} -PassThru").Checked().Of<PackImage>());
        Assert.Equal((Second, kind), (removed.Name, removed.Engine));
        Assert.Equal([Job, Run], await NamesAsync(kind));
    }

    [SkippableTheory]
    [MemberData(nameof(Engines))]
    public async Task An_image_of_the_pipeline_goes_with_all_names_that_were_asked_for_and_only_with_force_when_there_are_several(PackEngineKind kind)
    {
        await UseAsync(kind);

        var refused = _session.Run("Get-PackImage example.org/gone/* | Remove-PackImage");

        Assert.Equal("ImageHasSeveralNames,Buildpacks.Commands.RemovePackImageCommand", Assert.Single(refused.Errors).FullyQualifiedErrorId);
        Assert.Contains("-Force", refused.Errors[0].ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal([Run, Web, Second], await NamesAsync(kind));

        _session.Run("Get-PackImage example.org/gone/* | Remove-PackImage -Force").Checked();
        Assert.Equal([Run], await NamesAsync(kind));
    }

    [SkippableTheory]
    [MemberData(nameof(Engines))]
    public async Task An_image_of_the_pipeline_loses_the_one_name_that_was_asked_for(PackEngineKind kind)
    {
        await UseAsync(kind);

        _session.Run($"Get-PackImage {Second} | Remove-PackImage").Checked();
        Assert.Equal([Job, Run, Web], await NamesAsync(kind));

        await UseAsync(kind);
        _session.Run("Get-PackImage *web:l* | Remove-PackImage -Force").Checked();
        Assert.Equal([Job, Run, Second], await NamesAsync(kind));

        // By its id, it is the image.
        await UseAsync(kind);
        var refused = _session.Run($"$id = (Get-PackImage {Web}).Id; Get-PackImage $id | Remove-PackImage");
        Assert.StartsWith("ImageHasSeveralNames", refused.Failure.FullyQualifiedErrorId, StringComparison.Ordinal);
        _session.Run("Get-PackImage $id | Remove-PackImage -Force").Checked();
        Assert.Equal([Job, Run], await NamesAsync(kind));
    }

    [SkippableTheory]
    [MemberData(nameof(Engines))]
    public async Task What_was_removed_is_shown_under_the_name_that_it_lost(PackEngineKind kind)
    {
        await UseAsync(kind);

        Assert.Equal([Second], _session.Run($"Remove-PackImage {Second} -PassThru | ForEach-Object Name").Checked().Texts);

        await UseAsync(kind);
        Assert.Equal([Web, Second], _session.Run("Remove-PackImage *gone/web* -PassThru | ForEach-Object Name").Checked().Texts.Order(StringComparer.Ordinal));
    }

    [SkippableTheory]
    [MemberData(nameof(Engines))]
    public async Task Each_image_of_the_pipeline_goes_from_the_engine_that_holds_it(PackEngineKind kind)
    {
        await UseAsync(kind);
        _session.Run("Set-PackEngine -Automatic").Checked();

        _session.Run($"Get-PackImage {Job} -Engine {kind} | Remove-PackImage").Checked();
        _session.Run("$args[0] | Remove-PackImage", new BuildResult
        {
            ImageName = Run, Id = "", Engine = kind, Location = "", Builder = "", RunImage = "",
        }).Checked();

        Assert.Equal([Web, Second], await NamesAsync(kind));
    }

    [Fact]
    public void Somebody_who_names_nothing_is_told_so() =>
        Assert.Equal("NameMissing,Buildpacks.Commands.RemovePackImageCommand", _session.Run("Remove-PackImage -Engine Podman").Failure.FullyQualifiedErrorId);

    [SkippableTheory]
    [MemberData(nameof(Engines))]
    public async Task An_id_is_the_image(PackEngineKind kind)
    {
        await UseAsync(kind);

        _session.Run($"Remove-PackImage (Get-PackImage {Job}).Id.Substring(7, 12)").Checked();
        Assert.Equal([Run, Web, Second], await NamesAsync(kind));

        var run = _session.Run($"$id = (Get-PackImage {Web}).Id; Remove-PackImage $id; Remove-PackImage $id -Force");
        Assert.StartsWith("ImageHasSeveralNames", Assert.Single(run.Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal([Run], await NamesAsync(kind));
    }

    [SkippableTheory]
    [MemberData(nameof(Engines))]
    public async Task Wildcards_match_names_of_app_images_unless_all_are_meant(PackEngineKind kind)
    {
        await UseAsync(kind);

        _session.Run("Remove-PackImage *GONE*:latest").Checked();
        Assert.Equal([Run, Second], await NamesAsync(kind));

        _session.Run("Remove-PackImage example.org/gone/* -All; Remove-PackImage nothing*").Checked();
        Assert.Empty(await NamesAsync(kind));
    }

    [SkippableTheory]
    [MemberData(nameof(Engines))]
    public async Task What_is_not_there_is_an_error_of_its_own(PackEngineKind kind)
    {
        await UseAsync(kind);

        var run = _session.Run($"'missing', '{Job}' | Remove-PackImage -IncludeCache");

        var record = Assert.Single(run.Errors);
        Assert.Equal("ImageNotFound,Buildpacks.Commands.RemovePackImageCommand", record.FullyQualifiedErrorId);
        Assert.Equal((ErrorCategory.ObjectNotFound, "missing"), (record.CategoryInfo.Category, record.TargetObject));
        Assert.DoesNotContain(Job, await NamesAsync(kind));
    }

    [SkippableTheory]
    [MemberData(nameof(Engines))]
    public async Task An_image_in_use_stays_and_with_force_loses_its_name_only(PackEngineKind kind)
    {
        await UseAsync(kind);
        await using var engine = machine.Engine(kind).CreateEngine();
        var container = await engine.Containers.CreateAsync(
            new ContainerSpec { Image = Job, Command = ["/bin/true"], Network = "none" }, CancellationToken.None);
        try
        {
            var refused = _session.Run($"Remove-PackImage {Job}");

            Assert.StartsWith("ImageInUse", Assert.Single(refused.Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
            Assert.Contains($"ps --all --filter ancestor={Job}", refused.Errors[0].ErrorDetails.RecommendedAction, StringComparison.Ordinal);
            Assert.Contains(Job, await NamesAsync(kind));

            _session.Run($"Remove-PackImage {Job} -Force").Checked();

            Assert.DoesNotContain(Job, await NamesAsync(kind));
            Assert.Equal(container, (await engine.Containers.InspectAsync(container, CancellationToken.None)).Id);
        }
        finally
        {
            await engine.Containers.RemoveAsync(container, force: true, CancellationToken.None);
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Engines))]
    public async Task WhatIf_says_what_would_go_and_confirmation_is_asked_for_when_it_is_wanted(PackEngineKind kind)
    {
        await UseAsync(kind);

        var shown = _session.Show("Remove-PackImage example.org/gone/* -WhatIf");

        Assert.Contains($"What if: Performing the operation \"Remove the image from {kind}\" on target \"{Job}\".", shown, StringComparison.Ordinal);
        Assert.Empty(_session.Console.Questions);
        const int no = 2;
        _session.Console.Answer = no;
        _session.Run($"Remove-PackImage {Job} -Confirm").Checked();
        Assert.Single(_session.Console.Questions);
        Assert.Equal([Job, Run, Web, Second], await NamesAsync(kind));
    }

    [SkippableTheory]
    [MemberData(nameof(Engines))]
    public async Task Caches_go_with_their_image_when_asked_for_and_no_other_volume_does(PackEngineKind kind)
    {
        await UseAsync(kind);
        await using var engine = machine.Engine(kind).CreateEngine();
        using var environment = new ProcessEnvironment().With("PACK_VOLUME_KEY", "key");
        string[] volumes = ["pack-cache-library_web_latest-9185cc4b4c3e.build", "pack-cache-library_web_latest-9185cc4b4c3e.launch", "pack-cache-library_web_latest-000000000000.build"];
        foreach (var volume in volumes)
        {
            await engine.Volumes.CreateAsync(volume, new Dictionary<string, string>(), CancellationToken.None);
        }

        await engine.Images.TagAsync(Job, "docker.io/library/web:latest", CancellationToken.None);

        Assert.Contains(
            $"What if: Performing the operation \"Remove the cache volume from {kind}\" on target \"{volumes[0]}\".",
            _session.Show("Remove-PackImage web -IncludeCache -WhatIf"), StringComparison.Ordinal);
        _session.Run("Remove-PackImage web").Checked();
        Assert.Equal(volumes.Order(), await VolumesAsync());

        // The image is gone already: its caches can still be removed by its name.
        _session.Run("Remove-PackImage web -IncludeCache").Checked();
        Assert.Equal([volumes[2]], await VolumesAsync());
        await engine.Volumes.RemoveAsync(volumes[2], force: true, CancellationToken.None);

        async Task<IEnumerable<string>> VolumesAsync() =>
            (await engine.Volumes.ListAsync(CancellationToken.None)).Select(volume => volume.Name).Where(name => name.StartsWith("pack-cache-", StringComparison.Ordinal)).Order();
    }

    private async Task UseAsync(PackEngineKind kind)
    {
        machine.Require(kind);
        await using var engine = machine.Engine(kind).CreateEngine();
        await new TestImage { Name = Web, Labels = AppLabels }.LoadAsync(engine);
        await new TestImage { Name = Job, Labels = AppLabels, Environment = ["A=b"] }.LoadAsync(engine);
        await new TestImage { Name = Run }.LoadAsync(engine);
        await engine.Images.TagAsync(Web, Second, CancellationToken.None);
        _session.Run($"Set-PackEngine {kind}").Checked();
    }

    private async Task<IReadOnlyList<string>> NamesAsync(PackEngineKind kind)
    {
        await using var engine = machine.Engine(kind).CreateEngine();
        var images = await engine.Images.ListAsync(new ImageListOptions(), CancellationToken.None);
        return [.. images.SelectMany(image => image.Tags).Where(name => name.StartsWith("example.org/gone/", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
    }
}
