using Buildpacks.Engines.Tests.Contract;
using Buildpacks.Testing.Engines;
using Buildpacks.Testing.Registries;

namespace Buildpacks.Engines.Tests.Podman;

/// <summary>podman as an ordinary user.</summary>
public sealed class RootlessPodman() : PodmanUnderTest(new RootlessPodmanFixture());

[CollectionDefinition(Name)]
public sealed class RootlessPodmanTests : ICollectionFixture<RootlessPodman>, ICollectionFixture<RegistryFixture>
{
    public const string Name = "podman (rootless)";
}

[Collection(RootlessPodmanTests.Name)]
public sealed class RootlessPodmanImageTests(RootlessPodman subject) : ImageContract(subject);

[Collection(RootlessPodmanTests.Name)]
public sealed class RootlessPodmanVolumeTests(RootlessPodman subject) : VolumeContract(subject);

[Collection(RootlessPodmanTests.Name)]
public sealed class RootlessPodmanBuildTests(RootlessPodman subject) : BuildContract(subject);

[Collection(RootlessPodmanTests.Name)]
public sealed class RootlessPodmanNetworkTests(RootlessPodman subject) : NetworkContract(subject);

[Collection(RootlessPodmanTests.Name)]
public sealed class RootlessPodmanContainerTests(RootlessPodman subject) : ContainerContract(subject);

[Collection(RootlessPodmanTests.Name)]
[Trait("Category", "Long")]
public sealed class RootlessPodmanContainerSpecTests(RootlessPodman subject) : ContainerSpecContract(subject);

[Collection(RootlessPodmanTests.Name)]
[Trait("Category", "Long")]
public sealed class RootlessPodmanCopyTests(RootlessPodman subject) : CopyContract(subject);

[Collection(RootlessPodmanTests.Name)]
[Trait("Category", "Long")]
public sealed class RootlessPodmanAttachTests(RootlessPodman subject) : AttachContract(subject);

[Collection(RootlessPodmanTests.Name)]
public sealed class RootlessPodmanArchiveTests(RootlessPodman subject) : ArchiveContract(subject);

[Collection(RootlessPodmanTests.Name)]
public sealed class RootlessPodmanSecrecyTests(RootlessPodman subject) : SecrecyContract(subject);

[Collection(RootlessPodmanTests.Name)]
public sealed class RootlessPodmanReachTests(RootlessPodman subject) : ReachContract(subject);

[Collection(RootlessPodmanTests.Name)]
[Trait("Category", "Long")]
public sealed class RootlessPodmanMemoryTests(RootlessPodman subject) : MemoryContract(subject);

[Collection(RootlessPodmanTests.Name)]
public sealed class RootlessPodmanRegistryTests(RootlessPodman subject, RegistryFixture registry) : RegistryContract(subject, registry);

[Collection(RootlessPodmanTests.Name)]
public sealed class RootlessPodmanProcessTests(RootlessPodman subject) : PodmanProcessContract(subject);

[Collection(RootlessPodmanTests.Name)]
[Trait("Category", "Long")]
public sealed class RootlessPodmanPipeTests(RootlessPodman subject) : PodmanPipeContract(subject);
