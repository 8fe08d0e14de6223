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

    /// <summary>The socket of the service.</summary>
    public string SocketPath => folder["podman.sock"];

    private string Url => "unix://" + SocketPath;

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
public sealed class RemotePodmanBuildTests(RemotePodman subject) : BuildContract(subject);

[Collection(RemotePodmanTests.Name)]
public sealed class RemotePodmanNetworkTests(RemotePodman subject) : NetworkContract(subject);

[Collection(RemotePodmanTests.Name)]
public sealed class RemotePodmanContainerTests(RemotePodman subject) : ContainerContract(subject);

[Collection(RemotePodmanTests.Name)]
[Trait("Category", "Long")]
public sealed class RemotePodmanContainerSpecTests(RemotePodman subject) : ContainerSpecContract(subject);

[Collection(RemotePodmanTests.Name)]
[Trait("Category", "Long")]
public sealed class RemotePodmanCopyTests(RemotePodman subject) : CopyContract(subject);

[Collection(RemotePodmanTests.Name)]
[Trait("Category", "Long")]
public sealed class RemotePodmanAttachTests(RemotePodman subject) : AttachContract(subject);

[Collection(RemotePodmanTests.Name)]
[Trait("Category", "Long")]
public sealed class RemotePodmanArchiveTests(RemotePodman subject) : ArchiveContract(subject);

[Collection(RemotePodmanTests.Name)]
public sealed class RemotePodmanSecrecyTests(RemotePodman subject) : SecrecyContract(subject);

[Collection(RemotePodmanTests.Name)]
[Trait("Category", "Long")]
public sealed class RemotePodmanReachTests(RemotePodman subject) : ReachContract(subject);

[Collection(RemotePodmanTests.Name)]
[Trait("Category", "Long")]
public sealed class RemotePodmanMemoryTests(RemotePodman subject) : MemoryContract(subject);

[Collection(RemotePodmanTests.Name)]
public sealed class RemotePodmanRegistryTests(RemotePodman subject, RegistryFixture registry) : RegistryContract(subject, registry);

[Collection(RemotePodmanTests.Name)]
public sealed class RemotePodmanProcessTests(RemotePodman subject) : PodmanProcessContract(subject);

/// <summary>The service through a real ssh server, as a connection that the user gave podman.</summary>
[Collection(RemotePodmanTests.Name)]
public sealed class RemotePodmanOverSshTests(RemotePodman subject, SshServer ssh) : IClassFixture<SshServer>, IDisposable
{
    private readonly TestFolder _folder = new("connection");

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public async Task A_container_is_filled_and_run()
    {
        await using var engine = Connect();

        await EngineTrip.RunContainerAsync(engine);
    }

    [SkippableFact]
    public async Task An_upload_that_is_refused_ends_with_podman_s_reason()
    {
        await using var engine = Connect();

        await EngineTrip.UploadIsRefusedAsync(engine);
    }

    private PodmanEngine Connect()
    {
        subject.Require();
        ssh.Require();
        var home = _folder.Folder("home");
        File.WriteAllText(_folder["containers.conf"], $"""
            [engine.service_destinations.far]
            uri = "ssh://root@127.0.0.1:{ssh.Port}{subject.SocketPath}"
            identity = "{ssh.Identity}"

            """);
        Directory.CreateDirectory(Path.Combine(home, ".ssh"));
        File.Copy(ssh.KnownHosts, Path.Combine(home, ".ssh", "known_hosts"));
        return new PodmanEngine(subject.Options with
        {
            Url = null,
            Connection = "far",
            Environment = new Dictionary<string, string?>(subject.Options.Environment) { ["HOME"] = home, ["CONTAINERS_CONF"] = _folder["containers.conf"] },
        });
    }
}

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
