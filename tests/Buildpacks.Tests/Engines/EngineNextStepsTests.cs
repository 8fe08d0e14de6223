using Buildpacks.Engines;

namespace Buildpacks.Tests.Engines;

/// <summary>The next step fits what failed: the words are those of podman 4.3, docker 20.10 and their registries.</summary>
public sealed class EngineNextStepsTests
{
    [Theory]
    [InlineData(PackEngineKind.Podman, PackErrorKind.Unreachable, EngineOperation.ImagePull, "pinging container registry nowhere.example: Get \"https://nowhere.example/v2/\": dial tcp: lookup nowhere.example: no such host", "name of the registry", "Get-PackEngine")]
    [InlineData(PackEngineKind.Docker, PackErrorKind.Unreachable, EngineOperation.ImagePull, "Get \"https://nowhere.example/v2/\": dial tcp: lookup nowhere.example: no such host", "name of the registry", "Get-PackEngine")]
    [InlineData(PackEngineKind.Podman, PackErrorKind.Unreachable, EngineOperation.ImagePull, "unable to connect to Podman socket: dial unix /run/podman.sock: connect: no such file or directory", "Get-PackEngine", "registry")]
    [InlineData(PackEngineKind.Docker, PackErrorKind.Unreachable, EngineOperation.ImagePull, "the connection to unix:///run/docker.sock was interrupted: end of stream", "Get-PackEngine", "registry")]
    [InlineData(PackEngineKind.Podman, PackErrorKind.Failed, EngineOperation.ImagePull, "pinging container registry localhost:5000: Get \"https://localhost:5000/v2/\": http: server gave HTTP response to HTTPS client", "registries.conf", "docker")]
    [InlineData(PackEngineKind.Docker, PackErrorKind.Failed, EngineOperation.ImagePush, "Get \"https://10.0.0.1:5000/v2/\": http: server gave HTTP response to HTTPS client", "daemon.json", "podman")]
    [InlineData(PackEngineKind.Podman, PackErrorKind.Failed, EngineOperation.ImagePull, "pinging container registry x:5000: x509: certificate signed by unknown authority", "/etc/containers/certs.d", "docker")]
    [InlineData(PackEngineKind.Podman, PackErrorKind.NotFound, EngineOperation.ImagePull, "reading manifest 1 in example.org/x: manifest unknown", "registry does not have this image", "Get-PackImage")]
    [InlineData(PackEngineKind.Docker, PackErrorKind.NotFound, EngineOperation.ImageTag, "No such image: x:1", "Get-PackImage", "registry")]
    [InlineData(PackEngineKind.Docker, PackErrorKind.NotFound, EngineOperation.VolumeRemove, "no such volume", "docker volume ls", "Get-PackImage")]
    [InlineData(PackEngineKind.Podman, PackErrorKind.NotFound, EngineOperation.ContainerInspect, "no such container x", "podman ps --all", "Get-PackImage")]
    [InlineData(PackEngineKind.Podman, PackErrorKind.NotFound, EngineOperation.ContainerCreate, "unable to find network with name or ID x: network not found", "podman network ls", "Get-PackImage")]
    [InlineData(PackEngineKind.Docker, PackErrorKind.NotFound, EngineOperation.ContainerStart, "No such container: x", "whose network is shared; 'docker ps --all'", "podman")]
    [InlineData(PackEngineKind.Docker, PackErrorKind.Conflict, EngineOperation.ContainerStart, "cannot join network of a non running container: ff4e", "Start the container", "podman")]
    [InlineData(PackEngineKind.Podman, PackErrorKind.Failed, EngineOperation.ContainerRun, "cannot get namespace path unless container 7448 is running: container is stopped", "Start the container", "docker")]
    [InlineData(PackEngineKind.Podman, PackErrorKind.Failed, EngineOperation.ContainerRun, "crun: open `/proc/5633/ns/net`: No such file or directory: OCI runtime attempted to invoke a command that was not found", "Start the container", "Test-PackEngine")]
    [InlineData(PackEngineKind.Docker, PackErrorKind.Unauthorized, EngineOperation.ImagePull, "pull access denied for x, repository does not exist or may require 'docker login'", "docker login REGISTRY", "socket")]
    [InlineData(PackEngineKind.Docker, PackErrorKind.Unauthorized, EngineOperation.ImageList, "authorization denied by plugin", "socket", "login")]
    [InlineData(PackEngineKind.Docker, PackErrorKind.NoSpace, EngineOperation.ImageLoad, "write /x: no space left on device", "engine's machine", "TMPDIR")]
    [InlineData(PackEngineKind.Podman, PackErrorKind.Failed, EngineOperation.ImageList, "finding config on system: CONTAINERS_CONF file: stat /nowhere: no such file or directory", "CONTAINERS_CONF", "Get-PackImage")]
    [InlineData(PackEngineKind.Podman, PackErrorKind.Failed, EngineOperation.ImageList, "unable to create connection. \"\" is not a supported schema", "unix:///path", "Get-PackImage")]
    [InlineData(PackEngineKind.Podman, PackErrorKind.Unreachable, EngineOperation.ImageList, "failed to resolve active destination: \"x\" service destination not found", "podman system connection list", "engine runs")]
    public void A_failure_of_an_engine_call(PackEngineKind engine, PackErrorKind kind, string operation, string words, string expected, string unexpected)
    {
        var failure = EngineErrors.Create(engine, kind, operation, words);

        Assert.Contains(expected, failure.RecommendedAction, StringComparison.Ordinal);
        Assert.DoesNotContain(unexpected, failure.RecommendedAction, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("write /scratch/storage2941/1: no space left on device", true)]
    [InlineData("copying from stdin: write /scratch/podman881234: no space left on device", true)]
    [InlineData("writing blob: open /scratch/container_images_storage77/2: no space left on device", true)]
    [InlineData("mkdir /scratch/storage/overlay/0f3e/diff: no space left on device", false)]
    [InlineData("write /scratch/store/overlay-layers/.tmp-layers.json123: no space left on device", false)]
    [InlineData("write /var/tmp/storage2941/1: no space left on device", false)]
    public void A_temporary_file_of_podman_is_told_from_its_store(string words, bool expected) =>
        Assert.Equal(expected, EngineNextSteps.HasTemporaryFile(words, "/scratch"));
}
