using Buildpacks.Engines.Tests.Contract;
using Buildpacks.Testing.Engines;
using Buildpacks.Testing.Registries;

namespace Buildpacks.Engines.Tests.Podman;

/// <summary>podman as root.</summary>
public sealed class RootPodman() : PodmanUnderTest(new PodmanFixture());

[CollectionDefinition(Name)]
public sealed class RootPodmanTests : ICollectionFixture<RootPodman>, ICollectionFixture<RegistryFixture>
{
    public const string Name = "podman (root)";
}

[Collection(RootPodmanTests.Name)]
public sealed class RootPodmanImageTests(RootPodman subject) : ImageContract(subject);

[Collection(RootPodmanTests.Name)]
public sealed class RootPodmanVolumeTests(RootPodman subject) : VolumeContract(subject);

[Collection(RootPodmanTests.Name)]
public sealed class RootPodmanBuildTests(RootPodman subject) : BuildContract(subject);

[Collection(RootPodmanTests.Name)]
public sealed class RootPodmanNetworkTests(RootPodman subject) : NetworkContract(subject);

[Collection(RootPodmanTests.Name)]
public sealed class RootPodmanContainerTests(RootPodman subject) : ContainerContract(subject);

[Collection(RootPodmanTests.Name)]
public sealed class RootPodmanContainerSpecTests(RootPodman subject) : ContainerSpecContract(subject);

[Collection(RootPodmanTests.Name)]
public sealed class RootPodmanCopyTests(RootPodman subject) : CopyContract(subject);

[Collection(RootPodmanTests.Name)]
public sealed class RootPodmanAttachTests(RootPodman subject) : AttachContract(subject);

[Collection(RootPodmanTests.Name)]
public sealed class RootPodmanArchiveTests(RootPodman subject) : ArchiveContract(subject);

[Collection(RootPodmanTests.Name)]
public sealed class RootPodmanSecrecyTests(RootPodman subject) : SecrecyContract(subject);

[Collection(RootPodmanTests.Name)]
public sealed class RootPodmanReachTests(RootPodman subject) : ReachContract(subject);

[Collection(RootPodmanTests.Name)]
public sealed class RootPodmanMemoryTests(RootPodman subject) : MemoryContract(subject);

[Collection(RootPodmanTests.Name)]
public sealed class RootPodmanRegistryTests(RootPodman subject, RegistryFixture registry) : RegistryContract(subject, registry);

[Collection(RootPodmanTests.Name)]
public sealed class RootPodmanProcessTests(RootPodman subject) : PodmanProcessContract(subject);

[Collection(RootPodmanTests.Name)]
public sealed class RootPodmanPipeTests(RootPodman subject) : PodmanPipeContract(subject);
