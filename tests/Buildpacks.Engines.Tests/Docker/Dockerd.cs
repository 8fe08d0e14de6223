using Buildpacks.Engines.Docker;
using Buildpacks.Engines.Tests.Contract;
using Buildpacks.Testing.Engines;
using Buildpacks.Testing.Registries;

namespace Buildpacks.Engines.Tests.Docker;

/// <summary>A docker daemon, through its API.</summary>
public sealed class Dockerd : EngineUnderTest
{
    private readonly DockerdFixture _fixture = new();

    /// <inheritdoc/>
    protected override EngineFixture Fixture => _fixture;

    /// <inheritdoc/>
    public override IEngine ConnectToNothing() => new DockerEngine(new DockerEngineOptions(new Uri("unix:///nowhere/docker.sock")));

    /// <inheritdoc/>
    protected override IEngine Connect(IEngineCallObserver observer) => _fixture.CreateEngine(observer);
}

[CollectionDefinition(Name)]
public sealed class DockerdTests : ICollectionFixture<Dockerd>, ICollectionFixture<RegistryFixture>
{
    public const string Name = "dockerd";
}

[Collection(DockerdTests.Name)]
public sealed class DockerdImageTests(Dockerd subject) : ImageContract(subject);

[Collection(DockerdTests.Name)]
public sealed class DockerdVolumeTests(Dockerd subject) : VolumeContract(subject);

[Collection(DockerdTests.Name)]
public sealed class DockerdBuildTests(Dockerd subject) : BuildContract(subject);

[Collection(DockerdTests.Name)]
public sealed class DockerdNetworkTests(Dockerd subject) : NetworkContract(subject);

[Collection(DockerdTests.Name)]
public sealed class DockerdContainerTests(Dockerd subject) : ContainerContract(subject);

[Collection(DockerdTests.Name)]
public sealed class DockerdContainerSpecTests(Dockerd subject) : ContainerSpecContract(subject);

[Collection(DockerdTests.Name)]
public sealed class DockerdCopyTests(Dockerd subject) : CopyContract(subject);

[Collection(DockerdTests.Name)]
public sealed class DockerdAttachTests(Dockerd subject) : AttachContract(subject);

[Collection(DockerdTests.Name)]
public sealed class DockerdArchiveTests(Dockerd subject) : ArchiveContract(subject);

[Collection(DockerdTests.Name)]
public sealed class DockerdSecrecyTests(Dockerd subject) : SecrecyContract(subject);

[Collection(DockerdTests.Name)]
public sealed class DockerdReachTests(Dockerd subject) : ReachContract(subject);

[Collection(DockerdTests.Name)]
public sealed class DockerdMemoryTests(Dockerd subject) : MemoryContract(subject);

[Collection(DockerdTests.Name)]
public sealed class DockerdRegistryTests(Dockerd subject, RegistryFixture registry) : RegistryContract(subject, registry);
