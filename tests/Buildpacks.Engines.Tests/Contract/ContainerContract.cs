using Buildpacks.Testing;

namespace Buildpacks.Engines.Tests.Contract;

/// <summary>What every engine does with the life of a container.</summary>
public abstract class ContainerContract(EngineUnderTest subject) : EngineContract(subject)
{
    [SkippableFact]
    public async Task A_container_that_was_made_waits_to_be_started()
    {
        Subject.Require();
        var name = Unique("made");
        var image = (await Engine.Images.InspectAsync([ImageName], None))[ImageName];

        var id = await CreateAsync(new ContainerSpec
        {
            Image = ImageName, Name = name, Labels = new Dictionary<string, string> { ["session"] = "ä b=c" },
        });

        Assert.Matches("^[0-9a-f]{64}$", id);
        var container = await Engine.Containers.InspectAsync(name, None);
        Assert.Equal(id, container.Id);
        Assert.Equal(name, container.Name);
        Assert.Equal(image.Id, container.ImageId);
        Assert.Equal("created", container.Status);
        Assert.Equal(0, container.ExitCode);
        Assert.False(container.OutOfMemory);
        Assert.Equal("ä b=c", container.Labels["session"]);
    }

    [SkippableFact]
    public async Task A_name_that_is_taken_is_a_conflict()
    {
        Subject.Require();
        var name = Unique("taken");
        await CreateAsync(new ContainerSpec { Image = ImageName, Name = name });

        await FailsAsync(PackErrorKind.Conflict, () => CreateAsync(new ContainerSpec { Image = ImageName, Name = name }));
    }

    [SkippableFact]
    public async Task An_image_that_is_not_there_is_not_pulled()
    {
        Subject.Require();

        await FailsAsync(PackErrorKind.NotFound, () => CreateAsync(new ContainerSpec { Image = "missing:1" }));
        await FailsAsync(PackErrorKind.NotFound, () => CreateAsync(new ContainerSpec { Image = "127.0.0.1:1/missing:1" }));
        await RefusesAsync(() => CreateAsync(new ContainerSpec { Image = "-x" }));
        await RefusesAsync(() => CreateAsync(new ContainerSpec { Image = "--help" }));
    }

    [SkippableFact]
    public async Task A_name_that_begins_with_a_dash_is_refused()
    {
        Subject.Require();

        await RefusesAsync(() => CreateAsync(new ContainerSpec { Image = ImageName, Name = "-x" }));
    }

    [SkippableTheory]
    [InlineData("missing")]
    [InlineData("-x")]
    [InlineData("--all")]
    [InlineData("--help")]
    public async Task A_container_that_is_not_there_is_not_found(string name)
    {
        Subject.Require();

        await FailsAsync(PackErrorKind.NotFound, () => Engine.Containers.InspectAsync(name, None));
        await FailsAsync(PackErrorKind.NotFound, () => Engine.Containers.StartAsync(name, None));
        await FailsAsync(PackErrorKind.NotFound, () => Engine.Containers.WaitAsync(name, None));
        await FailsAsync(PackErrorKind.NotFound, () => Engine.Containers.RemoveAsync(name, force: false, None));
        await FailsAsync(PackErrorKind.NotFound, () => Engine.Containers.RemoveAsync(name, force: true, None));
    }

    [SkippableFact]
    public async Task A_list_holds_the_containers_with_a_label_running_or_not()
    {
        Subject.Require();
        var session = Unique("session");
        var labels = new Dictionary<string, string> { ["session"] = session, ["kind"] = "build" };
        var waiting = await CreateAsync(new ContainerSpec { Image = ImageName, Labels = labels, Name = Unique("waiting") });
        var running = await CreateAsync(new ContainerSpec { Image = ImageName, Labels = labels, Command = ["sleep", "60"] });
        await CreateAsync(new ContainerSpec { Image = ImageName, Labels = new Dictionary<string, string> { ["session"] = "other" } });
        await Engine.Containers.StartAsync(running, None);

        var containers = await Engine.Containers.ListAsync("session=" + session, None);

        Assert.Equal(new[] { waiting, running }.Order(), containers.Select(container => container.Id).Order());
        Assert.Equal([running], containers.Where(container => container.Running).Select(container => container.Id));
        Assert.All(containers, container => Assert.Equal("build", container.Labels["kind"]));
        Assert.StartsWith("waiting-", containers.Single(container => container.Id == waiting).Name, StringComparison.Ordinal);
        Assert.True((await Engine.Containers.ListAsync("session", None)).Count >= 3);
        Assert.Empty(await Engine.Containers.ListAsync("session=nobody", None));
    }

    [SkippableFact]
    public async Task Waiting_gives_the_exit_code_of_a_container_that_ends_or_has_ended()
    {
        Subject.Require();
        var container = await CreateShellAsync("sleep 0.5; exit 42");

        await Engine.Containers.StartAsync(container, None);
        var whileRunning = await Engine.Containers.WaitAsync(container, None);
        var afterwards = await Engine.Containers.WaitAsync(container, None);

        Assert.Equal((42, 42), (whileRunning, afterwards));
        var detail = await Engine.Containers.InspectAsync(container, None);
        Assert.Equal(("exited", 42), (detail.Status, detail.ExitCode));
    }

    [SkippableFact]
    public async Task A_cancelled_wait_ends_at_once_and_leaves_the_container_running()
    {
        Subject.Require();
        var container = await CreateShellAsync("sleep 60");
        await Engine.Containers.StartAsync(container, None);

        await CancelsAsync(token => Engine.Containers.WaitAsync(container, token));

        Assert.Equal("running", (await Engine.Containers.InspectAsync(container, None)).Status);
    }

    [SkippableFact]
    public async Task A_running_container_is_removed_with_force_only_and_then_at_once()
    {
        Subject.Require();
        var container = await CreateShellAsync("trap '' TERM INT; while true; do sleep 0.1; done");
        await Engine.Containers.StartAsync(container, None);

        await FailsAsync(PackErrorKind.Conflict, () => Engine.Containers.RemoveAsync(container, force: false, None));
        await Engine.Containers.RemoveAsync(container, force: true, None);

        // Without it podman gives the container ten seconds to end by itself; docker's forced removal never does.
        Assert.True(Engine.Kind == PackEngineKind.Docker || Calls.Calls[^1].Arguments.Contains("--time=0"), "podman waits for the container");
        await FailsAsync(PackErrorKind.NotFound, () => Engine.Containers.InspectAsync(container, None));
    }

    [SkippableFact]
    public async Task A_container_made_to_remove_itself_does()
    {
        Subject.Require();
        var container = await CreateAsync(new ContainerSpec { Image = ImageName, Command = ["sh", "-c", "exit 5"], AutoRemove = true, Labels = new Dictionary<string, string> { ["self"] = "" } });

        var exitCode = await Engine.Containers.AttachAsync(container, start: true, new OutputCapture(), None);

        Assert.Equal(5, exitCode);
        await EventuallyAsync(async () => (await Engine.Containers.ListAsync("self", None)).Count == 0);
    }

    [SkippableFact]
    public async Task A_program_that_does_not_exist_fails_to_start()
    {
        Subject.Require();
        var container = await CreateAsync(new ContainerSpec { Image = ImageName, Command = ["/no/such/program"] });

        var failure = await FailsAsync(PackErrorKind.Failed, () => Engine.Containers.StartAsync(container, None));

        Assert.Contains("/no/such/program", failure.Message, StringComparison.Ordinal);
    }
}
