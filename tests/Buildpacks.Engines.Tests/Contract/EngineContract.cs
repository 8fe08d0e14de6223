using Buildpacks.Oci;
using Buildpacks.Testing;
using Buildpacks.Testing.Images;

namespace Buildpacks.Engines.Tests.Contract;

/// <summary>What the parts of the contract share: an engine, names of their own, and removal of what a test made.</summary>
public abstract class EngineContract(EngineUnderTest subject) : IAsyncLifetime
{
    private readonly List<string> containers = [];
    private readonly List<string> images = [];
    private readonly List<string> volumes = [];

    /// <summary>The name of an image that every engine here holds.</summary>
    protected static string ImageName => EngineUnderTest.Image.Name;

    /// <summary>The token of a test without a cancellation.</summary>
    protected static CancellationToken None => CancellationToken.None;

    /// <summary>The engine.</summary>
    protected EngineUnderTest Subject => subject;

    /// <summary>The adapter.</summary>
    protected IEngine Engine => subject.Engine;

    /// <summary>The calls of the running test.</summary>
    protected EngineCallLog Calls => subject.Calls;

    /// <inheritdoc/>
    public virtual Task InitializeAsync()
    {
        Calls.Clear();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public virtual async Task DisposeAsync()
    {
        foreach (var container in containers)
        {
            await ForgetAsync(() => Engine.Containers.RemoveAsync(container, force: true, None));
        }

        foreach (var image in images)
        {
            await ForgetAsync(() => Engine.Images.RemoveAsync(image, force: true, None));
        }

        foreach (var volume in volumes)
        {
            await ForgetAsync(() => Engine.Volumes.RemoveAsync(volume, force: true, None));
        }
    }

    /// <summary>A name that no other test uses.</summary>
    protected static string Unique(string word) => $"{word}-{Guid.NewGuid():N}"[..(word.Length + 9)];

    /// <summary>A full image name that no other test uses; the image is removed after the test.</summary>
    protected string NewImageName(string word)
    {
        var name = $"docker.io/library/{Unique(word)}:1";
        images.Add(name);
        return name;
    }

    /// <summary>A volume name that no other test uses; the volume is removed after the test.</summary>
    protected string NewVolumeName(string word)
    {
        var name = Unique(word);
        volumes.Add(name);
        return name;
    }

    /// <summary>Loads an image, removed after the test.</summary>
    protected async Task<string> LoadAsync(TestImage image)
    {
        images.Add(image.Name);
        return await image.LoadAsync(Engine);
    }

    /// <summary>Makes a container without a network, removed after the test.</summary>
    protected async Task<string> CreateAsync(ContainerSpec spec)
    {
        var id = await Engine.Containers.CreateAsync(spec with { Network = spec.Network ?? "none" }, None);
        containers.Add(id);
        return id;
    }

    /// <summary>Makes a container that runs a line of shell, removed after the test.</summary>
    protected Task<string> CreateShellAsync(string line) =>
        CreateAsync(new ContainerSpec { Image = ImageName, Command = ["sh", "-c", line] });

    /// <summary>Runs a line of shell in a container made to a specification.</summary>
    protected async Task<(int ExitCode, string Output, string Error)> RunAsync(ContainerSpec spec)
    {
        var id = await CreateAsync(spec);
        var capture = new OutputCapture();
        var exitCode = await Engine.Containers.AttachAsync(id, start: true, capture, None);
        return (exitCode, capture.Output, capture.Error);
    }

    /// <summary>Runs a line of shell in a container.</summary>
    protected Task<(int ExitCode, string Output, string Error)> RunShellAsync(string line) =>
        RunAsync(new ContainerSpec { Image = ImageName, Command = ["sh", "-c", line] });

    /// <summary>Expects a failure of a kind, with the engine's words.</summary>
    protected static async Task<PackException> FailsAsync(PackErrorKind kind, Func<Task> act)
    {
        var failure = await Assert.ThrowsAsync<PackException>(act);
        Assert.True(kind == failure.Kind, $"expected {kind}, got {failure.Kind}: {failure.Message}");
        Assert.EndsWith(kind.ToString(), failure.ErrorId, StringComparison.Ordinal);
        return failure;
    }

    /// <summary>Expects a failure for a name that nothing can have: not found, or not valid.</summary>
    protected static async Task RefusesAsync(Func<Task> act)
    {
        var failure = await Assert.ThrowsAsync<PackException>(act);
        Assert.True(
            failure.Kind is PackErrorKind.NotFound or PackErrorKind.InvalidInput, $"got {failure.Kind}: {failure.Message}");
    }

    /// <summary>Cancels something while it runs, and expects its end.</summary>
    /// <param name="act">What to cancel.</param>
    /// <param name="begun">Says when to cancel; half a second after the start by default.</param>
    protected static async Task CancelsAsync(Func<CancellationToken, Task> act, Func<bool>? begun = null)
    {
        using var cancellation = new CancellationTokenSource();
        var running = act(cancellation.Token);
        await (begun is null ? Task.Delay(500) : EventuallyAsync(() => Task.FromResult(begun() || running.IsCompleted)));
        Assert.False(running.IsCompleted, "it ended before it was cancelled: " + running.Exception);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(Hang.Limit));
    }

    /// <summary>Waits for something to come true.</summary>
    protected static async Task EventuallyAsync(Func<Task<bool>> condition)
    {
        var deadline = DateTime.UtcNow.Add(Hang.Limit);
        while (!await condition())
        {
            Assert.True(DateTime.UtcNow < deadline, "it did not come true in ten seconds");
            await Task.Delay(100);
        }
    }

    /// <summary>The full form of names, which each engine spells its own way.</summary>
    protected static IEnumerable<string> Full(IEnumerable<string> names) =>
        names.Select(name => ImageReference.Parse(name).ToString()).Order(StringComparer.Ordinal);

    /// <summary>Removes something that may be gone already.</summary>
    protected static async Task ForgetAsync(Func<Task> remove)
    {
        try
        {
            await remove();
        }
        catch (PackException e) when (e.Kind is PackErrorKind.NotFound)
        {
            // The test removed it.
        }
    }
}
