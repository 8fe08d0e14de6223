using System.Text;
using Buildpacks.Engines.Podman;
using Buildpacks.Engines.Podman.Cli;
using Buildpacks.Engines.Podman.Json;
using Buildpacks.Engines.Tests.Fixtures;
using Buildpacks.Engines.Tests.Podman;
using Buildpacks.Testing.Fuzzing;

namespace Buildpacks.Engines.Tests.Fuzzing;

/// <summary>podman's answers, as they were recorded and broken: each is read as far as it can be, or refused as an answer.</summary>
[Collection(MemoryHungry.Name)]
public sealed class PodmanFuzzTests
{
    private static readonly string[] Versions = ["4.3.1", "5.4.2"];

    [Fact]
    public void Lists_of_images() => Fuzz("images", result =>
        Assert.All(PodmanAnswer.ReadList(result, PodmanJson.Default.ListPodmanImage).Select(PodmanImageReader.Summary), image =>
        {
            Assert.Contains(':', image.Id);
            Assert.DoesNotContain(null, image.Tags);
        }));

    [Fact]
    public void Details_of_images() => Fuzz("inspect", result =>
    {
        var details = PodmanAnswer.ReadList(result, PodmanJson.Default.ListPodmanImageDetail).Select(PodmanImageReader.Detail).ToList();

        Assert.All(details, detail => Assert.DoesNotContain(null, detail.Config.Rootfs.DiffIds));
        InspectedImages.Pair(["docker.io/library/x:latest", "y"], details, result.Errors);
    });

    [Fact]
    public void Histories() => Fuzz("history", result => PodmanAnswer.ReadList(result, PodmanJson.Default.ListPodmanHistory));

    [Fact]
    public void Lists_of_volumes() => Fuzz("volumes", result =>
        Assert.DoesNotContain(null, PodmanAnswer.ReadList(result, PodmanJson.Default.ListPodmanVolume).Select(volume => volume.Name)));

    [Fact]
    public void Lists_of_containers() => Fuzz("containers", result =>
        Assert.DoesNotContain(null, PodmanAnswer.ReadList(result, PodmanJson.Default.ListPodmanContainer).SelectMany(container => container.Names)));

    [Fact]
    public void Details_of_containers() => Fuzz("container-ended", result =>
        Assert.All(PodmanAnswer.ReadList(result, PodmanJson.Default.ListPodmanContainerDetail).Select(PodmanContainers.Detail), detail => Assert.NotNull(detail.Status)));

    [Fact]
    public void Versions_and_infos()
    {
        Fuzz("version", result => PodmanDescription.Read(PodmanAnswer.Read(result, PodmanJson.Default.PodmanVersion)));
        Fuzz("info", result => PodmanDescription.Read(PodmanAnswer.Read(result, PodmanJson.Default.PodmanInfo)));
    }

    [Fact]
    public void Words_on_standard_error()
    {
        string[] corpus =
        [
            "Error: x: image not known\nError: inspecting object: \"y\": no such image\n", "time=\"2024\" level=warning msg=\"w\"\nError: no space left on device\n",
            "Copying blob sha256:0123456789ab done\nCopying config 0123456789ab\nWriting manifest\n", new string('x', 60_000),
        ];
        Fuzzer.OfText("podman's words", corpus, "Error: ", ": image not known", "time=\"", new string(':', 3000), "Copying blob ").Run(text =>
        {
            InspectedImages.Pair(["x", "y"], [], text);
            InspectedImages.OnlyMissing(text);
            TransferProgress.Read(text);
            Assert.NotEmpty(PodmanErrors.Create(new PodmanCommand("Test"), 125, text).Message);
        });
    }

    private static void Fuzz(string name, Action<PodmanResult> read) =>
        Fuzzer.OfJson("podman " + name, Versions.Select(version => Encoding.UTF8.GetString(new Recording(version).Answer(name).Output.Span)))
            .Run((byte[] input) => read(new PodmanResult(new PodmanCommand(name), 0, input, "Error: y: image not known")));
}
