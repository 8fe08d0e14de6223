using Buildpacks.Builds.Planning;
using Buildpacks.Oci;

namespace Buildpacks.Tests.Builds;

public class AppImageNameTests
{
    [Theory]
    [InlineData("/src/shop", "shop")]
    [InlineData("/src/shop/", "shop")]
    [InlineData("/src/My App", "my-app")]
    [InlineData("/src/Shop.Web", "shop.web")]
    [InlineData("/src/a__b_c--d.e", "a__b_c--d.e")]
    [InlineData("/src/a..b", "a-b")]
    [InlineData("/src/_private (old)", "private-old")]
    [InlineData("/src/Café", "caf")]
    [InlineData("/src/web.ZIP", "web")]
    [InlineData("/src/web.zip.d", "web.zip.d")]
    [InlineData("/src/web.tar", "web")]
    [InlineData("/src/web.tgz", "web")]
    [InlineData("/src/web.v2.tar.gz", "web.v2")]
    public void A_name_is_made_of_the_folders(string path, string expected)
    {
        var name = AppImageName.Of(path);

        Assert.Equal(expected, name);
        Assert.True(ImageReference.TryParse(name, out _, out _));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/src/日本")]
    [InlineData("/src/.zip")]
    public void A_folder_without_a_letter_or_digit_has_no_name(string path) => Assert.Equal("", AppImageName.Of(path));
}
