using Buildpacks.Builds.Phases;
using Buildpacks.Oci;

namespace Buildpacks.Tests.Builds;

public sealed class LifecycleNamesTests
{
    [Theory]
    [InlineData("localhost/web", "a.invalid/web:latest")]
    [InlineData("localhost/team/web:1", "a.invalid/team/web:1")]
    [InlineData("MYHOST/web:1", "a.invalid/web:1")]
    [InlineData("localhost:5000/web", "localhost:5000/web:latest")]
    [InlineData("[::1]:5000/web", "[::1]:5000/web:latest")]
    [InlineData("example.com/web", "example.com/web:latest")]
    [InlineData("docker.io/localhost/web", "docker.io/localhost/web:latest")]
    [InlineData("web", "docker.io/library/web:latest")]
    public void The_lifecycle_is_given_a_name_for_the_layout_that_has_one_reading(string image, string expected)
    {
        var name = LifecycleNames.ForLayout(ImageReference.Parse(image));

        Assert.Equal(expected, name.ToString());
        Assert.Single(LayoutPath.AllFor(name));
    }

    [Theory]
    [InlineData("localhost/web:1", true)]
    [InlineData("localhost:5000/web", false)]
    [InlineData("web", false)]
    public void A_daemon_may_get_a_local_image_under_another_name(string image, bool expected) =>
        Assert.Equal(expected, LifecycleNames.ChangesInDaemon(ImageReference.Parse(image)));
}
