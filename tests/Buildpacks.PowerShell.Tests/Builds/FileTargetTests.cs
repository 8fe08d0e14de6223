using Buildpacks.Commands.Tests.Engines;
using Buildpacks.Commands.Tests.Sessions;
using Buildpacks.Testing;
using Buildpacks.Testing.Engines;
using Buildpacks.Testing.Samples;

namespace Buildpacks.Commands.Tests.Builds;

/// <summary>Builds that write to a layout folder or an archive, by the words of a prompt.</summary>
[Collection(EngineMachineTests.Name)]
public sealed class FileTargetTests(EngineMachine machine) : EngineSessionTests(machine)
{
    [SkippableFact]
    public async Task A_place_is_relative_to_the_location_and_may_have_a_tag()
    {
        await UseAsync(PackEngineKind.Podman);
        Session.Run("$null = $ExecutionContext.SessionState.Path.SetLocation($args[0])", Folder.Path).Checked();

        var result = Session.Run($"Invoke-PackBuild oci:./images:v1 '{SampleFiles.App("shell-web")}' -Builder localhost/samples/builder 6>$null").Checked().Of<BuildResult>().Single();

        Assert.Equal(($"oci:{Folder["images"]}:images:v1", $"layout folder {Folder["images"]}"), (result.ImageName, result.Location));
        Assert.Equal(["docker.io/library/images:v1"], result.Tags);
        var image = Session.Run("$args[0] | Get-PackImage", result).Checked().Of<PackImage>().Single();
        Assert.Equal((result.Id, result.Digest, true), (image.Id, image.Digest, image.IsApp));

        // The same place once more, with a full name.
        var named = Session.Run($"Invoke-PackBuild oci:./images:example.com/team/web:2 '{SampleFiles.App("shell-web")}' -Builder localhost/samples/builder 6>$null").Checked().Of<BuildResult>().Single();
        Assert.Equal((result.Id, "example.com/team/web:2"), (named.Id, named.Tags[0]));
        Assert.Equal(2, Session.Run("Get-PackImage oci:./images").Checked().Of<PackImage>().SelectMany(known => known.Tags).Distinct().Count());
    }

    [Theory]
    [InlineData("oci:./x -Publish", "DestinationInvalid")]
    [InlineData("oci:./x -ExportRoute Daemon", "DestinationInvalid")]
    [InlineData("web -Sparse", "DestinationInvalid")]
    [InlineData("docker-archive:./x.tar -Sparse", "DestinationInvalid")]
    [InlineData("oci:./x:team/UPPER", "ImageNameInvalid")]
    public void Parameters_that_do_not_fit_the_place_are_refused(string arguments, string id)
    {
        var run = Session.Run($"Invoke-PackBuild {arguments} -Path '{SampleFiles.App("shell-web")}' -Builder none -WhatIf");

        Assert.Equal(id + ",Buildpacks.Commands.InvokePackBuildCommand", run.Failure.FullyQualifiedErrorId);
    }

    [Theory]
    [InlineData("oci-archive:web.tar:example.com/web:v1")]
    [InlineData("oci:images:v1")]
    [InlineData("docker-archive:web.tar")]
    public void A_new_file_in_the_current_folder_is_no_drive(string place) =>
        Session.Run($"Invoke-PackBuild {place} -Path '{SampleFiles.App("shell-web")}' -Builder none -WhatIf").Checked();

    protected override Task PrepareAsync(EngineFixture engine) => PrepareBuilderAsync(engine);

    private static async Task PrepareBuilderAsync(EngineFixture engine)
    {
        Requirement.Meet(SampleBuilder.Missing);
        await SampleBuilder.GetAsync(engine);
    }
}
