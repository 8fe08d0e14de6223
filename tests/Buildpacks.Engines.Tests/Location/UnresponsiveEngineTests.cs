using System.Collections.Concurrent;
using System.Net.Sockets;
using Buildpacks.Descriptors;
using Buildpacks.Engines.Location;
using Buildpacks.Engines.Podman.Json;
using Buildpacks.Engines.Tests.Docker;
using Buildpacks.Reporting;
using Buildpacks.Testing;

namespace Buildpacks.Engines.Tests.Location;

/// <summary>Engines that take a question and do not answer it.</summary>
public sealed class UnresponsiveEngineTests : IDisposable
{
    private const string PodmanVersion = """echo '{"Client":{"Version":"9.9.9","APIVersion":"9.9.9","OsArch":"linux/amd64"}}'""";

    private readonly TestMachine _machine = new();
    private readonly UnresponsiveEngines _unresponsive = new();
    private readonly RecordingSink _sink = new();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public async Task The_engine_that_is_waited_for_is_shown_until_it_is_given_up()
    {
        var wait = new EngineWait(_unresponsive, _sink) { Notice = TimeSpan.FromMilliseconds(1), Limit = TimeSpan.FromSeconds(1) };

        var failure = await Assert.ThrowsAsync<PackException>(
            () => wait.AskAsync(PackEngineKind.Docker, "unix:///x.sock", NeverAsync, CancellationToken.None));

        Assert.Equal(("DockerUnreachable", PackErrorKind.Unreachable), (failure.ErrorId, failure.Kind));
        Assert.Contains("unix:///x.sock did not answer within 1 seconds", failure.Message, StringComparison.Ordinal);
        Assert.Equal([("Waiting for docker to answer", "unix:///x.sock", false), ("Waiting for docker to answer", "unix:///x.sock", true)], _sink.Shown);
        Assert.True(_unresponsive.Contains(PackEngineKind.Docker, "unix:///x.sock"));
    }

    [Fact]
    public async Task An_engine_that_answers_late_is_not_remembered_as_unresponsive()
    {
        _unresponsive.Add(PackEngineKind.Podman, "/bin/podman");
        var wait = new EngineWait(_unresponsive, _sink) { Notice = TimeSpan.FromMilliseconds(1), LimitOfUnresponsive = EngineWait.DefaultLimit };

        var answer = await wait.AskAsync(PackEngineKind.Podman, "/bin/podman", AfterNoticeAsync, CancellationToken.None);

        Assert.Equal(1, answer);
        Assert.Equal([false, true], _sink.Shown.Select(shown => shown.Completed));
        Assert.False(_unresponsive.Contains(PackEngineKind.Podman, "/bin/podman"));

        async Task<int> AfterNoticeAsync(CancellationToken cancellationToken)
        {
            while (_sink.Shown.Count == 0)
            {
                await Task.Delay(1, cancellationToken);
            }

            return 1;
        }
    }

    [Fact]
    public async Task A_caller_that_gives_up_makes_no_engine_unresponsive()
    {
        using var stop = new CancellationTokenSource();
        var wait = new EngineWait(_unresponsive, _sink);
        var asking = wait.AskAsync(PackEngineKind.Docker, "unix:///x.sock", NeverAsync, stop.Token);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        Assert.False(_unresponsive.Contains(PackEngineKind.Docker, "unix:///x.sock"));
    }

    [Fact]
    public async Task Candidates_are_asked_side_by_side()
    {
        // Each of the two answers only after the other one was asked.
        var dockerAsked = _machine.Folder["docker-asked"];
        var podmanAsked = _machine.Folder["podman-asked"];
        await using var docker = new FakeDocker(async (_, stream, cancellationToken) =>
        {
            await File.WriteAllTextAsync(dockerAsked, "", cancellationToken);
            while (!File.Exists(podmanAsked))
            {
                await Task.Delay(10, cancellationToken);
            }

            await stream.WriteAsync(Version, cancellationToken);
        });
        _machine.WithDocker(docker.SocketPath)
            .WithScript("podman", $"touch '{podmanAsked}'; while [ ! -e '{dockerAsked}' ]; do /bin/sleep 0.05; done; echo '[]'")
            .With("PATH", $"{_machine.Folder["bin"]}:/usr/bin:/bin");

        await using var found = await Locator().OpenAsync(Request, CancellationToken.None);

        Assert.Equal(PackEngineKind.Docker, found.Description.Engine);
    }

    [Fact]
    public async Task An_engine_that_does_not_answer_is_reported_once_and_another_one_is_used()
    {
        using var silent = Silent(_machine.SystemSocket);
        await using var other = new FakeDocker(FakeDocker.Json(VersionJson));
        _machine.With("XDG_RUNTIME_DIR", other.Folder);
        var locator = Locator(TimeSpan.FromSeconds(3));

        await using var first = await locator.OpenAsync(Request, CancellationToken.None);
        await using var second = await locator.OpenAsync(Request, CancellationToken.None);

        Assert.Equal([other.SocketPath, other.SocketPath], new[] { first, second }.Select(found => found.Description.Endpoint["unix://".Length..]));
        var warning = Assert.Single(_sink.Warnings);
        Assert.Contains($"docker at unix://{_machine.SystemSocket} did not answer within 3 seconds. Docker is used instead.", warning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_engine_that_did_not_answer_before_is_not_waited_for_while_another_one_answers()
    {
        using var silent = Silent(_machine.SystemSocket);
        _unresponsive.Add(PackEngineKind.Docker, "unix://" + _machine.SystemSocket);
        _machine.WithScript("podman", $"""case $2 in image) echo '[{Image}]';; *) {PodmanVersion};; esac""");

        // No limit: a search that waits for docker does not end.
        await using var found = await Locator(Timeout.InfiniteTimeSpan).OpenAsync(Request, CancellationToken.None);

        Assert.Equal(PackEngineKind.Podman, found.Description.Engine);
        Assert.Empty(_sink.Warnings);
    }

    [Fact]
    public async Task An_engine_that_answers_again_is_used_again()
    {
        await using var docker = new FakeDocker(FakeDocker.Json(VersionJson));
        _machine.WithDocker(docker.SocketPath);
        _unresponsive.Add(PackEngineKind.Docker, "unix://" + _machine.SystemSocket);

        await using var found = await Locator().OpenAsync(Request, CancellationToken.None);

        Assert.Equal(PackEngineKind.Docker, found.Description.Engine);
        Assert.False(_unresponsive.Contains(PackEngineKind.Docker, "unix://" + _machine.SystemSocket));
    }

    [Fact]
    public async Task A_chosen_docker_that_does_not_answer_fails_at_its_first_question_and_is_remembered()
    {
        using var silent = Silent(_machine.SystemSocket);
        var endpoint = "unix://" + _machine.SystemSocket;
        var request = Request with { Parameter = new EngineChoice(PackEngineKind.Docker, endpoint) };
        await using var found = await Locator(TimeSpan.FromMilliseconds(300)).OpenAsync(request, CancellationToken.None);

        var failure = await Assert.ThrowsAsync<PackException>(
            () => found.Engine.Images.ListAsync(new ImageListOptions(), CancellationToken.None));

        Assert.Equal(("DockerUnreachable", endpoint), (failure.ErrorId, failure.Target));
        Assert.True(_unresponsive.Contains(PackEngineKind.Docker, endpoint));
    }

    [Fact]
    public async Task A_mistake_in_DOCKER_HOST_is_reported_when_podman_is_used()
    {
        _machine.With("DOCKER_HOST", "unix:docker.sock").WithScript("podman", PodmanVersion);

        await using var found = await Locator().OpenAsync(Request, CancellationToken.None);

        Assert.Equal(PackEngineKind.Podman, found.Description.Engine);
        Assert.Contains("'unix:docker.sock' is neither a docker endpoint nor a docker context. Podman is used instead.", Assert.Single(_sink.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_configuration_of_docker_that_cannot_be_read_is_reported_in_whole_sentences()
    {
        _machine.WithScript("podman", PodmanVersion).Folder.File("home/.docker/config.json", "{broken");

        await using var found = await Locator().OpenAsync(Request, CancellationToken.None);

        var warning = Assert.Single(_sink.Warnings);
        Assert.EndsWith(". Podman is used instead.", warning, StringComparison.Ordinal);
        Assert.DoesNotContain("..", warning, StringComparison.Ordinal);
    }

    private const string VersionJson = """{"Version":"9.9.9","ApiVersion":"1.41","Os":"linux","Arch":"amd64"}""";

    private const string Image = """{"Id":"1111111111111111111111111111111111111111111111111111111111111111","Names":["localhost/x:latest"],"Size":1,"Created":1}""";

    private static byte[] Version => FakeDocker.Json(VersionJson);

    private EngineRequest Request => new() { Unresponsive = _unresponsive };

    private EngineLocator Locator(TimeSpan? limit = null) =>
        new(_machine.Environment, new SinkLoggerFactory(_sink)) { Sink = _sink, AnswerLimit = limit ?? EngineWait.DefaultLimit };

    private static async Task<int> NeverAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        return 0;
    }

    /// <summary>A socket that takes connections and never answers.</summary>
    private static Socket Silent(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        socket.Listen();
        return socket;
    }

    private sealed class RecordingSink : IPackSink
    {
        private readonly ConcurrentQueue<PackProgress> _progress = [];
        private readonly ConcurrentQueue<string> _warnings = [];

        public IReadOnlyCollection<string> Warnings => _warnings;

        public IReadOnlyCollection<(string Activity, string Status, bool Completed)> Shown =>
            [.. _progress.Select(progress => (progress.Activity, progress.Status, progress.Completed))];

        public void Log(PackLogLevel level, string category, string message)
        {
            if (level == PackLogLevel.Warning)
            {
                _warnings.Enqueue(message);
            }
        }

        public void Progress(PackProgress progress) => _progress.Enqueue(progress);

        public void Output(PackOutputLine line)
        {
        }
    }
}
