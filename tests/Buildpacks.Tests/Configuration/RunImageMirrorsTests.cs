using Buildpacks.Configuration;

namespace Buildpacks.Tests.Configuration;

public sealed class RunImageMirrorsTests
{
    private static readonly PackRunImageMirror[] Configured = [new("other/run", "example.com/other"), new("docker.io/team/run:latest", "example.com/mirror")];

    [Fact]
    public void Mirrors_of_the_user_come_before_the_run_image_and_those_of_the_builder() =>
        Assert.Equal(["example.com/mirror", "team/run", "example.org/run:1"], Names(["example.org/run:1"], registry: null));

    [Fact]
    public void Names_on_the_preferred_registry_come_first() =>
        Assert.Equal(["example.org/run:1", "example.com/mirror", "team/run"], Names(["example.org/run:1"], "example.org"));

    [Fact]
    public void Names_are_kept_as_they_are_spelled_and_those_that_are_not_valid_are_left_out() =>
        Assert.Equal(
            ["example.com/mirror", "team/run", "index.docker.io/team/run:latest"], Names(["Not a name", "index.docker.io/team/run:latest", "team/run"], registry: null));

    private static IEnumerable<string> Names(string[] mirrors, string? registry) =>
        RunImageMirrors.Names("team/run", mirrors, Configured, registry).Select(name => name.Spelling);
}
