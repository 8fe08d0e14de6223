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
        Assert.Contains("samples/shell-web@1.0.0", image.Buildpacks.Select(buildpack => buildpack.ToString()));
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

    protected override async Task PrepareAsync(EngineFixture engine)
    {
        Requirement.Meet(SampleBuilder.Missing);
        await SampleBuilder.LoadBaseImagesAsync(engine);
    }
}
