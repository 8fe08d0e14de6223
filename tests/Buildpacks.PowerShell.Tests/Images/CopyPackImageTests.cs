using Buildpacks.Commands.Tests.Engines;
using Buildpacks.Commands.Tests.Sessions;
using Buildpacks.Engines;
using Buildpacks.IO;
using Buildpacks.Stores;
using Buildpacks.Testing;
using Buildpacks.Testing.Images;

namespace Buildpacks.Commands.Tests.Images;

/// <summary>On a machine of its own: wildcards match every image of the store.</summary>
public sealed class CopyPackImageTests(EngineMachine machine) : IClassFixture<EngineMachine>, IDisposable
{
    private const string Web = "example.org/move/web:latest";
    private const string Second = "example.org/move/web:v1";
    private const string Job = "example.org/move/job:latest";

    private static readonly Dictionary<string, string> AppLabels = new() { ["io.buildpacks.lifecycle.metadata"] = "{}" };

    private readonly PackSession _session = new();
    private readonly TestFolder _folder = new("copy");

    public static TheoryData<PackEngineKind, PackEngineKind> Ways => new()
    {
        { PackEngineKind.Podman, PackEngineKind.Docker },
        { PackEngineKind.Docker, PackEngineKind.Podman },
    };

    public void Dispose()
    {
        _session.Dispose();
        _folder.Dispose();
    }

    [SkippableTheory]
    [MemberData(nameof(Ways))]
    public async Task An_image_goes_from_one_engine_to_the_other(PackEngineKind from, PackEngineKind to)
    {
        await UseAsync(from, to);

        var run = _session.Run($"Copy-PackImage example.org/move/web -From {from} -To {to}; (Get-PackImage {Web} -Engine {from}).Id").Checked();

        var copy = Assert.Single(run.Of<PackImageCopy>());
        Assert.Equal((Web, to, run.Texts.Last()), (copy.Name, copy.Engine, copy.Id));
        Assert.True(copy.LayersMoved + copy.LayersSkipped > 0);
        Assert.Equal([Web], await NamesAsync(to));

        // What comes out goes into the next cmdlet.
        Assert.Equal(copy.Id, _session.Run("$args[0] | Get-PackImage | ForEach-Object Id", copy).Checked().Texts.Single());
    }

    [SkippableTheory]
    [MemberData(nameof(Ways))]
    public async Task Images_of_the_pipeline_come_from_the_engine_that_holds_them(PackEngineKind from, PackEngineKind to)
    {
        await UseAsync(from, to);
        _session.Run($"Set-PackEngine {to}").Checked();

        var copies = _session.Run($"Get-PackImage example.org/move/* -Engine {from} | Copy-PackImage -To {to}").Checked().Of<PackImageCopy>();

        Assert.Equal([Job, Web], copies.Select(copy => copy.Name));

        // Results of builds, and rows of tables, bind by name.
        Assert.Equal(Second, Assert.Single(_session.Run($"[pscustomobject]@{{ ImageName = '{Second}'; Engine = [Buildpacks.PackEngineKind]::{from} }} | Copy-PackImage -To {to}").Checked().Of<PackImageCopy>()).Name);
        Assert.Equal([Job, Web, Second], await NamesAsync(to));
    }

    [SkippableTheory]
    [MemberData(nameof(Ways))]
    public async Task Wildcards_names_and_ids_are_understood_and_a_missing_one_is_an_error_of_its_own(PackEngineKind from, PackEngineKind to)
    {
        await UseAsync(from, to);

        var run = _session.Run($"Copy-PackImage missing, example.org/move/w*, (Get-PackImage {Job} -Engine {from}).Id -From {from} -To {to}");

        run.AssertFailed("ImageNotFound");
        Assert.Equal([Job, Web, Second], await NamesAsync(to));
    }

    [SkippableTheory]
    [MemberData(nameof(Ways))]
    public async Task An_image_gets_a_new_name_and_only_one_can_have_it(PackEngineKind from, PackEngineKind to)
    {
        await UseAsync(from, to);

        var run = _session.Run($"Copy-PackImage {Job}, {Web} -From {from} -To {to} -NewName example.org/move/new");

        run.AssertFailed("NewNameTaken");
        Assert.Equal("example.org/move/new:latest", Assert.Single(run.Of<PackImageCopy>()).Name);
        Assert.Equal(["example.org/move/new:latest"], await NamesAsync(to));
        _session.Run($"Copy-PackImage {Job} -From {from} -To {to} -NewName UPPER").AssertFailed("ImageNameInvalid");
    }

    [SkippableFact]
    public async Task A_new_name_is_still_free_after_an_image_that_was_not_copied()
    {
        await UseAsync(PackEngineKind.Podman, PackEngineKind.Docker);
        _session.Run($"Copy-PackImage {Web} -From Podman -DestinationPath {_folder["good.tar"]}").Checked();

        var run = _session.Run(
            "$args | Copy-PackImage -To Docker -NewName example.org/move/new", new FileInfo(_folder.File("bad.tar", "no archive")), new FileInfo(_folder["good.tar"]));

        run.AssertFailed("ImageInvalid");
        Assert.Equal("example.org/move/new:latest", Assert.Single(run.Of<PackImageCopy>()).Name);
    }

    [SkippableTheory]
    [MemberData(nameof(Ways))]
    public async Task Files_are_found_through_the_session_s_paths_and_carry_images_on(PackEngineKind from, PackEngineKind to)
    {
        await UseAsync(from, to);

        var written = _session.Run(
            $$"""
            $null = $ExecutionContext.SessionState.Drive.New([Management.Automation.PSDriveInfo]::new('Carry', $ExecutionContext.SessionState.Provider.GetOne('FileSystem'), '{{_folder.Path}}', '', $null), 'global')
            Copy-PackImage {{Web}} -From {{from}} -DestinationPath Carry:/web.tar
            Copy-PackImage -Path Carry:/web.tar -DestinationPath Carry:/layout
            Copy-PackImage {{Job}} -From {{from}} -DestinationPath Carry:/layout
            """).Checked().Of<PackImageCopy>();
        var read = _session.Run($"Copy-PackImage -Path {_folder["layout"]} -SourceName example.org/move/job -To {to}").Checked().Of<PackImageCopy>();

        Assert.Equal([_folder["web.tar"], _folder["layout"], _folder["layout"]], written.Select(copy => copy.Destination));
        Assert.Equal((Job, written[2].Id), (Assert.Single(read).Name, read[0].Id));
        Assert.Equal([Job], await NamesAsync(to));

        var files = _session.Run($"[IO.FileInfo]::new('{_folder["web.tar"]}') | Copy-PackImage -To {to}");
        Assert.Equal(Web, Assert.Single(files.Checked().Of<PackImageCopy>()).Name);
        _session.Run($"Copy-PackImage {Job} -From {from} -DestinationPath {_folder["web.tar"]}").AssertFailed("DestinationExists");
        Assert.Equal(Job, _session.Run($"Copy-PackImage {Job} -From {from} -DestinationPath {_folder["web.tar"]} -Force").Checked().Of<PackImageCopy>().Single().Name);
    }

    [SkippableTheory]
    [MemberData(nameof(Ways))]
    public async Task Images_of_the_pipeline_go_into_one_layout_and_nothing_moves_on_the_way_back(PackEngineKind from, PackEngineKind to)
    {
        await UseAsync(from, to);
        var layout = _folder["layout"];

        var written = _session.Run($"Get-PackImage {Job}, {Web} -Engine {from} | Copy-PackImage -DestinationPath {layout}").Checked().Of<PackImageCopy>();
        var back = _session.Run(
            $"Copy-PackImage -Path {layout} -SourceName {Job} -To {from} -NewName {Job}-back; Remove-PackImage {Job}-back -Engine {from}").Checked().Of<PackImageCopy>();

        Assert.Equal([Job, Web], written.Select(copy => copy.Name));
        Assert.Equal((written[0].Id, $"{Job}-back", 0), (Assert.Single(back).Id, back[0].Name, back[0].LayersMoved));
    }

    [SkippableTheory]
    [MemberData(nameof(Ways))]
    public async Task An_image_of_the_pipeline_is_copied_under_the_name_that_was_asked_for(PackEngineKind from, PackEngineKind to)
    {
        await UseAsync(from, to);

        var copies = _session.Run($"Get-PackImage {Second} -Engine {from} | Copy-PackImage -DestinationPath {_folder["layout"]}; Get-PackImage *web:v* -Engine {from} | Copy-PackImage -To {to}");

        Assert.Equal([Second, Second], copies.Checked().Of<PackImageCopy>().SelectMany(copy => copy.Tags));
        Assert.Equal([Second], await NamesAsync(to));
    }

    [SkippableTheory]
    [MemberData(nameof(Ways))]
    public async Task WhatIf_says_what_would_be_copied_and_copies_nothing(PackEngineKind from, PackEngineKind to)
    {
        await UseAsync(from, to);

        var shown = _session.Show($"Copy-PackImage {Web} -From {from} -To {to} -NewName new -WhatIf; Copy-PackImage {Web} -From {from} -DestinationPath {_folder["web.tar"]} -WhatIf");

        Assert.Contains($"What if: Performing the operation \"Copy the image from {from} to {to} as new\" on target \"{Web}\".", shown, StringComparison.Ordinal);
        Assert.Empty(await NamesAsync(to));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Theory]
    [InlineData("web.tar.gz")]
    [InlineData("web.TGZ")]
    [InlineData("web.zip")]
    public void A_name_of_what_is_never_written_is_refused_unless_the_format_is_said(string name)
    {
        var refused = _session.Run("Copy-PackImage -Path /no/such/image -DestinationPath $args[0]", _folder[name]).Failure;

        Assert.Equal("DestinationFormatUnsupported,Buildpacks.Commands.CopyPackImageCommand", refused.FullyQualifiedErrorId);
        Assert.Contains($"'{_folder[name]}'", refused.ToString(), StringComparison.Ordinal);
        Assert.Contains(".tar", refused.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));

        // What is meant then is the image that is not there.
        Assert.All(["Layout", "DockerArchive"], format => Assert.StartsWith(
            "ImageFileNotFound", _session.Run($"Copy-PackImage -Path /no/such/image -DestinationPath $args[0] -Format {format}", _folder[name]).Failure.FullyQualifiedErrorId, StringComparison.Ordinal));
        Directory.CreateDirectory(_folder[name]);
        Assert.StartsWith(
            "ImageFileNotFound", _session.Run("Copy-PackImage -Path /no/such/image -DestinationPath $args[0]", _folder[name]).Failure.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Copying_shows_bytes_and_completes_its_bar()
    {
        await UseAsync(PackEngineKind.Podman, PackEngineKind.Docker);
        await using var engine = machine.Podman.CreateEngine();
        await new TestImage { Name = "example.org/large/web:latest", Padding = 50_000_000 }.LoadAsync(engine);

        _session.Run($"Copy-PackImage example.org/large/web -From Podman -DestinationPath {_folder["web.tar"]}").Checked();

        var records = _session.Console.Progress.Where(record => record.Activity.StartsWith("Copying", StringComparison.Ordinal)).ToList();
        Assert.Contains(records, record => record.StatusDescription.EndsWith('B'));
        Assert.Equal(System.Management.Automation.ProgressRecordType.Completed, records.Last().RecordType);
    }

    private async Task UseAsync(PackEngineKind from, PackEngineKind to)
    {
        machine.RequireBoth();
        await using var source = machine.Engine(from).CreateEngine();
        await new TestImage { Name = Web, Labels = AppLabels }.LoadAsync(source);
        await new TestImage { Name = Job, Labels = AppLabels, Environment = ["A=b"] }.LoadAsync(source);
        await source.Images.TagAsync(Web, Second, CancellationToken.None);
        await using var target = machine.Engine(to).CreateEngine();
        foreach (var name in await NamesAsync(to))
        {
            await target.Images.RemoveAsync(name, force: true, CancellationToken.None);
        }
    }

    private async Task<IReadOnlyList<string>> NamesAsync(PackEngineKind kind)
    {
        await using var engine = machine.Engine(kind).CreateEngine();
        var images = await engine.Images.ListAsync(new ImageListOptions(), CancellationToken.None);
        return [.. images.SelectMany(image => image.Tags).Where(name => name.StartsWith("example.org/move/", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
    }
}
