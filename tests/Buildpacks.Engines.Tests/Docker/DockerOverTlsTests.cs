using Buildpacks.Engines.Docker;
using Buildpacks.Engines.Docker.Endpoints;
using Buildpacks.Engines.Location;
using Buildpacks.Engines.Tests.Location;
using Buildpacks.Testing;
using Buildpacks.Engines.Tests.Contract;
using Buildpacks.Testing.Engines;
using Buildpacks.Testing.Tls;

namespace Buildpacks.Engines.Tests.Docker;

/// <summary>A daemon that speaks TLS with clients that have a certificate.</summary>
public sealed class DockerOverTlsTests(TlsDockerdFixture dockerd) : IClassFixture<TlsDockerdFixture>, IDisposable
{
    private readonly TestFolder _folder = new("tls");

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public async Task A_container_is_filled_and_run()
    {
        await using var engine = new DockerEngine(Options());

        await EngineTrip.RunContainerAsync(engine);
    }

    [SkippableFact]
    public async Task An_upload_that_is_refused_ends_with_docker_s_reason()
    {
        await using var engine = new DockerEngine(Options());

        await EngineTrip.UploadIsRefusedAsync(engine);
    }

    [SkippableFact]
    public async Task A_certificate_of_an_unknown_authority_is_refused()
    {
        var options = Options();
        using var other = new TestAuthority();
        _folder.File("client/ca.pem", other.Pem);

        var failure = await DockerQuestion.FailureAsync(options);

        Assert.Equal(("DockerTlsFailed", dockerd.TlsEndpoint.OriginalString), (failure.ErrorId, failure.Target));
        Assert.Contains("its certificate is not valid", failure.Message, StringComparison.Ordinal);
        Assert.Contains(_folder["client"], failure.RecommendedAction, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task The_certificate_is_not_checked_when_TLS_is_asked_for_without_a_check()
    {
        var options = Options() with { Tls = new DockerTls(_folder["client"], Verify: false) };
        File.Delete(_folder["client/ca.pem"]);
        await using var engine = new DockerEngine(options);

        Assert.NotNull((await engine.DescribeAsync(detail: false, CancellationToken.None)).Version);
    }

    [SkippableFact]
    public async Task A_certificate_for_another_name_is_refused()
    {
        var options = Options() with { };
        var failure = await DockerQuestion.FailureAsync(new DockerEngineOptions(new Uri($"tcp://localhost:{dockerd.TlsEndpoint.Port}")) { Tls = options.Tls });

        Assert.Equal("DockerTlsFailed", failure.ErrorId);
        Assert.Contains("another name", failure.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_client_without_a_certificate_is_told_so()
    {
        var options = Options();
        File.Delete(_folder["client/cert.pem"]);

        var failure = await DockerQuestion.FailureAsync(options);

        Assert.Equal("DockerTlsFailed", failure.ErrorId);
        Assert.Contains("does not accept the certificate of this client", failure.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_client_that_does_not_speak_TLS_is_told_to()
    {
        var failure = await DockerQuestion.FailureAsync(Options() with { Tls = null });

        Assert.Equal("DockerTlsRequired", failure.ErrorId);
        Assert.Contains("DOCKER_CERT_PATH", failure.RecommendedAction, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_server_that_does_not_speak_TLS_is_told_apart()
    {
        var options = Options();
        using var forwarder = new SocketForwarder(dockerd.SocketPath);

        var failure = await DockerQuestion.FailureAsync(new DockerEngineOptions(forwarder.Endpoint) { Tls = options.Tls });

        Assert.Equal("DockerTlsFailed", failure.ErrorId);
        Assert.Contains("does not speak TLS", failure.Message, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("cert.pem")]
    [InlineData("ca.pem")]
    public async Task A_damaged_file_is_named(string file)
    {
        var options = Options();
        _folder.File("client/" + file, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");

        var failure = await Record.ExceptionAsync(() => DockerQuestion.FailureAsync(options));

        Assert.Equal(("DockerTlsInvalid", _folder["client/" + file]), (Assert.IsType<PackException>(failure).ErrorId, ((PackException)failure).Target));
    }

    [SkippableFact]
    public async Task The_variables_of_docker_ask_for_TLS()
    {
        Options();
        using var machine = new TestMachine();
        machine.With("DOCKER_HOST", dockerd.TlsEndpoint.OriginalString).With("DOCKER_TLS_VERIFY", "1").With("DOCKER_CERT_PATH", _folder["client"]);

        Assert.True((await OpenAsync(machine, new EngineChoice(PackEngineKind.Docker))).Available);
    }

    [SkippableTheory]
    [InlineData("DOCKER_CONTEXT")]
    [InlineData("name")]
    [InlineData("address")]
    public async Task A_context_has_its_certificates(string way)
    {
        dockerd.Require();
        using var machine = new TestMachine();
        var id = DockerContexts.IdOf("secure");
        machine.Folder.File(
            $"home/.docker/contexts/meta/{id}/meta.json",
            $$$"""{"Name":"secure","Endpoints":{"docker":{"Host":"{{{dockerd.TlsEndpoint.OriginalString}}}","SkipTLSVerify":false} } }""");
        dockerd.WriteClientFiles(machine.Folder[$"home/.docker/contexts/tls/{id}/docker"]);
        if (way == "DOCKER_CONTEXT")
        {
            machine.With("DOCKER_CONTEXT", "secure");
        }

        var found = await OpenAsync(
            machine, new EngineChoice(PackEngineKind.Docker, way switch { "name" => "secure", "address" => dockerd.TlsEndpoint.OriginalString, _ => null }));

        Assert.Equal((true, dockerd.TlsEndpoint.OriginalString), (found.Available, found.Endpoint));
    }

    private static async Task<PackEngine> OpenAsync(TestMachine machine, EngineChoice choice)
    {
        await using var located = await new EngineLocator(machine.Environment).OpenAsync(
            new EngineRequest { Parameter = choice, Verify = true }, CancellationToken.None);
        return located.Description;
    }

    private DockerEngineOptions Options()
    {
        dockerd.Require();
        dockerd.WriteClientFiles(_folder["client"]);
        return new DockerEngineOptions(dockerd.TlsEndpoint) { Tls = new DockerTls(_folder["client"], Verify: true) };
    }
}
