using Buildpacks.Engines.Podman;
using Buildpacks.Oci;

namespace Buildpacks.Engines.Tests.Podman;

/// <summary>Which answer belongs to which name.</summary>
public sealed class InspectedImagesTests
{
    private static readonly ImageDetail Web = Image('a', "docker.io/library/web:latest", "quay.io/team/web:2");
    private static readonly ImageDetail Api = Image('b', "localhost/api:latest");

    [Fact]
    public void Names_that_podman_called_missing_are_left_out()
    {
        var pairs = InspectedImages.Pair(
            ["web", "gone", "api", "lost:1"],
            [Web, Api],
            "error inspecting object: lost:1: image not known\nError: inspecting object: gone: image not known\n");

        Assert.Equal([("web", Web.Id), ("api", Api.Id)], pairs.Select(pair => (pair.Key, pair.Value.Id)));
    }

    [Fact]
    public void The_words_of_podman_5_are_understood_too()
    {
        var pairs = InspectedImages.Pair(["gone", "web", "lost"], [Web], "lost: image not known\nError: gone: image not known\n");

        Assert.Equal(["web"], pairs.Keys);
    }

    [Fact]
    public void A_service_s_words_are_understood_too()
    {
        var pairs = InspectedImages.Pair(
            ["gone", "web"], [Web], "Error: inspecting object: unable to inspect \"gone\": failed to find image gone: gone: image not known");

        Assert.Equal(["web"], pairs.Keys);
    }

    [Fact]
    public void Without_podman_s_words_the_answers_names_decide()
    {
        string[] asked = ["docker.io/library/gone:1", "docker.io/library/web:latest", "sha256:" + new string('c', 64), "quay.io/team/web:2", "api", "lost"];

        var pairs = InspectedImages.Pair(asked, [Web, Web, Api], "");

        Assert.Equal(["docker.io/library/web:latest", "quay.io/team/web:2", "api"], pairs.Keys);
        Assert.Equal(Api, pairs["api"]);
    }

    [Fact]
    public void Ids_and_digests_are_names_too()
    {
        var digest = "docker.io/library/web@sha256:" + new string('d', 64);
        var web = Web with { RepoDigests = [digest] };

        var pairs = InspectedImages.Pair(["gone", Web.Id, "aaaaaaaaaaaa", digest], [web, web, web], "");

        Assert.Equal([Web.Id, "aaaaaaaaaaaa", digest], pairs.Keys);
    }

    [Theory]
    [InlineData("Error: inspecting object: x: image not known", true)]
    [InlineData("error inspecting object: y: image not known\nError: inspecting object: invalid reference format", true)]
    [InlineData("Error: unable to connect to Podman socket: dial unix /x: connect: no such file or directory", false)]
    [InlineData("error inspecting object: y: image not known\nError: inspecting object: layer not readable", false)]
    [InlineData("y: layer not readable\nError: x: image not known", false)]
    [InlineData("y: image not known\nError: x: image not known\n", true)]
    [InlineData("", false)]
    public void Other_failures_are_failures(string errors, bool onlyMissing) =>
        Assert.Equal(onlyMissing, InspectedImages.OnlyMissing(errors));

    private static ImageDetail Image(char id, params string[] tags) =>
        new() { Id = "sha256:" + new string(id, 64), Tags = tags, Config = new OciImageConfig() };
}
