using Buildpacks.Oci;
using Buildpacks.Reporting;
using Buildpacks.Stores;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Tests.Images;

public sealed class TagNamesTests : IPackSink
{
    private readonly List<string> _warnings = [];

    void IPackSink.Log(PackLogLevel level, string category, string message) => _warnings.Add($"{level}: {message}");

    void IPackSink.Progress(PackProgress progress)
    {
    }

    void IPackSink.Output(PackOutputLine line)
    {
    }

    [Theory]
    [InlineData("web:v2", "docker.io/library/web:v2")]
    [InlineData("example.org/web", "example.org/web:latest")]
    [InlineData(":v2", "localhost:5000/team/app:v2")]
    [InlineData(":2.0-rc", "localhost:5000/team/app:2.0-rc")]
    public void A_name_is_a_name_and_a_colon_stands_for_the_images_own_repository(string tag, string name)
    {
        Assert.Equal(name, $"{Parse(tag)}");
        Assert.Empty(_warnings);
    }

    [Fact]
    public void A_bare_word_is_a_name_with_a_warning_that_tells_both_readings()
    {
        Assert.Equal("docker.io/library/v2:latest", $"{Parse("v2")}");

        var warning = Assert.Single(_warnings);
        Assert.StartsWith("Warning: ", warning, StringComparison.Ordinal);
        Assert.Contains("docker.io/library/v2:latest", warning, StringComparison.Ordinal);
        Assert.Contains("localhost:5000/team/app:v2", warning, StringComparison.Ordinal);
        Assert.Contains("':v2'", warning, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(":")]
    [InlineData(":no/slash")]
    [InlineData(":a:b")]
    [InlineData("")]
    public void What_is_neither_is_refused(string tag) => Assert.Equal("ImageNameInvalid", Assert.Throws<PackException>(() => Parse(tag)).ErrorId);

    private ImageReference Parse(string tag) =>
        Assert.Single(TagNames.Parse(ImageReference.Parse("localhost:5000/team/app:1"), [tag], new SinkLoggerFactory(this).CreateLogger("test")));
}
