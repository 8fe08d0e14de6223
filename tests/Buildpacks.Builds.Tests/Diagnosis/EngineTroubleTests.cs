using System.Net.Sockets;
using Buildpacks.Builds.Tests.Support;
using Buildpacks.Engines.Location;
using Buildpacks.Stores.Registry;
using Buildpacks.Testing;

namespace Buildpacks.Builds.Tests.Diagnosis;

/// <summary>Engines that are not there, do not answer, or are elsewhere.</summary>
public sealed class EngineTroubleTests : IDisposable
{
    private readonly Checkup _checkup = new();

    public void Dispose() => _checkup.Dispose();

    [Fact]
    public async Task No_engine_at_all()
    {
        WithoutEngine();

        var checks = await RunAsync();

        Assert.Equal(PackEngineCheckResult.Failed, checks["EngineFound"].Result);
        Assert.Contains("podman is not on PATH", checks["EngineFound"].Evidence, StringComparison.Ordinal);
        Assert.Contains("Install podman", checks["EngineFound"].Remedy, StringComparison.Ordinal);
        Assert.Equal(["EngineFound", "TempSpace", "RegistryLogin"], checks.Values.Where(check => check.Evidence != "EngineFound failed.").Select(check => check.Name));
        Assert.All(checks.Values, check => Assert.Equal((null, ""), (check.Engine, check.Endpoint)));
    }

    [Fact]
    public async Task A_docker_socket_that_refuses()
    {
        var path = _checkup.Folder["docker.sock"];
        using (var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            // A socket that is bound and not listened at stays as a file when it is closed, as that of a docker that crashed does.
            socket.Bind(new UnixDomainSocketEndPoint(path));
            Assert.True(File.Exists(path));
            _checkup.Choice = new EngineChoice(PackEngineKind.Docker, "unix://" + path);

            var checks = await RunAsync();

            Assert.Equal(PackEngineCheckResult.Passed, checks["EngineFound"].Result);
            Assert.Equal(PackEngineCheckResult.Failed, checks["EngineAnswers"].Result);
            Assert.Contains(path, checks["EngineAnswers"].Evidence, StringComparison.Ordinal);
            Assert.Contains("Start docker", checks["EngineAnswers"].Remedy, StringComparison.Ordinal);
            Assert.Equal("EngineAnswers failed.", checks["Network"].Evidence);
        }
    }

    [Fact]
    public async Task A_checkup_that_is_stopped_between_two_checks_begins_no_other()
    {
        WithoutEngine();
        using var stop = new CancellationTokenSource();
        var sink = new RecordingSink
        {
            OnProgress = progress =>
            {
                if (progress.Status == "RegistryLogin")
                {
                    stop.Cancel();
                }
            },
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _checkup.RunAsync(sink, stop.Token));

        Assert.DoesNotContain(sink.Messages(PackLogLevel.Verbose), message => message.StartsWith("RegistryLogin", StringComparison.Ordinal));
        Assert.Empty(sink.OpenActivities);
    }

    private void WithoutEngine() => _checkup.With(new Dictionary<string, string> { ["PATH"] = _checkup.Folder.Folder("empty") });

    private async Task<Dictionary<string, PackEngineCheck>> RunAsync() => (await _checkup.RunAsync()).ToDictionary(check => check.Name);
}
