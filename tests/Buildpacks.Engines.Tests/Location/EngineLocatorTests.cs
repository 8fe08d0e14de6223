using Buildpacks.Engines.Location;
using Buildpacks.Testing;
using Buildpacks.Testing.Engines;
using Buildpacks.Testing.Images;

namespace Buildpacks.Engines.Tests.Location;

public sealed class EngineLocatorTests(PodmanFixture podman, DockerdFixture dockerd)
    : IClassFixture<PodmanFixture>, IClassFixture<DockerdFixture>, IDisposable
{
    private static readonly EngineChoice Podman = new(PackEngineKind.Podman);
    private static readonly EngineChoice Docker = new(PackEngineKind.Docker);

    private readonly TestMachine _machine = new();
    private readonly EngineCallLog _calls = new();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public async Task With_no_engine_at_all_the_error_lists_what_was_tried_and_what_to_do()
    {
        var failure = await Assert.ThrowsAsync<PackException>(() => OpenAsync());

        Assert.Equal(("NoEngine", PackErrorKind.Unreachable), (failure.ErrorId, failure.Kind));
        Assert.Contains("podman is not on PATH", failure.Message, StringComparison.Ordinal);
        Assert.Contains($"{_machine.SystemSocket} (default socket)", failure.Message, StringComparison.Ordinal);
        Assert.Contains(".docker/desktop/docker.sock (Docker Desktop socket)", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Install podman", failure.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal(3, failure.Message.Split(Environment.NewLine).Length);
        Assert.Empty(_calls.Calls);
    }

    [Fact]
    public async Task The_error_for_a_missing_selected_docker_does_not_recommend_podman()
    {
        var failure = await Assert.ThrowsAsync<PackException>(() => OpenAsync(new EngineRequest { Parameter = Docker }));

        Assert.Equal("NoEngine", failure.ErrorId);
        Assert.StartsWith("Start docker", failure.RecommendedAction, StringComparison.Ordinal);
        Assert.DoesNotContain("podman", failure.RecommendedAction + failure.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task The_error_for_a_broken_podman_does_not_recommend_to_install_it()
    {
        _machine.WithScript("podman", "echo 'Error: cannot do it' >&2; exit 125");

        var failure = await Assert.ThrowsAsync<PackException>(() => OpenAsync());

        Assert.DoesNotContain("Install podman", failure.RecommendedAction, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Podman_is_used_when_docker_is_absent()
    {
        WithPodman();

        var found = await OpenAsync();

        Assert.Equal((PackEngineKind.Podman, "PATH"), (found.Engine, found.Source));
        Assert.NotNull(found.Version);
        Assert.Equal([EngineOperation.Version], _calls.Operations);
    }

    [SkippableFact]
    public async Task Docker_is_used_when_podman_is_absent()
    {
        WithDocker();

        var found = await OpenAsync();

        Assert.Equal((PackEngineKind.Docker, "default socket"), (found.Engine, found.Source));
        Assert.Equal("unix://" + _machine.SystemSocket, found.Endpoint);
    }

    [SkippableFact]
    public async Task Podman_is_preferred_when_it_has_images()
    {
        WithPodman();
        WithDocker();
        await using var engine = podman.CreateEngine();
        foreach (var image in await engine.Images.ListAsync(new ImageListOptions(), CancellationToken.None))
        {
            await engine.Images.RemoveAsync(image.Id, force: true, CancellationToken.None);
        }

        Assert.Equal(PackEngineKind.Docker, (await OpenAsync()).Engine);
        Assert.Equal(PackEngineKind.Docker, (await ListAsync()).Single(found => found.Selected).Engine);

        await new TestImage { Name = "localhost/locator:1" }.LoadAsync(engine);

        Assert.Equal(PackEngineKind.Podman, (await OpenAsync()).Engine);
        Assert.Equal(PackEngineKind.Podman, (await ListAsync()).Single(found => found.Selected).Engine);
    }

    [SkippableFact]
    public async Task Docker_is_used_when_podman_does_not_work()
    {
        WithDocker();
        _machine.WithScript("podman", "echo 'Error: cannot do it' >&2; exit 125");

        Assert.Equal(PackEngineKind.Docker, (await OpenAsync()).Engine);
    }

    [Fact]
    public async Task The_reasons_of_all_engines_are_in_the_error()
    {
        _machine.WithScript("podman", "echo 'Error: cannot do it' >&2; exit 125").With("DOCKER_HOST", "tcp://127.0.0.1:1");

        var failure = await Assert.ThrowsAsync<PackException>(() => OpenAsync());

        Assert.Equal("NoEngine", failure.ErrorId);
        Assert.Contains("cannot do it", failure.Message, StringComparison.Ordinal);
        Assert.Contains("tcp://127.0.0.1:1", failure.Message, StringComparison.Ordinal);
        Assert.Contains("(DOCKER_HOST)", failure.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task The_order_is_command_session_environment_file()
    {
        WithPodman();
        WithDocker();
        _machine.WithSettings("[engine]\nkind = 'docker'");
        Assert.Equal(PackEngineKind.Docker, (await OpenAsync()).Engine);

        _machine.With("PACK_ENGINE", "Podman");
        Assert.Equal(PackEngineKind.Podman, (await OpenAsync()).Engine);

        Assert.Equal(PackEngineKind.Docker, (await OpenAsync(new EngineRequest { Session = Docker })).Engine);

        Assert.Equal(PackEngineKind.Podman, (await OpenAsync(new EngineRequest { Session = Docker, Parameter = Podman })).Engine);
    }

    [SkippableFact]
    public async Task A_chosen_engine_costs_no_call_until_it_is_used()
    {
        WithPodman();

        var found = await OpenAsync(new EngineRequest { Parameter = Podman, Observer = _calls });

        Assert.Null(found.Version);
        Assert.Empty(_calls.Calls);
    }

    [SkippableFact]
    public async Task A_chosen_engine_is_asked_when_it_is_to_be_verified()
    {
        WithDocker();

        var found = await OpenAsync(new EngineRequest { Parameter = Docker, Verify = true });

        Assert.NotNull(found.Version);
    }

    [SkippableFact]
    public async Task An_endpoint_of_the_session_is_used_when_the_command_names_only_the_engine()
    {
        dockerd.Require();
        var session = new EngineChoice(PackEngineKind.Docker, dockerd.Endpoint.OriginalString);

        var found = await OpenAsync(new EngineRequest { Parameter = Docker, Session = session, Verify = true });

        Assert.Equal((dockerd.Endpoint.OriginalString, "session"), (found.Endpoint, found.Source));
    }

    [Fact]
    public async Task An_endpoint_of_another_engine_is_not_used()
    {
        _machine.WithScript("podman", "exit 1");
        var session = new EngineChoice(PackEngineKind.Docker, "unix:///elsewhere.sock");

        var found = await OpenAsync(new EngineRequest { Parameter = Podman, Session = session });

        Assert.Equal(_machine.Folder["bin/podman"], found.Endpoint);
    }

    [Theory]
    [InlineData("session")]
    [InlineData("CONTAINER_HOST")]
    [InlineData("configuration file")]
    public async Task An_address_shown_without_its_password_selects_the_original_address(string source)
    {
        const string Address = "ssh://user:word@host:22/podman.sock";
        _machine.WithScript("podman", $"echo \"$@\" > {_machine.Folder["arguments"]}; exit 125");
        var request = new EngineRequest { Session = source == "session" ? new EngineChoice(PackEngineKind.Podman, Address) : null };
        _ = source switch
        {
            "CONTAINER_HOST" => _machine.With("CONTAINER_HOST", Address),
            "configuration file" => _machine.WithSettings($"[engine]\nkind = 'podman'\nendpoint = '{Address}'"),
            _ => _machine,
        };
        var shown = (await OpenAsync(request with { Parameter = Podman })).Endpoint;
        Assert.Equal("ssh://user:***@host:22/podman.sock", shown);

        var choice = new EngineChoice(PackEngineKind.Podman, shown);
        await Assert.ThrowsAsync<PackException>(() => OpenAsync(request with { Parameter = choice, Verify = true }));

        Assert.Contains($"--url={Address} ", await File.ReadAllTextAsync(_machine.Folder["arguments"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ssh://user@host", "DockerSshNotFound")]
    [InlineData("ssh://user:word@host", "DockerEndpointInvalid")]
    [InlineData("nonsense", "DockerEndpointInvalid")]
    [InlineData("unix:///nowhere.sock", "DockerUnreachable")]
    public async Task A_chosen_docker_endpoint_that_cannot_be_used_is_its_own_error(string endpoint, string errorId)
    {
        var choice = new EngineChoice(PackEngineKind.Docker, endpoint);

        var failure = await Assert.ThrowsAsync<PackException>(() => OpenAsync(new EngineRequest { Parameter = choice, Verify = true }));

        Assert.Equal(errorId, failure.ErrorId);
    }

    [Fact]
    public async Task A_chosen_podman_that_is_not_installed_is_its_own_error()
    {
        var failure = await Assert.ThrowsAsync<PackException>(() => OpenAsync(new EngineRequest { Parameter = Podman }));

        Assert.Equal("PodmanNotInstalled", failure.ErrorId);
    }

    [Fact]
    public async Task An_engine_that_PACK_ENGINE_misspells_is_named_unless_the_command_chose()
    {
        _machine.WithScript("podman", "exit 1").With("PACK_ENGINE", "potman");

        var failure = await Assert.ThrowsAsync<PackException>(() => OpenAsync());

        Assert.Equal(("EngineUnknown", "potman"), (failure.ErrorId, failure.Target));
        Assert.Equal(PackEngineKind.Podman, (await OpenAsync(new EngineRequest { Parameter = Podman })).Engine);
    }

    [SkippableFact]
    public async Task What_is_persisted_is_found_by_the_next_search()
    {
        WithPodman();
        dockerd.Require();
        new EngineLocator(_machine.Environment).Persist(new EngineChoice(PackEngineKind.Docker, dockerd.Endpoint.OriginalString));

        var found = await OpenAsync(new EngineRequest { Verify = true });

        Assert.Equal((dockerd.Endpoint.OriginalString, "configuration file"), (found.Endpoint, found.Source));
    }

    [SkippableFact]
    public async Task The_list_shows_every_engine_with_version_or_reason()
    {
        WithDocker();
        _machine.WithScript("podman", "echo 'Error: cannot do it' >&2; exit 125");

        var engines = await ListAsync();

        Assert.Equal([PackEngineKind.Podman, PackEngineKind.Docker], engines.Select(engine => engine.Engine));
        Assert.Equal([false, true], engines.Select(engine => engine.Available));
        Assert.Contains("cannot do it", engines[0].Reason, StringComparison.Ordinal);
        Assert.Null(engines[1].Reason);
        Assert.NotNull(engines[1].Version);
        Assert.Equal([false, true], engines.Select(engine => engine.Selected));
    }

    [Fact]
    public async Task The_list_of_a_bare_machine_says_what_is_missing()
    {
        var engines = await ListAsync();

        Assert.Equal(2, engines.Count);
        Assert.All(engines, engine => Assert.False(engine.Available || engine.Selected));
        Assert.Contains("not on PATH", engines[0].Reason, StringComparison.Ordinal);
        Assert.Contains("the socket does not exist", engines[1].Reason, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task The_list_with_detail_shows_storage_and_rights()
    {
        WithPodman();
        WithDocker();

        var engines = await new EngineLocator(_machine.Environment).ListAvailableAsync(new EngineRequest(), detail: true, CancellationToken.None);

        Assert.Equal(podman.StorageDriver, engines[0].StorageDriver);
        Assert.NotNull(engines[1].StorageDriver);
        Assert.All(engines, engine => Assert.False(engine.Rootless));
    }

    [SkippableFact]
    public async Task CONTAINER_HOST_is_shown_as_podman_s_place()
    {
        WithPodman();
        _machine.With("CONTAINER_HOST", "unix:///nowhere/podman.sock");

        var engine = (await ListAsync())[0];

        Assert.Equal(("unix:///nowhere/podman.sock", "CONTAINER_HOST", false), (engine.Endpoint, engine.Source, engine.Available));
    }

    [Theory]
    [InlineData("CONTAINER_HOST", "/nowhere/podman.sock", "--url=unix:///nowhere/podman.sock")]
    [InlineData("CONTAINER_HOST", "unix:/nowhere/podman.sock", "--url=unix:/nowhere/podman.sock")]
    [InlineData("CONTAINER_CONNECTION", "machine", "--connection=machine")]
    public async Task A_variable_of_podman_is_read_as_podman_means_it(string variable, string value, string argument)
    {
        _machine.WithScript("podman", $"echo \"$@\" > {_machine.Folder["arguments"]}; exit 125").With(variable, value);

        await Assert.ThrowsAsync<PackException>(() => OpenAsync(new EngineRequest { Parameter = Podman, Verify = true }));

        Assert.Contains(argument + " ", await File.ReadAllTextAsync(_machine.Folder["arguments"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("unix:/nowhere/podman.sock", "--url=unix:///nowhere/podman.sock")]
    [InlineData("unix:///nowhere/podman.sock", "--url=unix:///nowhere/podman.sock")]
    [InlineData("machine", "--connection=machine")]
    public async Task An_endpoint_of_podman_is_an_address_or_a_connection(string endpoint, string argument)
    {
        _machine.WithScript("podman", $"echo \"$@\" > {_machine.Folder["arguments"]}; exit 125");

        await Assert.ThrowsAsync<PackException>(() => OpenAsync(new EngineRequest { Parameter = new EngineChoice(PackEngineKind.Podman, endpoint), Verify = true }));

        Assert.Contains(argument + " ", await File.ReadAllTextAsync(_machine.Folder["arguments"]), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Contexts_and_connections_that_the_user_made_are_listed()
    {
        WithPodman();
        _machine.Folder.File("home/.docker/contexts/meta/1/meta.json", """{"Name":"build","Endpoints":{"docker":{"Host":"tcp://build:2375"}}}""");
        _machine.Folder.File("home/.docker/contexts/meta/2/meta.json", """{"Name":"cluster","Endpoints":{"kubernetes":{"Host":"https://cluster"}}}""");
        _machine.Folder.File("home/.docker/contexts/meta/3/meta.json", "not json");
        var settings = await File.ReadAllTextAsync(podman.Environment["CONTAINERS_CONF"]);
        _machine.With("CONTAINERS_CONF", _machine.Folder.File("containers.conf", settings + """
            [engine.service_destinations.machine]
            uri = "ssh://me:secret@machine:22/run/podman.sock"
            """));

        var connections = await new EngineLocator(_machine.Environment).ListConnectionsAsync(CancellationToken.None);

        Assert.Equal(
            [new EngineConnection(PackEngineKind.Docker, "build", "tcp://build:2375"), new EngineConnection(PackEngineKind.Podman, "machine", "ssh://me:***@machine:22/run/podman.sock")],
            connections);
    }

    [Fact]
    public async Task A_machine_without_docker_and_podman_has_no_connections() =>
        Assert.Empty(await new EngineLocator(_machine.Environment).ListConnectionsAsync(CancellationToken.None));

    private void WithPodman()
    {
        podman.Require();

        // podman looks for its helpers on PATH.
        var path = $"{_machine.Folder["bin"]}:/usr/bin:/bin:/usr/sbin:/sbin";
        _machine.With(podman.Environment).With("PATH", path).WithProgram("podman", podman.Executable);
    }

    private void WithDocker()
    {
        dockerd.Require();
        _machine.WithDocker(dockerd.SocketPath);
    }

    private async Task<PackEngine> OpenAsync(EngineRequest? request = null)
    {
        request ??= new EngineRequest { Observer = _calls };
        await using var located = await new EngineLocator(_machine.Environment).OpenAsync(request, CancellationToken.None);
        Assert.Equal(located.Description.Engine, located.Engine.Kind);
        return located.Description;
    }

    private Task<IReadOnlyList<PackEngine>> ListAsync() =>
        new EngineLocator(_machine.Environment).ListAvailableAsync(new EngineRequest(), detail: false, CancellationToken.None);
}
