using System.Diagnostics;
using Buildpacks.Engines.Docker;
using Buildpacks.Engines.Docker.Connection;
using Buildpacks.Engines.Location;
using Buildpacks.Engines.Tests.Location;
using Buildpacks.Testing;
using Buildpacks.Engines.Tests.Contract;
using Buildpacks.Testing.Engines;

namespace Buildpacks.Engines.Tests.Docker;

/// <summary>A daemon that is reached through a real ssh server.</summary>
public sealed class DockerOverSshTests(DockerdFixture dockerd, SshServer ssh) : IClassFixture<DockerdFixture>, IClassFixture<SshServer>
{
    [SkippableFact]
    public async Task A_container_is_filled_and_run()
    {
        await using var engine = new DockerEngine(Options());

        await EngineTrip.RunContainerAsync(engine);

        Assert.True((await engine.DescribeAsync(detail: false, CancellationToken.None)).Remote);
    }

    [SkippableFact]
    public async Task An_upload_that_is_refused_ends_with_docker_s_reason()
    {
        await using var engine = new DockerEngine(Options());

        await EngineTrip.UploadIsRefusedAsync(engine);
    }

    [SkippableFact]
    public async Task No_ssh_is_left_when_the_engine_is_closed()
    {
        var engine = new DockerEngine(Options());
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => engine.Images.ListAsync(new ImageListOptions(), CancellationToken.None)));
        Assert.NotEmpty(Clients());

        await engine.DisposeAsync();

        Assert.Empty(Clients());
    }

    [SkippableFact]
    public async Task A_host_whose_key_is_not_known_is_refused()
    {
        var failure = await DockerQuestion.FailureAsync(Options() with
        {
            Ssh = ssh.Client("stranger", "IdentityFile=" + ssh.Identity, "UserKnownHostsFile=/dev/null", "StrictHostKeyChecking=yes"),
        });

        Assert.Equal(("DockerUnreachable", PackErrorKind.Unreachable), (failure.ErrorId, failure.Kind));
        Assert.Contains("Host key verification failed", failure.Message, StringComparison.Ordinal);
        Assert.Contains("ssh", failure.RecommendedAction, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_user_without_a_key_is_refused_and_not_asked_for_a_password()
    {
        var failure = await DockerQuestion.FailureAsync(Options() with
        {
            Ssh = ssh.Client("keyless", "IdentityFile=/dev/null", "IdentitiesOnly=yes", "UserKnownHostsFile=" + ssh.KnownHosts),
        });

        Assert.Equal("DockerUnreachable", failure.ErrorId);
        Assert.Contains("Permission denied", failure.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_socket_that_is_not_there_is_named()
    {
        var failure = await DockerQuestion.FailureAsync(Options("/no such/docker's.sock"));

        Assert.Equal("DockerUnreachable", failure.ErrorId);
        Assert.Contains("/no such/docker's.sock", failure.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task The_search_finds_ssh_on_PATH_and_says_when_there_is_none()
    {
        dockerd.Require();
        ssh.Require();
        using var machine = new TestMachine();
        var request = new EngineRequest { Parameter = new EngineChoice(PackEngineKind.Docker, Address(dockerd.SocketPath)), Verify = true };
        var locator = new EngineLocator(machine.Environment);

        var failure = await Assert.ThrowsAsync<PackException>(() => locator.OpenAsync(request, CancellationToken.None));
        machine.WithProgram("ssh", Path.Combine(ssh.Programs, "ssh"));
        await using var found = await locator.OpenAsync(request, CancellationToken.None);

        Assert.Equal("DockerSshNotFound", failure.ErrorId);
        Assert.Equal(Address(dockerd.SocketPath), found.Description.Endpoint);
    }

    [Fact]
    public void The_words_for_the_other_machine_are_quoted() =>
        Assert.Equal(
            ["-T", "-o", "BatchMode=yes", "-o", "ConnectTimeout=10", "-l", "me", "-p", "2222", "--", "host", "docker", "--host", "'unix:///run/a'\\''b;c.sock'", "system", "dial-stdio"],
            SshStream.Arguments(new Uri("ssh://me@host:2222/run/a'b;c.sock"), TimeSpan.FromSeconds(10)));

    private string Address(string socket) => new UriBuilder("ssh", "127.0.0.1", ssh.Port) { UserName = "root", Path = socket }.Uri.AbsoluteUri;

    private DockerEngineOptions Options(string? socket = null)
    {
        dockerd.Require();
        ssh.Require();
        return new DockerEngineOptions(new Uri(Address(socket ?? dockerd.SocketPath))) { Ssh = Path.Combine(ssh.Programs, "ssh") };
    }

    /// <summary>The ssh processes of this server's clients.</summary>
    private List<int> Clients() =>
        [.. Process.GetProcessesByName("ssh").Where(process => CommandLine(process.Id).Contains($"\0-p\0{ssh.Port}\0", StringComparison.Ordinal)).Select(process => process.Id)];

    private static string CommandLine(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/cmdline");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
