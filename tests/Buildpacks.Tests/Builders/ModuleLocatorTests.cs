using Buildpacks.Modules;
using Buildpacks.Testing;

namespace Buildpacks.Tests.Builders;

public sealed class ModuleLocatorTests : IDisposable
{
    private readonly TestFolder _folder = new("locator");

    public ModuleLocatorTests()
    {
        _folder.Folder("samples/web");
        _folder.File("web.tgz", "");
        _folder.Folder("with space");
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("from=builder", "BuilderOrder", "from=builder")]
    [InlineData("urn:cnb:builder", "BuilderOrder", "urn:cnb:builder")]
    [InlineData("urn:cnb:builder:samples/web@1.0.0", "InBuilder", "samples/web@1.0.0")]
    [InlineData("from=builder:samples/web", "InBuilder", "samples/web")]
    [InlineData("urn:cnb:registry:samples/web@1.0.0", "Registry", "samples/web@1.0.0")]
    [InlineData("https://example.org/web.tgz", "Url", "https://example.org/web.tgz")]
    [InlineData("docker://example.org/web:1", "Image", "example.org/web:1")]
    [InlineData("docker:/web", "Image", "web")]
    [InlineData("registry:example.org/web", "RegistryImage", "example.org/web")]
    [InlineData("samples/other@2", "Name", "samples/other@2")]
    [InlineData("example.org:5000/web", "Name", "example.org:5000/web")]
    public void What_is_written_says_what_kind_of_place_it_is(string text, string kind, string value)
    {
        var locator = ModuleLocator.Parse(text, _folder.Path);

        Assert.Equal((kind, value, text), (locator.Kind.ToString(), locator.Value, locator.Text));
    }

    [UnixTheory]
    [InlineData("samples/web", "samples/web")]
    [InlineData("./samples/web/", "samples/web/")]
    [InlineData("samples/../web.tgz", "web.tgz")]
    [InlineData("with space", "with space")]
    [InlineData("oci:samples/web", "samples/web")]
    [InlineData("file://{0}/with%20space", "with space")]
    [InlineData("{0}/web.tgz", "web.tgz")]
    [InlineData("file:{0}/web.tgz", "web.tgz")]
    [InlineData("file://localhost{0}/web.tgz", "web.tgz")]
    [InlineData("file:web.tgz", "web.tgz")]
    [InlineData("file:samples/../web.tgz", "web.tgz")]
    public void A_path_that_exists_goes_before_every_name(string text, string path)
    {
        var locator = ModuleLocator.Parse(text.Replace("{0}", _folder.Path, StringComparison.Ordinal), _folder.Path);

        Assert.Equal((ModuleLocatorKind.Path, _folder[path]), (locator.Kind, locator.Value));
    }

    [UnixTheory]
    [InlineData("./gone")]
    [InlineData("../gone")]
    [InlineData("/gone")]
    [InlineData("~/gone-from-home")]
    [InlineData("gone.cnb")]
    [InlineData("sub/gone.tar.gz")]
    [InlineData("file:///gone")]
    [InlineData("oci:gone")]
    [InlineData("docker-archive:gone")]
    public void A_path_that_does_not_exist_is_an_error_that_names_it(string text)
    {
        var failure = Assert.Throws<PackException>(() => ModuleLocator.Parse(text, _folder.Path));

        Assert.Equal(("BuildpackNotFound", PackErrorKind.NotFound, text), (failure.ErrorId, failure.Kind, failure.Target));
        Assert.Contains("gone", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ftp://example.org/web.tgz")]
    [InlineData("http://")]
    [InlineData("https://example.org/web.tgz#sha256=1")]
    [InlineData("urn:cnb:other:a/b")]
    [InlineData("docker://")]
    [InlineData("docker://UPPER CASE")]
    [InlineData("file:")]
    [InlineData("a b")]
    [InlineData("a\0b")]
    public void What_names_nothing_is_refused(string text)
    {
        var failure = Assert.Throws<PackException>(() => ModuleLocator.Parse(text, _folder.Path));

        Assert.Equal(("BuildpackInvalid", text), (failure.ErrorId, failure.Target));
        Assert.NotEmpty(failure.RecommendedAction!);
    }

    [UnixFact]
    public void A_file_address_of_another_machine_is_refused()
    {
        var failure = Assert.Throws<PackException>(() => ModuleLocator.Parse("file://web.tgz", _folder.Path));

        Assert.Equal("BuildpackInvalid", failure.ErrorId);
        Assert.Equal("'file://web.tgz' does not name a path of this machine.", failure.Message);
    }

    [Fact]
    public void Advice_about_a_prefix_has_this_prefix() =>
        Assert.Contains("urn:cnb:registry:", Assert.Throws<PackException>(() => ModuleLocator.Parse("urn:cnb:registry:", _folder.Path)).RecommendedAction, StringComparison.Ordinal);

    [Theory]
    [InlineData("web", false)]
    [InlineData("samples/web", false)]
    [InlineData("samples/web@1.0.0", false)]
    [InlineData("example.org/web", false)]
    [InlineData("samples/web:1", true)]
    [InlineData("localhost:5000/web", true)]
    [InlineData("ghcr.io/samples/web", true)]
    [InlineData("ghcr.io/samples/web@sha256:0000000000000000000000000000000000000000000000000000000000000000", true)]
    public void A_bare_word_is_an_image_when_it_cannot_be_an_id(string text, bool isImage) =>
        Assert.Equal(isImage, ModuleLocator.Parse(text, _folder.Path).AsImage() is not null);
}
