using Buildpacks.Engines.Docker.Endpoints;

namespace Buildpacks.Engines.Tests.Docker.Endpoints;

public sealed class DockerAddressTests
{
    [Theory]
    [InlineData("unix:///var/run/docker.sock", "unix", "/var/run/docker.sock")]
    [InlineData("/var/run/docker.sock", "unix", "/var/run/docker.sock")]
    [InlineData("unix:/var/run/docker.sock", "unix", "/var/run/docker.sock")]
    [InlineData("[::1]:2375", "tcp", "/")]
    [InlineData("npipe:////./pipe/docker_engine", "npipe", "/pipe/docker_engine")]
    [InlineData("npipe://./pipe/docker_engine", "npipe", "/pipe/docker_engine")]
    [InlineData("tcp://10.0.0.1:2375", "tcp", "/")]
    [InlineData("10.0.0.1:2375", "tcp", "/")]
    [InlineData(" http://host:2375 ", "http", "/")]
    public void The_ways_to_write_an_address_are_understood(string text, string scheme, string path)
    {
        var address = DockerAddress.Parse(text);

        Assert.Equal((scheme, path), (address.Scheme, address.AbsolutePath.Length == 0 ? "/" : address.AbsolutePath));
    }

    [Theory]
    [InlineData("ssh://user:word@host", "DockerEndpointInvalid")]
    [InlineData("ssh://host?x=y", "DockerEndpointInvalid")]
    [InlineData("ftp://host", "DockerEndpointInvalid")]
    [InlineData("unix://", "DockerEndpointInvalid")]
    [InlineData("nonsense", "DockerEndpointInvalid")]
    [InlineData("unix:run/docker.sock", "DockerEndpointInvalid")]
    [InlineData("tcp:host:2375", "DockerEndpointInvalid")]
    [InlineData("http:/host:2375", "DockerEndpointInvalid")]
    [InlineData("host:", "DockerEndpointInvalid")]
    [InlineData("", "DockerEndpointInvalid")]
    public void What_cannot_be_used_is_named_with_a_next_step(string text, string errorId)
    {
        var failure = Assert.Throws<PackException>(() => DockerAddress.Parse(text));

        Assert.Equal(errorId, failure.ErrorId);
        Assert.NotNull(failure.RecommendedAction);
    }
}
