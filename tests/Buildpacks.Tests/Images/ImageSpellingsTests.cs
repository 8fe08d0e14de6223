using Buildpacks.Stores;

namespace Buildpacks.Tests.Images;

public sealed class ImageSpellingsTests
{
    [Theory]
    [InlineData("docker.io/library/web:latest", "web", "web:latest", "docker.io/library/web:latest")]
    [InlineData("web:latest", "web", "web:latest", "docker.io/library/web:latest")]
    [InlineData("localhost/web:latest", "web", "localhost/web", "web:latest")]
    [InlineData("localhost/team/web:2", "team/web:2", "localhost/team/web:2")]
    [InlineData("localhost:5000/web:latest", "localhost:5000/web", "localhost:5000/web:latest")]
    public void A_tag_is_known_under_what_people_write(string tag, params string[] others)
    {
        Assert.Equal(tag, ImageSpellings.Of(tag)[0]);
        Assert.Subset(ImageSpellings.Of(tag).ToHashSet(), others.ToHashSet());
    }

    [Theory]
    [InlineData("docker.io/library/web:latest", "web", "docker.io/library/web", "web:latest", "docker.io/library/web:latest")]
    [InlineData("web:1", "web:1", "docker.io/library/web:1")]
    [InlineData("localhost/web:latest", "localhost/web", "localhost/web:latest")]
    [InlineData("localhost/team/web:2", "localhost/team/web:2")]
    [InlineData("<none>:<none>", "<none>:<none>")]
    public void What_names_an_image_on_every_engine_begins_with_what_people_write(string tag, params string[] unmistakable) =>
        Assert.Equal(unmistakable, ImageSpellings.Unmistakable(tag));

    [Theory]
    [InlineData("<none>:<none>")]
    [InlineData("")]
    [InlineData("no name")]
    public void What_is_no_name_stays_as_it_is(string tag) => Assert.Equal([tag], ImageSpellings.Of(tag));
}
