using Buildpacks.Testing;
using Buildpacks.Testing.Engines;
using Buildpacks.Testing.Images;
using Buildpacks.Testing.Processes;

namespace Buildpacks.Engines.Tests.Fixtures;

/// <summary>The engines that the other tests stand on work, and hold the images that the tests make.</summary>
public abstract class EngineFixtureTests(EngineFixture fixture)
{
    [SkippableFact]
    public async Task An_image_made_from_busybox_loads_and_runs()
    {
        fixture.Require();
        Requirement.Meet(TestImage.Unavailable);
        var image = new TestImage { Name = "localhost/fixture:1", Files = new Dictionary<string, string> { ["/hello"] = "hello\n" } };
        using var folder = new TestFolder("image");
        await using (var archive = File.Create(folder["image.tar"]))
        {
            await image.WriteArchiveAsync(archive, CancellationToken.None);
        }

        (await fixture.RunAsync("load", "--input", folder["image.tar"])).Checked();
        var run = await fixture.RunAsync("run", "--rm", "--network", "none", "localhost/fixture:1", "cat", "/hello");

        Assert.Equal(new ToolResult(0, "hello\n", ""), run);
    }

    public sealed class Podman(PodmanFixture fixture) : EngineFixtureTests(fixture), IClassFixture<PodmanFixture>;

    public sealed class RootlessPodman(RootlessPodmanFixture fixture) : EngineFixtureTests(fixture), IClassFixture<RootlessPodmanFixture>;

    public sealed class Dockerd(DockerdFixture fixture) : EngineFixtureTests(fixture), IClassFixture<DockerdFixture>;
}
