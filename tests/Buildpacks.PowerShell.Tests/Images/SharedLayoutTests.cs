using Buildpacks.Commands.Tests.Host;
using Buildpacks.Commands.Tests.Sessions;
using Buildpacks.Testing;
using Buildpacks.Testing.Images;

namespace Buildpacks.Commands.Tests.Images;

/// <summary>Two processes that copy into one layout at once.</summary>
public sealed class SharedLayoutTests : IDisposable
{
    private const int Copies = 25;

    private readonly PackSession _session = new();
    private readonly TestFolder _folder = new("shared");

    public void Dispose()
    {
        _session.Dispose();
        _folder.Dispose();
    }

    [SkippableFact]
    public async Task No_image_is_lost()
    {
        Skip.If(TestImage.Unavailable is not null, TestImage.Unavailable);
        foreach (var name in new[] { "one", "two" })
        {
            await using var archive = File.Create(_folder[$"{name}.tar"]);
            await new TestImage { Name = $"example.org/shared/{name}:0", Environment = [$"NAME={name}"] }.WriteArchiveAsync(archive, default);
        }

        var runs = await Task.WhenAll(RunAsync("one"), RunAsync("two"));

        Assert.All(runs, run => Assert.Equal((0, ""), (run.ExitCode, run.Error)));
        var images = _session.Run($"Get-PackImage oci:{_folder["layout"]}").Checked().Of<PackImage>();
        Assert.Equal([Copies, Copies], images.Select(image => image.Tags.Count));
        Assert.Equal(
            ["blobs", "index.json", "oci-layout"],
            Directory.GetFileSystemEntries(_folder["layout"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(["layout", "one.tar", "two.tar"], Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    private Task<PsHostRun.Outcome> RunAsync(string name) => PsHostRun.CommandAsync($$"""
        Import-Module ./Buildpacks.psd1
        foreach ($number in 1..{{Copies}}) {
            $null = Copy-PackImage -Path '{{_folder[$"{name}.tar"]}}' -DestinationPath '{{_folder["layout"]}}' -NewName "example.org/shared/{{name}}:$number" -ErrorAction Stop
        }
        """);
}
