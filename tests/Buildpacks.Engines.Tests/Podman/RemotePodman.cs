using Buildpacks.Engines.Podman;
using Buildpacks.Engines.Tests.Contract;
using Buildpacks.Testing;
using Buildpacks.Testing.Engines;
using Buildpacks.Testing.Processes;
using Buildpacks.Testing.Registries;

namespace Buildpacks.Engines.Tests.Podman;

/// <summary>podman as a client of a podman service, as it is with a podman machine.</summary>
public sealed class RemotePodman() : PodmanUnderTest(new PodmanFixture())
{
    private readonly TestFolder folder = new("podman-service");
    private GuardedProcess? service;

    private string Url => "unix://" + folder["podman.sock"];

    /// <inheritdoc/>
    public override PodmanOptions Options => base.Options with
    {
        Url = Url,

        // What the service is configured with is not the client's to know.
        Environment = new Dictionary<string, string?> { ["REGISTRY_AUTH_FILE"] = folder.File("auth.json", "{}") },
    };

    /// <inheritdoc/>
    protected override async Task StartAsync()
    {
        await base.StartAsync();
        if (Podman.Unavailable is null)
        {
            service = await GuardedProcess.StartAsync(
                "env",
                [.. Podman.Environment.Select(pair => $"{pair.Key}={pair.Value}"), Podman.Executable, "system", "service", "--time=0", Url],
                folder["service.log"],
                () => Task.FromResult(File.Exists(folder["podman.sock"])));
        }
    }

    /// <inheritdoc/>
    public override async Task DisposeAsync()
    {
        if (service is not null)
        {
            await service.DisposeAsync();
        }

        await base.DisposeAsync();
        folder.Dispose();
    }
}

[CollectionDefinition(Name)]
public sealed class RemotePodmanTests : ICollectionFixture<RemotePodman>, ICollectionFixture<RegistryFixture>
{
    public const string Name = "podman (remote)";
}

[Collection(RemotePodmanTests.Name)]
public sealed class RemotePodmanImageTests(RemotePodman subject) : ImageContract(subject);

[Collection(RemotePodmanTests.Name)]
public sealed class RemotePodmanVolumeTests(RemotePodman subject) : VolumeContract(subject);

[Collection(RemotePodmanTests.Name)]
public sealed class RemotePodmanNetworkTests(RemotePodman subject) : NetworkContract(subject);

[Collection(RemotePodmanTests.Name)]
public sealed class RemotePodmanContainerTests(RemotePodman subject) : ContainerContract(subject);

[Collection(RemotePodmanTests.Name)]
public sealed class RemotePodmanContainerSpecTests(RemotePodman subject) : ContainerSpecContract(subject);

[Collection(RemotePodmanTests.Name)]
public sealed class RemotePodmanCopyTests(RemotePodman subject) : CopyContract(subject);

[Collection(RemotePodmanTests.Name)]
public sealed class RemotePodmanAttachTests(RemotePodman subject) : AttachContract(subject);

[Collection(RemotePodmanTests.Name)]
public sealed class RemotePodmanArchiveTests(RemotePodman subject) : ArchiveContract(subject);

[Collection(RemotePodmanTests.Name)]
public sealed class RemotePodmanSecrecyTests(RemotePodman subject) : SecrecyContract(subject);

[Collection(RemotePodmanTests.Name)]
public sealed class RemotePodmanReachTests(RemotePodman subject) : ReachContract(subject);

[Collection(RemotePodmanTests.Name)]
public sealed class RemotePodmanMemoryTests(RemotePodman subject) : MemoryContract(subject);

[Collection(RemotePodmanTests.Name)]
public sealed class RemotePodmanRegistryTests(RemotePodman subject, RegistryFixture registry) : RegistryContract(subject, registry);

[Collection(RemotePodmanTests.Name)]
public sealed class RemotePodmanProcessTests(RemotePodman subject) : PodmanProcessContract(subject);

[Collection(RemotePodmanTests.Name)]
public sealed class RemotePodmanPipeTests(RemotePodman subject)
{
    [SkippableFact]
    public void A_client_of_a_service_has_no_pipe()
    {
        subject.Require();

        Assert.Null(subject.Engine.Pipe);
    }
}
