using Buildpacks.Lifecycle.Images;
using Buildpacks.Lifecycle.Tests.Support;
using Buildpacks.Oci;

namespace Buildpacks.Lifecycle.Tests.Images;

/// <summary>The two readings of names such as <c>localhost/app</c>.</summary>
public sealed class ImageNameParserTests
{
    [Theory]
    [InlineData("registry", "localhost/app", "localhost/app/latest")]
    [InlineData("repository", "localhost/app", "index.docker.io/localhost/app/latest")]
    [InlineData("repository", "localhost/team/app:2", "index.docker.io/localhost/team/app/2")]
    [InlineData("repository", "localhost:5000/app", "localhost:5000/app/latest")]
    [InlineData("repository", "example.com/app", "example.com/app/latest")]
    [InlineData("repository", "team/app", "index.docker.io/team/app/latest")]
    [InlineData("repository", "app", "index.docker.io/library/app/latest")]
    [InlineData("repository", "localhost", "index.docker.io/library/localhost/latest")]
    public void The_path_of_a_name_depends_on_the_reading(string reading, string name, string path) =>
        Assert.Equal(path, LayoutPath.For(Parser(reading).Parse(name)));

    [Theory]
    [InlineData("registry")]
    [InlineData("repository")]
    public async Task A_build_finds_its_images_and_writes_its_image_under_the_path_of_the_reading(string reading)
    {
        using var build = new TestBuild();
        build.AddBuildpack("samples/simple", "true");
        build.Environment[ImageNameParser.Variable] = reading;
        var prefix = reading == "registry" ? "localhost" : "docker.io/localhost";
        build.WriteSparseImage(prefix + "/run", TestBuild.BaseConfig());
        string[] arguments =
            ["-layout", "-layout-dir", build.Folder["layouts"], "-run-image", "localhost/run", "-previous-image", "localhost/before", "-tag", "localhost/app:2"];
        var first = await build.CreateAsync(arguments, "localhost/app");
        Directory.Move(build.Layout(prefix + "/app").Path, Directory.CreateDirectory(build.Layout(prefix + "/before").Path).Parent!.FullName + "/moved");
        Directory.Delete(build.Layout(prefix + "/before").Path);
        Directory.Move(Path.GetDirectoryName(build.Layout(prefix + "/before").Path) + "/moved", build.Layout(prefix + "/before").Path);

        var (exitCode, log) = await build.CreateAsync(arguments, "localhost/app");

        Assert.True(first.ExitCode == 0, first.Log.Text);
        Assert.True(exitCode == 0, log.Text);
        Assert.Contains("Reused 1/1 app layer(s)", log.Lines);
        Assert.True(build.Layout(prefix + "/app").Exists);
        Assert.True(build.Layout(prefix + "/app:2").Exists);
    }

    [Fact]
    public async Task Names_of_localhost_and_of_docker_io_are_on_one_registry_where_localhost_is_a_repository()
    {
        using var build = new TestBuild();
        build.AddBuildpack("samples/simple", "true");
        build.Environment[ImageNameParser.Variable] = "repository";

        var (exitCode, log) = await build.CreateAsync("-tag", "localhost/other");

        Assert.Equal(3, exitCode);
        Assert.Contains("writing to multiple registries is unsupported", log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Localhost_is_a_repository_without_the_switch() =>
        Assert.Equal("index.docker.io/localhost/app/latest", LayoutPath.For(ImageNameParser.From(new Dictionary<string, string>()).Parse("localhost/app")));

    [Fact]
    public async Task Another_value_of_the_switch_is_refused()
    {
        using var build = new TestBuild();
        build.AddBuildpack("samples/simple", "true");
        build.Environment[ImageNameParser.Variable] = "both";

        var (exitCode, log) = await build.CreateAsync();

        Assert.Equal(3, exitCode);
        Assert.Contains("must be registry or repository", log.Text, StringComparison.Ordinal);
    }

    private static ImageNameParser Parser(string reading) => ImageNameParser.From(new Dictionary<string, string> { [ImageNameParser.Variable] = reading });
}
