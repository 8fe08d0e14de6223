using Buildpacks.Engines.Podman;
using Buildpacks.Engines.Tests.Contract;
using Buildpacks.Testing.Engines;

namespace Buildpacks.Engines.Tests.Podman;

/// <summary>podman that works by itself, as root or not.</summary>
public abstract class PodmanUnderTest(PodmanFixture fixture) : EngineUnderTest
{
    /// <summary>podman.</summary>
    public PodmanFixture Podman => fixture;

    /// <summary>How the adapter starts podman.</summary>
    public virtual PodmanOptions Options => new()
    {
        Executable = fixture.Executable,
        Environment = fixture.Environment.ToDictionary(pair => pair.Key, pair => (string?)pair.Value),
    };

    /// <inheritdoc/>
    protected override EngineFixture Fixture => fixture;

    /// <inheritdoc/>
    public override IEngine ConnectToNothing() => new PodmanEngine(Options with { Url = "unix:///nowhere/podman.sock" });

    /// <inheritdoc/>
    protected override IEngine Connect(IEngineCallObserver observer) => new PodmanEngine(Options with { Observer = observer });
}
