using Buildpacks.Engines.Podman;
using Buildpacks.Engines.Tests.Contract;
using Buildpacks.Testing;
using Buildpacks.Testing.Images;

namespace Buildpacks.Engines.Tests.Podman;

/// <summary>What is true of podman alone: how many processes an operation takes, what names mean, and that nothing is left behind.</summary>
public abstract class PodmanProcessContract(PodmanUnderTest subject) : EngineContract(subject)
{
    [SkippableFact]
    public async Task Full_names_take_one_process_an_operation()
    {
        Subject.Require();
        var copy = NewImageName("copy");
        var archive = TestTar.Of(TestTar.File("x", "x"));

        await Engine.Images.InspectAsync([ImageName, "docker.io/library/missing:1", "web", copy], None);
        await Engine.Images.TagAsync(ImageName, copy, None);
        var container = await Engine.Containers.CreateAsync(new ContainerSpec { Image = copy, Network = "none", Command = ["true"] }, None);
        await Engine.Containers.CopyToAsync(container, "/tmp", archive, None);
        await Engine.Containers.AttachAsync(container, start: true, new OutputCapture(), None);
        await using (var stream = await Engine.Containers.CopyFromAsync(container, "/tmp/x", None))
        {
            await stream.CopyToAsync(Stream.Null);
        }

        await Engine.Containers.RemoveAsync(container, force: true, None);
        await Engine.Images.RemoveAsync(copy, force: true, None);

        Assert.Equal(
            [
                EngineOperation.ImageInspect, EngineOperation.ImageTag, EngineOperation.ContainerCreate, EngineOperation.CopyToContainer,
                EngineOperation.ContainerAttach, EngineOperation.CopyFromContainer, EngineOperation.ContainerRemove, EngineOperation.ImageRemove,
            ],
            Calls.Operations);
    }

    [SkippableFact]
    public async Task Hundreds_of_names_take_few_processes()
    {
        Subject.Require();
        var names = Enumerable.Range(0, 600).Select(number => $"registry.example/{new string('n', 200)}/missing-{number}:1").Append(ImageName).ToList();

        var found = await Engine.Images.InspectAsync(names, None);

        Assert.Equal([ImageName], found.Keys);
        Assert.InRange(Calls.Calls.Count, 1, 3);
    }

    [SkippableFact]
    public async Task A_short_name_finds_what_podman_itself_called_so_and_docker_s_name_first()
    {
        Subject.Require();
        var word = Unique("named");
        await LoadAsync(new TestImage { Name = $"localhost/{word}:1", Labels = new Dictionary<string, string> { ["by"] = "podman" } });

        var local = (await Engine.Images.InspectAsync([word + ":1"], None)).Values.Single();
        Assert.Empty(await Engine.Images.InspectAsync([$"docker.io/library/{word}:1"], None));
        var history = await Engine.Images.GetHistoryAsync(word + ":1", None);
        await LoadAsync(new TestImage { Name = $"docker.io/library/{word}:1", Labels = new Dictionary<string, string> { ["by"] = "platform" } });
        var both = (await Engine.Images.InspectAsync([word + ":1"], None)).Values.Single();
        var container = await CreateAsync(new ContainerSpec { Image = word + ":1" });

        Assert.Equal(("podman", "platform"), (local.Label("by"), both.Label("by")));
        Assert.Single(history);
        Assert.Equal(both.Id, (await Engine.Containers.InspectAsync(container, None)).ImageId);
    }

    [SkippableFact]
    public async Task A_cancelled_operation_leaves_no_process_and_no_temporary_file()
    {
        Subject.Require();
        using var temporary = new TestFolder("temporary");
        await using var engine = new PodmanEngine(subject.Options with
        {
            Environment = new Dictionary<string, string?>(subject.Options.Environment) { ["TMPDIR"] = temporary.Path },
        });
        var container = await CreateShellAsync("sleep 600");
        await Engine.Containers.StartAsync(container, None);

        await CancelsAsync(token => engine.Containers.WaitAsync(container, token));
        await CancelsAsync(token => engine.Containers.CopyToAsync(container, "/tmp", TestTar.OfLargeFile("large", 1L << 40), token));
        await CancelsAsync(token => engine.Images.LoadAsync(TestTar.OfLargeFile("large", 1L << 40), null, token));
        var archive = await engine.Images.SaveAsync([ImageName], None);
        await archive.ReadExactlyAsync(new byte[1000]);
        await archive.DisposeAsync();

        Assert.Empty(Directory.EnumerateFileSystemEntries(temporary.Path));
        await EventuallyAsync(() => Task.FromResult(!ProcessesOf(container).Any()));
    }

    /// <summary>The podman processes that have the container on their command line; its monitor is not one of them.</summary>
    private static IEnumerable<string> ProcessesOf(string container)
    {
        foreach (var process in Directory.EnumerateDirectories("/proc").Where(path => char.IsAsciiDigit(Path.GetFileName(path)[0])))
        {
            string line;
            try
            {
                line = File.ReadAllText(process + "/cmdline").Replace('\0', ' ');
            }
            catch (IOException)
            {
                continue;
            }

            if (line.Contains(container, StringComparison.Ordinal) && line.Contains("--log-level=error", StringComparison.Ordinal))
            {
                yield return line;
            }
        }
    }
}
