using Buildpacks.Commands.Tests.Engines;
using Buildpacks.Commands.Tests.Sessions;
using Buildpacks.Testing;
using Buildpacks.Testing.Images;

namespace Buildpacks.Commands.Tests.Images;

/// <summary>On a machine of its own: lists show every image of the store.</summary>
public sealed class GetPackImageTests(EngineMachine machine) : IClassFixture<EngineMachine>, IDisposable
{
    private static readonly Dictionary<string, string> AppLabels = new()
    {
        ["io.buildpacks.lifecycle.metadata"] = """{"runImage":{"image":"example/run:1"}}""",
        ["io.buildpacks.build.metadata"] =
            """{"buildpacks":[{"id":"samples/web","version":"1.2"}],"processes":[{"type":"web","command":["/bin/web"],"default":true}]}""",
    };

    private readonly PackSession _session = new();

    public static TheoryData<PackEngineKind> Engines => [PackEngineKind.Podman, PackEngineKind.Docker];

    public void Dispose() => _session.Dispose();

    [SkippableTheory]
    [MemberData(nameof(Engines))]
    public async Task An_app_image_shows_what_buildpacks_did(PackEngineKind kind)
    {
        await UseAsync(kind);

        var image = Assert.Single(_session.Run("Get-PackImage example.org/shop/web").Checked().Of<PackImage>());

        Assert.Equal("example.org/shop/web:latest", image.Name);
        Assert.Equal(["example.org/shop/web:latest", "example.org/shop/web:v1"], image.Tags.Order());
        Assert.StartsWith("sha256:", image.Id, StringComparison.Ordinal);
        Assert.True(image.Size > 100_000);
        Assert.Equal(new DateTimeOffset(1980, 1, 1, 0, 0, 1, TimeSpan.Zero), image.Created);
        Assert.Equal((kind, "linux/amd64", true, "example/run:1"), (image.Engine, image.Platform, image.IsApp, image.RunImage));
        Assert.Equal("samples/web@1.2", Assert.Single(image.Buildpacks).ToString());
        Assert.Equal(("web", true), (Assert.Single(image.Processes).Type, image.Processes[0].Default));
    }

    [SkippableTheory]
    [MemberData(nameof(Engines))]
    public async Task Only_app_images_are_listed_unless_all_are_asked_for(PackEngineKind kind)
    {
        await UseAsync(kind);

        Assert.Equal(["example.org/shop/job:latest", "example.org/shop/web:latest"], Names("Get-PackImage"));
        Assert.Contains("example.org/base/run:latest", Names("Get-PackImage -All"));
    }

    [SkippableTheory]
    [MemberData(nameof(Engines))]
    public async Task Names_of_piped_objects_are_found_whatever_their_form(PackEngineKind kind)
    {
        await UseAsync(kind);

        Assert.Equal(
            ["example.org/shop/job:latest", "example.org/shop/web:latest"],
            Names("[pscustomobject] @{ Name = @('example.org/shop/job', 'example.org/shop/web') } | Get-PackImage"));
        Assert.Equal(["example.org/shop/web:latest"], Names("[pscustomobject] @{ ImageName = 'example.org/shop/web' } | Get-PackImage"));
        Assert.Equal(["example.org/shop/web:latest"], Names("@{ Name = 'example.org/shop/web' } | Get-PackImage"));

        var run = _session.Run("[pscustomobject] @{ Nmae = 'example.org/*' }, [pscustomobject] @{ Name = 'example.org/shop/web' } | Get-PackImage");
        Assert.Equal("example.org/shop/web:latest", Assert.Single(run.Of<PackImage>()).Name);
        Assert.Contains("Name or ImageName", Assert.Single(run.Errors).ToString(), StringComparison.Ordinal);
    }

    [SkippableTheory]
    [MemberData(nameof(Engines))]
    public async Task Wildcards_match_every_spelling_of_a_name(PackEngineKind kind)
    {
        await UseAsync(kind);

        Assert.Equal(["example.org/shop/web:latest"], Names("Get-PackImage *web"));
        Assert.Equal(["example.org/shop/web:v1"], Names("Get-PackImage *:V1"));
        Assert.Equal(["example.org/base/run:latest"], Names("Get-PackImage example.org/base/* -All"));
        Assert.Empty(Names("Get-PackImage nothing*"));
    }

    [SkippableTheory]
    [MemberData(nameof(Engines))]
    public async Task Names_come_from_the_pipeline_and_a_missing_one_is_an_error_of_its_own(PackEngineKind kind)
    {
        await UseAsync(kind);

        var run = _session.Run("'example.org/shop/job', 'missing', 'example.org/base/run' | Get-PackImage");

        Assert.Equal(["example.org/shop/job:latest", "example.org/base/run:latest"], run.Of<PackImage>().Select(image => image.Name));
        var record = Assert.Single(run.Errors);
        Assert.Equal("ImageNotFound,Buildpacks.Commands.GetPackImageCommand", record.FullyQualifiedErrorId);
        Assert.Equal("missing", record.TargetObject);
    }

    [SkippableTheory]
    [MemberData(nameof(Engines))]
    public async Task Results_of_builds_and_other_images_bind_by_name_and_engine(PackEngineKind kind)
    {
        await UseAsync(kind);
        var result = new BuildResult
        {
            ImageName = "example.org/shop/job", Id = "", Engine = kind, Location = "", Builder = "", RunImage = "",
        };

        Assert.Equal(["example.org/shop/job:latest"], Names("Set-PackEngine -Automatic; $args[0] | Get-PackImage", result));
        Assert.Equal(["example.org/shop/web:latest"], Names("Get-PackImage *web | Get-PackImage"));
    }

    [SkippableTheory]
    [MemberData(nameof(Engines))]
    public async Task An_image_with_several_names_is_shown_under_the_one_that_was_asked_for(PackEngineKind kind)
    {
        await UseAsync(kind);
        await using var engine = machine.Engine(kind).CreateEngine();
        await new TestImage { Name = "example.org/several/one:latest", Environment = ["C=d"] }.LoadAsync(engine);
        string[] others = ["example.org/several/one:v1", "docker.io/library/several:latest", "localhost/several:latest"];
        foreach (var name in others)
        {
            await engine.Images.TagAsync("example.org/several/one:latest", name, CancellationToken.None);
        }

        var official = kind == PackEngineKind.Podman ? others[1] : "several:latest";
        var result = new BuildResult { ImageName = "localhost/several", Id = "", Engine = kind, Location = "", Builder = "", RunImage = "" };

        Assert.Equal([others[0]], Names("Get-PackImage example.org/several/one:v1"));
        Assert.Equal([others[2]], Names("Get-PackImage localhost/several"));
        Assert.Equal([official], Names("Get-PackImage several"));
        Assert.Equal([others[2]], Names("$args[0] | Get-PackImage", result));
        Assert.Equal([others[2]], Names("Get-PackImage localhost/s* -All"));
        Assert.Equal(["example.org/several/one:latest", others[0]], Names("Get-PackImage example.org/several/one, example.org/several/one:v1"));

        // Two of its names match, and it is one image.
        var image = Assert.Single(_session.Run("Get-PackImage example.org/several/* -All").Checked().Of<PackImage>());
        Assert.Equal(["example.org/several/one:latest", others[0]], image.MatchedTags.Order(StringComparer.Ordinal));
        Assert.Equal((image.MatchedTags[0], 4), (image.Name, image.Tags.Count));
        Assert.All(_session.Run("Get-PackImage -All; Get-PackImage *").Checked().Of<PackImage>(), listed => Assert.Empty(listed.MatchedTags));
    }

    [SkippableTheory]
    [MemberData(nameof(Engines))]
    public async Task An_id_finds_its_image(PackEngineKind kind)
    {
        await UseAsync(kind);

        Assert.Equal(["example.org/shop/job:latest"], Names("Get-PackImage (Get-PackImage example.org/shop/job).Id"));
    }

    [SkippableTheory]
    [MemberData(nameof(Engines))]
    public async Task The_beginning_of_an_id_finds_its_image_when_it_cannot_be_meant_otherwise(PackEngineKind kind)
    {
        await UseAsync(kind);
        var id = Assert.Single(_session.Run("Get-PackImage example.org/shop/job").Of<PackImage>()).Id;
        var digits = id["sha256:".Length..];

        Assert.Equal(["example.org/shop/job:latest"], Names("Get-PackImage $args[0]", digits[..12]));
        Assert.Equal(["example.org/shop/job:latest"], Names("Get-PackImage $args[0]", digits));
        foreach (var script in new[]
            {
                "Get-PackImage $args[0]", "Remove-PackImage $args[0]", "Copy-PackImage $args[0] -DestinationPath /tmp/not-written.tar", "Update-PackImage $args[0]",
                "Update-PackImage example.org/shop/web -RunImage $args[0] -Force", "Export-PackSbom $args[0] -DestinationPath /tmp/not-written",
            })
        {
            // Digits alone can be those of two images by chance: then the engine itself finds none.
            var error = Assert.Single(_session.Run(script, digits[..11]).Errors);
            Assert.StartsWith("ImageIdTooShort,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
            Assert.Contains("12 digits", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        }
    }

    [SkippableTheory]
    [InlineData("Get-PackImage '['")]
    [InlineData("Remove-PackImage web, '[a-'")]
    [InlineData("Copy-PackImage '*[' -DestinationPath /tmp/not-written.tar")]
    public async Task A_pattern_that_is_none_is_an_error_with_a_sentence(string script)
    {
        await UseAsync(PackEngineKind.Podman);

        var record = _session.Run(script).Failure;

        Assert.StartsWith("NamePatternInvalid,", record.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("is not a valid pattern", record.ToString(), StringComparison.Ordinal);
        Assert.NotEmpty(record.ErrorDetails.RecommendedAction);
    }

    [SkippableFact]
    public async Task Many_images_cost_podman_one_call_and_their_details_one_more()
    {
        await UseAsync(PackEngineKind.Podman);

        Assert.Single(Calls("Get-PackImage -All -Verbose"));
        Assert.Equal(2, Calls("Get-PackImage -All -Detailed -Verbose").Count);
        Assert.Single(Calls("Get-PackImage example.org/shop/web, example.org/shop/job, example.org/base/run -Verbose"));
        Assert.All(_session.Run("Get-PackImage -All -Detailed").Of<PackImage>(), image => Assert.Equal("linux/amd64", image.Platform));
    }

    [SkippableFact]
    public async Task Many_images_cost_docker_one_request_beside_the_greeting()
    {
        await UseAsync(PackEngineKind.Docker);

        Assert.Single(Calls("Get-PackImage -All -Verbose"), call => !call.Contains("/_ping", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task Images_are_shown_as_a_table_and_as_a_list()
    {
        await UseAsync(PackEngineKind.Podman);

        var table = _session.Show("Get-PackImage *web").Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Matches(@"^Id +Size +Engine +Buildpacks +Name", table[0]);
        Assert.Matches(@"^[0-9a-f]{12} +[0-9.]+ [kM]B +Podman +samples/web +example\.org/shop/web:latest \+1", table[2]);
    }

    [SkippableFact]
    public async Task Image_names_are_offered_by_Tab()
    {
        await UseAsync(PackEngineKind.Podman);
        _session.Run("Set-StrictMode -Version Latest").Checked();

        // The first Tab after a long time may find the engine slower than a person waits.
        Assert.True(SpinWait.SpinUntil(() => _session.Complete("Get-PackImage shop/").Count > 0, Hang.Limit));
        Assert.Equal(["example.org/shop/job", "example.org/shop/web", "example.org/shop/web:v1"], _session.Complete("Get-PackImage shop/"));
        Assert.Contains("example.org/base/run", _session.Complete("Get-PackImage -All -Name "));
    }

    [Fact]
    public void Tab_is_quiet_when_no_engine_answers()
    {
        _session.Run("Set-PackEngine Docker -EngineEndpoint unix:///nowhere/docker.sock").Checked();
        _session.Complete("Get-PackImage ");

        Assert.DoesNotContain(_session.Complete("Get-PackImage app"), offer => offer.StartsWith("app", StringComparison.Ordinal));
    }

    [LinuxFact]
    public void Ctrl_C_ends_a_call_to_an_engine_that_hangs_and_its_process()
    {
        using var folder = new TestFolder("hang");
        var program = folder.Script("podman", $"#!/bin/sh\necho $$ > {folder["pid"]}\nexec sleep 60\n");

        var run = _session.Stop($"Get-PackImage -Engine Podman -EngineEndpoint {program}", () => new FileInfo(folder["pid"]) is { Exists: true, Length: > 0 });

        Assert.Empty(run.Errors);
        Assert.False(Directory.Exists("/proc/" + File.ReadAllText(folder["pid"]).Trim()), "podman still runs");
    }

    private async Task UseAsync(PackEngineKind kind)
    {
        machine.Require(kind);
        await using var engine = machine.Engine(kind).CreateEngine();
        await new TestImage { Name = "example.org/shop/web:latest", Labels = AppLabels }.LoadAsync(engine);
        await new TestImage { Name = "example.org/shop/job:latest", Labels = AppLabels, Environment = ["A=b"] }.LoadAsync(engine);
        await new TestImage { Name = "example.org/base/run:latest" }.LoadAsync(engine);
        await engine.Images.TagAsync("example.org/shop/web:latest", "example.org/shop/web:v1", CancellationToken.None);
        _session.Run($"Set-PackEngine {kind}").Checked();
    }

    private IEnumerable<string> Names(string script, params object?[] arguments) =>
        _session.Run(script, arguments).Checked().Of<PackImage>().Select(image => image.Name);

    private List<string> Calls(string script) =>
        [.. _session.Run(script).Checked().Verbose.Where(message => message.Contains(" -> ", StringComparison.Ordinal))];
}
