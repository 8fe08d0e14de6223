using System.Text.Json;
using Buildpacks.Commands.Tests.Sessions;
using Buildpacks.Testing;
using Buildpacks.Testing.Images;

namespace Buildpacks.Commands.Tests.Images;

/// <summary>Images of layout folders and archives in the cmdlets. No engine is there.</summary>
public sealed class ImagePlaceTests : IDisposable
{
    private const string App = "example.org/place/app:latest";
    private const string Other = "example.org/place/other:v2";
    private const string Run = "example.org/place/run:latest";

    private readonly PackSession _session = new();
    private readonly TestFolder _folder = new("place");

    public ImagePlaceTests()
    {
        _session.Run("$null = $ExecutionContext.SessionState.Path.SetLocation($args[0])", _folder.Path).Checked();
        _session.Run("Set-PackEngine Docker -EngineEndpoint unix:///nowhere/docker.sock -ErrorAction SilentlyContinue");
    }

    public void Dispose()
    {
        _session.Dispose();
        _folder.Dispose();
    }

    [SkippableFact]
    public async Task An_image_shows_the_same_in_a_layout_and_in_both_kinds_of_archive()
    {
        await PrepareAsync();

        var images = _session.Run("Get-PackImage oci:layout, oci-archive:app.oci, docker-archive:app.tar").Checked().Of<PackImage>();

        Assert.Equal([$"oci:{_folder["layout"]}", $"oci-archive:{_folder["app.oci"]}", $"docker-archive:{_folder["app.tar"]}"], images.Select(image => image.Name));
        Assert.Equal([PackImageFormat.Layout, PackImageFormat.OciArchive, PackImageFormat.DockerArchive], images.Select(image => image.Format!.Value));
        Assert.Equal([_folder["layout"], _folder["app.oci"], _folder["app.tar"]], images.Select(image => image.Location));
        Assert.Single(images.Select(image => (image.Id, image.RunImage, image.RunImageTopLayer, image.Platform, image.IsApp, image.Rebasable)).Distinct());
        Assert.Equal((true, Run, "linux/amd64"), (images[0].IsApp, images[0].RunImage, images[0].Platform));
        Assert.All(images, image => Assert.Equal([App], image.Tags));
        Assert.All(images, image => Assert.True(image.Size > 1000));
        Assert.Equal((images[0].Digest, null), (images[1].Digest, images[2].Digest));
        Assert.All(images, image => Assert.True(image.Engine is null && image.Registry is null));
    }

    [SkippableFact]
    public async Task A_layout_with_several_images_shows_each_by_a_name_that_finds_it_again()
    {
        await PrepareAsync();
        _session.Run($"Copy-PackImage -Path app.tar -DestinationPath layout -NewName {Other}; Copy-PackImage -Path run.tar -DestinationPath layout").Checked();

        var all = _session.Run("Get-PackImage oci:layout").Checked().Of<PackImage>();
        var again = _session.Run("(Get-PackImage oci:layout).Name | Get-PackImage").Checked().Of<PackImage>();
        var one = _session.Run($"Get-PackImage oci:layout:{Run}").Checked().Of<PackImage>().Single();
        var none = _session.Run("Get-PackImage oci:layout:example.org/none");
        var severalHaveIt = _session.Run("Get-PackImage oci:layout:latest");
        _session.Run("Copy-PackImage -Path run.tar -DestinationPath layout -NewName example.org/any:only-here").Checked();
        var tagged = _session.Run("Get-PackImage oci:layout:only-here").Checked().Of<PackImage>().Single();
        var ambiguous = _session.Run($"Update-PackImage oci:layout -RunImage oci:layout:{Run}");

        Assert.Equal(one.Id, tagged.Id);
        Assert.Contains("example.org/any:only-here", tagged.Tags);
        Assert.StartsWith("ImageNotFound", severalHaveIt.Failure.FullyQualifiedErrorId, StringComparison.Ordinal);

        // The app has two names there and is one image.
        Assert.Equal([$"oci:{_folder["layout"]}:{App}", $"oci:{_folder["layout"]}:{Run}"], all.Select(image => image.Name));
        Assert.Equal([App, Other], all[0].Tags);
        Assert.Equal(all.Select(image => image.Id), again.Select(image => image.Id));
        Assert.Equal((all[1].Id, false), (one.Id, one.IsApp));
        Assert.StartsWith("ImageNotFound", none.Failure.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.StartsWith("ImageAmbiguous", ambiguous.Failure.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_layout_is_updated_with_a_run_image_of_another_layout_and_keeps_its_name()
    {
        await PrepareAsync();

        var whatIf = _session.Run("Get-PackImage oci:layout | Update-PackImage -RunImage oci:new-run -WhatIf").Checked();
        var update = _session.Run("Get-PackImage oci:layout | Update-PackImage -RunImage oci:new-run").Checked().Of<PackImageUpdate>().Single();
        var again = _session.Run("Update-PackImage oci:layout -RunImage oci:new-run").Checked().Of<PackImageUpdate>().Single();
        var image = _session.Run("Get-PackImage oci:layout").Checked().Of<PackImage>().Single();
        var run = _session.Run("Get-PackImage oci:new-run").Checked().Of<PackImage>().Single();
        var complete = _session.Run("Copy-PackImage oci:layout -DestinationPath whole.tar").Checked().Of<PackImageCopy>().Single();

        Assert.Empty(whatIf.Output);
        Assert.Equal(($"oci:{_folder["layout"]}", _folder["layout"], "updated", Run), (update.Name, update.ImagePath, update.Outcome, update.RunImage));
        // Both run images have one layer in common.
        Assert.Equal((1, update.Id), (update.LayersMoved, image.Id));
        Assert.NotEqual(update.PreviousId, update.Id);
        Assert.Equal((update.Digest, $"example.org/place/run@{run.Digest}", true), (image.Digest, image.RunImageReference, image.Rebasable));
        Assert.Equal([App], image.Tags);
        Assert.Equal(("unchanged", update.Id), (again.Outcome, again.Id));
        Assert.Equal(3, complete.LayersMoved);
    }

    [SkippableFact]
    public async Task Without_a_run_image_the_layouts_own_is_used_and_a_layout_without_base_layers_gets_none()
    {
        await PrepareAsync();
        _session.Run("Copy-PackImage -Path new-run.tar -DestinationPath layout").Checked();
        var app = _session.Run($"Get-PackImage oci:layout:{App}").Checked().Of<PackImage>().Single();
        File.Delete(BlobOf(app.RunImageTopLayer!));

        var update = _session.Run($"Update-PackImage oci:layout:{App}").Checked().Of<PackImageUpdate>().Single();

        Assert.Equal(("updated", Run, 0), (update.Outcome, update.RunImage, update.LayersMoved));
        Assert.Equal(2, _session.Run("Get-PackImage oci:layout").Checked().Of<PackImage>().Count);
    }

    [SkippableFact]
    public async Task What_cannot_be_updated_or_removed_says_so()
    {
        await PrepareAsync();

        var archive = _session.Run("Update-PackImage docker-archive:app.tar -RunImage oci:new-run");
        var unknown = _session.Run("Update-PackImage oci:layout -RunImage oci:layout");
        var notAnApp = _session.Run("Update-PackImage oci:new-run -RunImage oci:new-run");
        var removed = _session.Run("Get-PackImage oci:layout | Remove-PackImage");
        var removedByName = _session.Run("Remove-PackImage oci:layout, registry:example.org/web");
        var wrong = _session.Run("Get-PackImage oci:app.tar, oci-archive:app.tar, docker-archive:layout, oci:none, oci:nodrive:none");

        Assert.StartsWith("RebaseArchiveUnsupported", archive.Failure.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.StartsWith("RebaseRunImageUnknown", unknown.Failure.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.StartsWith("RebaseAppInvalid", notAnApp.Failure.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.StartsWith("ImageInFile", removed.Failure.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(["ImageInFile", "ImageInRegistry"], removedByName.Errors.Select(error => error.FullyQualifiedErrorId.Split(',')[0]));
        Assert.Equal(
            ["DriveNotFound", "ImageInvalid", "ImageInvalid", "ImageInvalid", "ImageFileNotFound"],
            wrong.Errors.Select(error => error.FullyQualifiedErrorId.Split(',')[0]));
        Assert.Equal(_folder["layout"], _session.Run("Get-PackImage oci:layout").Checked().Of<PackImage>().Single().ImagePath);
    }

    [SkippableFact]
    public async Task The_SBOM_of_a_layout_and_an_archive_is_exported_into_a_folder_each()
    {
        await PrepareAsync();

        var one = _session.Run("Get-PackImage oci:layout | Export-PackSbom -DestinationPath one").Checked().Of<PackSbomFile>().Single();
        var two = _session.Run("Export-PackSbom docker-archive:app.tar, oci-archive:app.oci, docker-archive:run.tar -DestinationPath two");

        Assert.Equal((_folder["one/layers/sbom/launch/a_b/sbom.cdx.json"], $"oci:{_folder["layout"]}", 2), (one.Path, one.Image, one.Size));
        Assert.True(one.Engine is null && one.Registry is null);
        Assert.Equal(
            [_folder["two/app.tar/layers/sbom/launch/a_b/sbom.cdx.json"], _folder["two/app.oci/layers/sbom/launch/a_b/sbom.cdx.json"]],
            two.Of<PackSbomFile>().Select(file => file.Path));
        Assert.StartsWith("NotAnAppImage", two.Failure.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    private string BlobOf(string digest) => Path.Combine(_folder["layout"], "blobs", "sha256", digest[7..]);

    /// <summary>An app in two archives and a layout, its run image in an archive, and a newer run image of the same name in an archive and a layout.</summary>
    private async Task PrepareAsync()
    {
        Skip.If(TestImage.Unavailable is not null, TestImage.Unavailable);
        await WriteAsync("run.tar", new TestImage { Name = Run });
        await WriteAsync("new-run.tar", new TestImage { Name = Run, Padding = 100_000 });
        var app = new TestImage
        {
            Name = App,
            Environment = ["PATH=/bin", "CNB_PLATFORM_API=0.12"],
            Files = new Dictionary<string, string> { ["/layers/sbom/launch/a_b/sbom.cdx.json"] = "{}" },
        };
        await WriteAsync("plain.tar", app);
        _session.Run("Copy-PackImage -Path plain.tar -DestinationPath plain; Copy-PackImage -Path new-run.tar -DestinationPath new-run").Checked();
        var layers = LayersOf("plain");
        await WriteAsync("app.tar", app with
        {
            Labels = new Dictionary<string, string>
            {
                ["io.buildpacks.lifecycle.metadata"] = $$$"""{"sbom":{"sha":"{{{layers[^1]}}}"},"runImage":{"topLayer":"{{{layers[0]}}}","reference":"{{{new string('a', 64)}}}","image":"{{{Run}}}"}}""",
            },
        });
        _session.Run("Copy-PackImage -Path app.tar -DestinationPath layout; Copy-PackImage -Path app.tar -DestinationPath app.oci -Format OciArchive").Checked();
    }

    private async Task WriteAsync(string file, TestImage image)
    {
        await using var archive = File.Create(_folder[file]);
        await image.WriteArchiveAsync(archive, default);
    }

    private string[] LayersOf(string layout)
    {
        var manifest = Read(layout, Read(layout, "index.json").GetProperty("manifests")[0].GetProperty("digest").GetString()!);
        var config = Read(layout, manifest.GetProperty("config").GetProperty("digest").GetString()!);
        return [.. config.GetProperty("rootfs").GetProperty("diff_ids").EnumerateArray().Select(digest => digest.GetString()!)];
    }

    private JsonElement Read(string layout, string file) =>
        JsonElement.Parse(File.ReadAllText(_folder[$"{layout}/{(file.Contains(':', StringComparison.Ordinal) ? "blobs/" + file.Replace(':', '/') : file)}"]));
}
