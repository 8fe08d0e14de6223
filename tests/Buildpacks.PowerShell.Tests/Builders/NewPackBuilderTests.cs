using Buildpacks.Commands.Tests.Engines;
using Buildpacks.Commands.Tests.Sessions;
using Buildpacks.Testing;
using Buildpacks.Testing.Engines;
using Buildpacks.Testing.Samples;

namespace Buildpacks.Commands.Tests.Builders;

[Collection(EngineMachineTests.Name)]
public sealed class NewPackBuilderTests(EngineMachine machine) : EngineSessionTests(machine)
{
    [SkippableTheory]
    [MemberData(nameof(Engines))]
    public async Task The_sample_builder_is_made_and_returned_as_an_image(PackEngineKind kind)
    {
        await UseAsync(kind);

        var run = Session.Run(
            "$null = $ExecutionContext.SessionState.Path.SetLocation($args[0]); New-PackBuilder example.org/made/builder -Config builder.toml -LifecyclePath $args[1] -Tag example.org/made/builder:v1",
            Path.GetDirectoryName(SampleFiles.BuilderToml), await LifecycleArchiveFile.GetAsync()).Checked();

        var image = Assert.Single(run.Of<PackImage>());
        Assert.Equal(["example.org/made/builder:latest", "example.org/made/builder:v1"], image.Tags.Order());
        Assert.Equal((kind, true, false), (image.Engine, image.IsBuilder, image.IsApp));
        Assert.Equal(SampleBuilder.RunImage, image.RunImage);
        Assert.Contains("samples/shell-web@1.0.0", image.Buildpacks.Select(buildpack => buildpack.ToString()));
    }

    [SkippableFact]
    public async Task A_name_that_engines_take_for_an_id_is_refused()
    {
        await UseAsync(PackEngineKind.Podman);

        var record = Session.Run("New-PackBuilder $args[0] -Config $args[1]", new string('a', 64), SampleFiles.BuilderToml).Failure;

        Assert.StartsWith("ImageNameInvalid,", record.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [MemberData(nameof(Engines))]
    public async Task WhatIf_makes_nothing(PackEngineKind kind)
    {
        await UseAsync(kind);

        var run = Session.Run("New-PackBuilder example.org/not/made -Config $args[0] -WhatIf", SampleFiles.BuilderToml).Checked();

        Assert.Empty(run.Output);
        Assert.Contains("example.org/not/made", Session.Console.Shown, StringComparison.Ordinal);
        Assert.Empty(Session.Run("Get-PackImage example.org/not/* -All").Checked().Output);
    }

    [SkippableTheory]
    [MemberData(nameof(Engines))]
    public async Task The_beginning_of_an_id_is_no_build_image(PackEngineKind kind)
    {
        await UseAsync(kind);
        await SampleBuilder.GetAsync(Machine.Engine(kind));
        var id = Assert.Single(Session.Run("Get-PackImage $args[0]", SampleBuilder.BuildImage).Checked().Of<PackImage>()).Id["sha256:".Length..];
        var config = Folder.File("builder.toml", $"""
            [lifecycle]
            uri = "{await LifecycleArchiveFile.GetAsync()}"
            [build]
            image = "{id[..11]}"
            [[run.images]]
            image = "{SampleBuilder.RunImage}"
            """);

        Assert.StartsWith("ImageIdTooShort,", Session.Run("New-PackBuilder example.org/not/made -Config $args[0]", config).Failure.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("[[buildpacks]]\nurl = 'x'\n", "BuilderTomlInvalid", "line 2: unknown key 'buildpacks[0].url'")]
    [InlineData("[[buildpacks]]\nuri = 'gone'\n[lifecycle]\nuri = 'LIFECYCLE'\n", "BuildpackNotFound", "gone does not exist")]
    [InlineData("[lifecycle]\nuri = 'gone.tgz'\n", "LifecycleNotFound", "gone.tgz does not exist")]
    public async Task What_is_wrong_in_a_builder_toml_is_an_error_record_that_names_it(string text, string id, string expected)
    {
        await UseAsync(PackEngineKind.Podman);
        var config = Folder.File("builder.toml", $"""
            {text.Replace("LIFECYCLE", await LifecycleArchiveFile.GetAsync(), StringComparison.Ordinal)}
            [build]
            image = "{SampleBuilder.BuildImage}"
            [[run.images]]
            image = "{SampleBuilder.RunImage}"
            """);

        var run = Session.Run("New-PackBuilder example.org/not/made -Config $args[0]", config);

        var record = Assert.Single(run.Errors);
        Assert.Equal($"{id},Buildpacks.Commands.NewPackBuilderCommand", record.FullyQualifiedErrorId);
        Assert.Contains(expected, record.Exception.Message, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    [SkippableFact]
    public async Task A_builder_toml_that_does_not_exist_is_named()
    {
        await UseAsync(PackEngineKind.Podman);

        var run = Session.Run("New-PackBuilder example.org/not/made -Config /no/such/builder.toml");

        Assert.Equal("BuilderTomlNotFound,Buildpacks.Commands.NewPackBuilderCommand", Assert.Single(run.Errors).FullyQualifiedErrorId);
    }

    [SkippableTheory]
    [InlineData("'Bad Name' -Config CONFIG", "ImageNameInvalid", "'Bad Name'", "lower case")]
    [InlineData("localhost/nb -Config CONFIG -Tag 'Bad Name'", "ImageNameInvalid", "'Bad Name'", "lower case")]
    [InlineData("localhost/nb -Config nope.toml", "BuilderTomlNotFound", "nope.toml", "builder.toml")]
    [InlineData("localhost/nb -Config FOLDER", "BuilderTomlInvalid", "It is a folder.", "builder.toml")]
    [InlineData("localhost/nb -Config CONFIG -LifecyclePath nope", "LifecycleNotFound", "nope does not exist", "-LifecyclePath")]
    [InlineData("localhost/nb -Config CONFIG -LifecyclePath FOLDER", "LifecycleNotFound", "is a folder", "-LifecyclePath")]
    public async Task An_argument_that_cannot_be_used_is_an_error_with_the_next_step(string arguments, string id, string expected, string nextStep)
    {
        await UseAsync(PackEngineKind.Podman);
        var script = arguments.Replace("CONFIG", "$args[0]", StringComparison.Ordinal).Replace("FOLDER", "$args[1]", StringComparison.Ordinal);

        var record = Assert.Single(Session.Run($"New-PackBuilder {script}", SampleFiles.BuilderToml, Folder.Path).Errors);

        Assert.Equal($"{id},Buildpacks.Commands.NewPackBuilderCommand", record.FullyQualifiedErrorId);
        Assert.Contains(expected, record.Exception.Message, StringComparison.Ordinal);
        Assert.Contains(nextStep, record.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_the_pipeline_is_the_builder_toml()
    {
        var shown = Session.Show("$args[0] | New-PackBuilder example.org/not/made -WhatIf", new FileInfo(SampleFiles.BuilderToml));

        Assert.Contains($"\"Create a builder from {SampleFiles.BuilderToml}\" on target \"example.org/not/made\"", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_the_pipeline_does_not_name_the_builder()
    {
        var record = Session.Run("$args[0] | New-PackBuilder", new FileInfo(SampleFiles.BuilderToml)).Failure;

        Assert.Equal("ImageNameMissing,Buildpacks.Commands.NewPackBuilderCommand", record.FullyQualifiedErrorId);
        Assert.Contains("New-PackBuilder localhost/", record.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    protected override async Task PrepareAsync(EngineFixture engine)
    {
        Requirement.Meet(SampleBuilder.Missing);
        await SampleBuilder.LoadBaseImagesAsync(engine);
    }
}
