using Buildpacks.Testing;

namespace Buildpacks.Engines.Tests.Contract;

/// <summary>What every engine says of itself, of its calls, and what happens when it is not there.</summary>
public abstract class ReachContract(EngineUnderTest subject) : EngineContract(subject)
{
    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_engine_describes_itself(bool detail)
    {
        Subject.Require();

        var description = await Engine.DescribeAsync(detail, None);

        Assert.Matches(@"^\d+\.\d+", description.Version);
        Assert.NotNull(description.ApiVersion);
        Assert.Equal("linux", description.Os);
        Assert.Matches("^[a-z0-9]+$", description.Architecture);
        Assert.True(!detail || description is { Rootless: not null, StorageDriver.Length: > 0 });
        Assert.NotEmpty(Engine.Endpoint);
    }

    [SkippableFact]
    public async Task An_engine_that_does_not_answer_is_unreachable_for_every_operation()
    {
        Subject.Require();
        await using var nothing = Subject.ConnectToNothing();
        var archive = TestTar.Of(TestTar.File("x", "x"));
        Func<Task>[] operations =
        [
            () => nothing.DescribeAsync(detail: false, None),
            () => nothing.DescribeAsync(detail: true, None),
            () => nothing.Images.ListAsync(new ImageListOptions(), None),
            () => nothing.Images.InspectAsync([ImageName], None),
            () => nothing.Images.GetHistoryAsync(ImageName, None),
            () => nothing.Images.TagAsync(ImageName, "docker.io/library/x:1", None),
            () => nothing.Images.LoadAsync(archive, null, None),
            () => ReadAsync(nothing.Images.SaveAsync([ImageName], None)),
            () => nothing.Images.RemoveAsync(ImageName, force: true, None),
            () => nothing.Images.PullAsync(new ImageTransfer(ImageName), null, None),
            () => nothing.Images.PushAsync(new ImageTransfer(ImageName), null, None),
            () => nothing.Volumes.ListAsync(None),
            () => nothing.Volumes.CreateAsync("x", new Dictionary<string, string>(), None),
            () => nothing.Volumes.RemoveAsync("x", force: true, None),
            () => nothing.Containers.ListAsync("x", None),
            () => nothing.Containers.CreateAsync(new ContainerSpec { Image = ImageName }, None),
            () => nothing.Containers.CopyToAsync("x", "/", archive, None),
            () => ReadAsync(nothing.Containers.CopyFromAsync("x", "/", None)),
            () => nothing.Containers.InspectAsync("x", None),
            () => nothing.Containers.StartAsync("x", None),
            () => nothing.Containers.AttachAsync("x", start: true, new OutputCapture(), None),
            () => nothing.Containers.WaitAsync("x", None),
            () => nothing.Containers.RemoveAsync("x", force: true, None),
        ];

        foreach (var operation in operations)
        {
            var failure = await FailsAsync(PackErrorKind.Unreachable, operation);
            Assert.NotNull(failure.RecommendedAction);
        }
    }

    [SkippableFact]
    public async Task Every_operation_is_recorded_with_its_exit_code_and_bytes()
    {
        Subject.Require();
        var started = DateTimeOffset.Now.AddSeconds(-1);
        var container = await CreateShellAsync("cat /tmp/file");
        var text = new string('x', 50_000);

        await Engine.Containers.CopyToAsync(container, "/tmp", TestTar.Of(TestTar.File("file", text)), None);
        await Engine.Containers.AttachAsync(container, start: true, new OutputCapture(), None);
        await ReadAsync(Engine.Containers.CopyFromAsync(container, "/tmp/file", None));
        await Engine.Containers.RemoveAsync(container, force: false, None);
        await FailsAsync(PackErrorKind.NotFound, () => Engine.Containers.InspectAsync("missing", None));

        var calls = Calls.Calls;
        Assert.All(
            new[]
            {
                EngineOperation.ContainerCreate, EngineOperation.CopyToContainer, EngineOperation.ContainerAttach,
                EngineOperation.CopyFromContainer, EngineOperation.ContainerRemove, EngineOperation.ContainerInspect,
            },
            operation => Assert.Contains(calls, call => call.Operation == operation));
        Assert.All(calls, call =>
        {
            Assert.NotNull(call.ExitCode ?? call.Status);
            Assert.NotEmpty(call.Arguments);
            Assert.Equal(Engine.Kind, call.Engine);
            Assert.InRange(call.Started, started, DateTimeOffset.Now);
            Assert.InRange(call.Duration, TimeSpan.FromTicks(1), DateTimeOffset.Now - started);
        });
        Assert.InRange(calls.Single(call => call.Operation == EngineOperation.CopyToContainer).BytesSent, text.Length, text.Length + 20_000);
        Assert.InRange(calls.Single(call => call.Operation == EngineOperation.CopyFromContainer).BytesReceived, text.Length, text.Length + 20_000);
        Assert.True(calls.Where(call => call.Operation == EngineOperation.ContainerAttach).Sum(call => call.BytesReceived) >= text.Length);
    }

    private static async Task ReadAsync(Task<Stream> opening)
    {
        await using var stream = await opening;
        await stream.CopyToAsync(Stream.Null);
    }
}
