using Buildpacks.Testing;
using Buildpacks.Testing.Engines;
using Buildpacks.Testing.Images;
using Buildpacks.Testing.Processes;

namespace Buildpacks.Engines.Tests.Contract;

/// <summary>
/// An engine that the contract is run against, with the adapter that leads to it and one image in its store. One for each way an
/// engine can be had; a collection's tests share it.
/// </summary>
public abstract class EngineUnderTest : IAsyncLifetime
{
    /// <summary>An image with a shell, two layers and something in every field that the engines tell.</summary>
    public static readonly TestImage Image = new()
    {
        Name = "docker.io/library/contract:1",
        Labels = new Dictionary<string, string> { ["contract"] = "yes", ["contract.text"] = "ä \"quoted\" = \\ text" },
        Environment = ["PATH=/bin", "FROM_IMAGE=image"],
        Command = ["echo", "from the image"],
        WorkingDirectory = "/workspace",
        Files = new Dictionary<string, string> { ["/etc/hello"] = "hello\n" },
    };

    private IEngine? engine;

    /// <summary>The real engine behind.</summary>
    protected abstract EngineFixture Fixture { get; }

    /// <summary>Every call of <see cref="Engine"/>.</summary>
    public EngineCallLog Calls { get; } = new();

    /// <summary>The adapter.</summary>
    public IEngine Engine => engine ?? throw new InvalidOperationException("Require was not called");

    /// <summary>Skips the running test when the engine is missing; fails it with <c>CI=true</c>.</summary>
    public void Require()
    {
        Fixture.Require();
        Requirement.Meet(TestImage.Unavailable);
    }

    /// <summary>An adapter for an address where nothing answers.</summary>
    public abstract IEngine ConnectToNothing();

    /// <summary>Runs the engine's own command line, to look behind the adapter's back.</summary>
    public Task<ToolResult> RunAsync(params string[] arguments) => Fixture.RunAsync(arguments);

    /// <inheritdoc/>
    public virtual async Task InitializeAsync()
    {
        await StartAsync();
        if (Fixture.Unavailable is null && TestImage.Unavailable is null)
        {
            engine = Connect(Calls);
            await Image.LoadAsync(engine);
        }
    }

    /// <inheritdoc/>
    public virtual async Task DisposeAsync()
    {
        if (engine is not null)
        {
            await engine.DisposeAsync();
        }

        await Fixture.DisposeAsync();
    }

    /// <summary>Starts the engine.</summary>
    protected virtual Task StartAsync() => Fixture.InitializeAsync();

    /// <summary>The adapter for the engine.</summary>
    protected abstract IEngine Connect(IEngineCallObserver observer);
}
