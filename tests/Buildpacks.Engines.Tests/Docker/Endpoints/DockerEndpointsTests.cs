using System.Security.Cryptography;
using System.Text;
using Buildpacks.Engines.Docker.Endpoints;
using Buildpacks.Engines.Tests.Location;

namespace Buildpacks.Engines.Tests.Docker.Endpoints;

public sealed class DockerEndpointsTests : IDisposable
{
    private readonly TestMachine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void Without_any_word_the_default_socket_comes_before_the_user_s_sockets()
    {
        _machine.With("XDG_RUNTIME_DIR", "/run/user/1000");

        Assert.Equal(
            [
                ("unix://" + _machine.SystemSocket, "default socket"),
                ("unix:///run/user/1000/docker.sock", "rootless socket"),
                ($"unix://{_machine.Home}/.docker/run/docker.sock", "rootless socket"),
                ($"unix://{_machine.Home}/.docker/desktop/docker.sock", "Docker Desktop socket"),
            ],
            Find().Select(endpoint => (endpoint.Address, endpoint.Source)));
    }

    [Fact]
    public void DOCKER_HOST_stands_alone_and_before_a_context()
    {
        WriteContext("remote", """{"docker":{"Host":"tcp://remote:2375"}}""");
        _machine.With("DOCKER_HOST", "tcp://here:2375").With("DOCKER_CONTEXT", "remote");

        var endpoint = Assert.Single(Find());

        Assert.Equal(("tcp://here:2375", "DOCKER_HOST"), (endpoint.Address, endpoint.Source));
    }

    [Fact]
    public void DOCKER_CONTEXT_wins_over_the_current_context()
    {
        WriteContext("one", """{"docker":{"Host":"unix:///one.sock"}}""");
        WriteContext("two", """{"docker":{"Host":"unix:///two.sock"}}""");
        _machine.Folder.File("home/.docker/config.json", """{"currentContext":"one"}""");
        Assert.Equal(("unix:///one.sock", "context one"), (Find()[0].Address, Find()[0].Source));

        _machine.With("DOCKER_CONTEXT", "two");

        Assert.Equal("context two", Assert.Single(Find()).Source);
    }

    [Theory]
    [InlineData("""{"currentContext":"default"}""")]
    [InlineData("""{"currentContext":""}""")]
    [InlineData("""{"auths":{}}""")]
    [InlineData("")]
    public void A_configuration_without_a_context_leaves_the_default_socket(string configuration)
    {
        _machine.Folder.File("home/.docker/config.json", configuration);

        Assert.Equal("default socket", Find()[0].Source);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[]")]
    public void A_configuration_that_cannot_be_read_is_an_error_unless_the_docker_is_named(string configuration)
    {
        var file = _machine.Folder.File("home/.docker/config.json", configuration);

        var problem = Assert.Throws<PackException>(Assert.Single(Find()).ToUri);

        Assert.Equal(("DockerConfigurationInvalid", file), (problem.ErrorId, problem.Target));
        Assert.Contains("DOCKER_CONTEXT", problem.RecommendedAction, StringComparison.Ordinal);

        _machine.With("DOCKER_CONTEXT", "default");
        Assert.Equal("default socket", Find()[0].Source);
    }

    [Fact]
    public void A_context_that_cannot_be_read_is_named()
    {
        var file = _machine.Folder.File($"home/.docker/contexts/meta/{Id("broken")}/meta.json", "{");
        _machine.With("DOCKER_CONTEXT", "broken");

        var problem = Assert.Single(Find()).Problem!;

        Assert.Equal(("DockerConfigurationInvalid", file), (problem.ErrorId, problem.Target));
    }

    [Fact]
    public void DOCKER_CONFIG_says_where_contexts_are()
    {
        WriteContext("elsewhere", """{"docker":{"Host":"unix:///elsewhere.sock"}}""", "docker-configuration");
        _machine.With("DOCKER_CONFIG", _machine.Folder["docker-configuration"]).With("DOCKER_CONTEXT", "elsewhere");

        Assert.Equal("unix:///elsewhere.sock", Assert.Single(Find()).Address);
    }

    [Fact]
    public void A_context_that_is_not_there_is_named()
    {
        _machine.With("DOCKER_CONTEXT", "gone");

        var problem = Assert.Single(Find()).Problem!;

        Assert.Equal(("DockerContextNotFound", "gone"), (problem.ErrorId, problem.Target));
        Assert.Contains("DOCKER_CONTEXT", problem.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public void A_current_context_that_is_not_there_is_named_with_the_file_that_names_it()
    {
        var file = _machine.Folder.File("home/.docker/config.json", """{"currentContext":"gone"}""");

        var problem = Assert.Single(Find()).Problem!;

        Assert.Equal(("DockerContextNotFound", "gone"), (problem.ErrorId, problem.Target));
        Assert.Contains(file, problem.Message, StringComparison.Ordinal);
        Assert.Contains("docker context use", problem.RecommendedAction, StringComparison.Ordinal);
        Assert.DoesNotContain("DOCKER_CONTEXT", problem.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public void A_context_for_something_other_than_docker_is_named()
    {
        WriteContext("cluster", """{"kubernetes":{}}""");
        _machine.With("DOCKER_CONTEXT", "cluster");

        Assert.Contains("cluster", Assert.Single(Find()).Problem!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("false", true)]
    [InlineData("true", false)]
    public void A_context_with_certificates_wants_TLS(string skips, bool verifies)
    {
        WriteContext("secure", $$$"""{"docker":{"Host":"tcp://secure:2376","SkipTLSVerify":{{{skips}}}}}""");
        _machine.Folder.File($"home/.docker/contexts/tls/{Id("secure")}/docker/ca.pem", "x");
        _machine.With("DOCKER_CONTEXT", "secure");

        Assert.Equal(new DockerTls(_machine.Folder[$"home/.docker/contexts/tls/{Id("secure")}/docker"], verifies), Assert.Single(Find()).Tls);
    }

    [Fact]
    public void A_context_can_be_named_as_an_endpoint()
    {
        WriteContext("far", """{"docker":{"Host":"ssh://far"}}""");

        var endpoint = DockerEndpoints.Named(_machine.Environment, "far", "parameter");

        Assert.Equal(("ssh://far", "parameter"), (endpoint.Address, endpoint.Source));
        Assert.Equal(_machine.Environment.SystemDockerEndpoint, DockerEndpoints.Named(_machine.Environment, "default", "parameter").Address);
    }

    [Fact]
    public void DOCKER_TLS_VERIFY_means_TCP_endpoints_only()
    {
        var files = new DockerTls(_machine.Folder["home/.docker"], Verify: true);
        _machine.With("DOCKER_TLS_VERIFY", "1").With("DOCKER_HOST", "tcp://secure:2376");
        Assert.Equal(files, Find()[0].Tls);

        _machine.With("DOCKER_HOST", "secure:2376");
        Assert.Equal(files, Find()[0].Tls);

        _machine.With("DOCKER_CERT_PATH", _machine.Folder["certificates"]);
        Assert.Equal(files with { Folder = _machine.Folder["certificates"] }, Find()[0].Tls);

        _machine.With("DOCKER_HOST", "unix:///run/docker.sock");
        Assert.Null(Find()[0].Tls);
    }

    [Fact]
    public void DOCKER_TLS_alone_does_not_check_the_engine()
    {
        _machine.With("DOCKER_TLS", "1").With("DOCKER_HOST", "tcp://secure:2376");

        Assert.Equal(new DockerTls(_machine.Folder["home/.docker"], Verify: false), Find()[0].Tls);
    }

    [Fact]
    public void An_https_address_wants_TLS()
    {
        _machine.With("DOCKER_HOST", "https://secure:2376");

        Assert.Equal(new DockerTls(_machine.Folder["home/.docker"], Verify: true), Find()[0].Tls);
    }

    private IReadOnlyList<DockerEndpoint> Find() => DockerEndpoints.Find(_machine.Environment);

    private void WriteContext(string name, string endpoints, string folder = "home/.docker") =>
        _machine.Folder.File($"{folder}/contexts/meta/{Id(name)}/meta.json", $$"""{"Name":"{{name}}","Metadata":{},"Endpoints":{{endpoints}}}""");

    private static string Id(string name) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
}
