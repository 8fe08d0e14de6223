using Buildpacks.Builds.Extending;
using Buildpacks.Engines;
using Buildpacks.Oci;

namespace Buildpacks.Tests.Builds;

public class AnalyzedRunImageTests
{
    private const string Text = """
        [image]
        reference = "/layers/.layouts/example.com/app@sha256:1"

        [run-image]
        reference = "/layers/.layouts/run@sha256:2"
        image = "/layers/.layouts/run"
        extend = true

        [run-image.target]
        os = "linux"
        arch = "arm64"

        [run-image.target.distro]
        name = "debian"
        version = "12"
        """;

    [Fact]
    public void No_phase_is_asked_to_extend_the_run_image()
    {
        var analyzed = new AnalyzedRunImage(Text);

        analyzed.Settle(ImageReference.Parse("example.com/run"), ImageReference.Parse("a.invalid/run:latest"));

        Assert.Equal(
            Text.Replace("extend = true\n", "", StringComparison.Ordinal).Replace("image = \"/layers/.layouts/run\"", "image = \"example.com/run\"", StringComparison.Ordinal),
            analyzed.Text);
    }

    [Fact]
    public void Another_run_image_is_named_with_its_layout_and_its_target()
    {
        var analyzed = new AnalyzedRunImage(Text.Replace("/layers/.layouts/run@sha256:2", "example.org/other", StringComparison.Ordinal));

        analyzed.Choose(new ImageDetail
        {
            Id = "sha256:" + new string('a', 64),
            Config = new OciImageConfig
            {
                Os = "linux",
                Architecture = "amd64",
                Config = new OciContainerConfig { Labels = new Dictionary<string, string> { ["io.buildpacks.base.distro.name"] = "ubuntu", ["io.buildpacks.base.distro.version"] = "24.04" } },
            },
        });
        analyzed.Settle(ImageReference.Parse("example.org/other"), ImageReference.Parse("example.com/run:latest"));

        Assert.Contains("reference = \"/layers/.layouts/example.com/run/latest@sha256:", analyzed.Text, StringComparison.Ordinal);
        Assert.Contains("image = \"example.org/other\"", analyzed.Text, StringComparison.Ordinal);
        Assert.Contains("arch = \"amd64\"", analyzed.Text, StringComparison.Ordinal);
        Assert.Contains("name = \"ubuntu\"", analyzed.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("arm64", analyzed.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("debian", analyzed.Text, StringComparison.Ordinal);
        Assert.StartsWith("[image]", analyzed.Text, StringComparison.Ordinal);
    }
}
