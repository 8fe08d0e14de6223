using Buildpacks.Reporting;

namespace Buildpacks.Tests.Builds;

public sealed class ReportTextTests
{
    private const string Image = "[image]\n  tags = [\"a\", \"b:2\"]\n  digest = \"sha256:1\"\n  manifest-size = 7\n";

    [Theory]
    [InlineData("", "")]
    [InlineData("[image]\n  tags = [\"/layout-repo/a\"]\n  digest = \"x\"", "")]
    [InlineData("[build]\n\n  [[build.bom]]\n    name = \"x\"\n\n[image]\r\n  tags = []\n", "[build]\n\n  [[build.bom]]\n    name = \"x\"\n\n")]
    public void The_table_of_the_image_is_written_again(string report, string before) =>
        Assert.Equal(before + Image, ReportText.WithImage(report, ["a", "b:2"], null, "sha256:1", 7));

    [Fact]
    public void What_follows_the_table_is_kept() => Assert.Equal(
        "[image]\n  tags = [\"a\"]\n  image-id = \"1\"\n[build]\nx = 1\n", ReportText.WithImage("[image]\ndigest = \"x\"\n[build]\nx = 1\n", ["a"], "1", null, null));
}
