using Buildpacks.Builds.Tests.Support;
using Buildpacks.Testing.Builders;
using Buildpacks.Testing.Registries;

namespace Buildpacks.Builds.Tests;

/// <summary>Images that come from a real registry.</summary>
public abstract class BuildPullTests(IBuildFixture fixture, RegistryFixture registry)
{
    private const string Patch = "PATCHED=yes";

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_run_image_that_is_always_pulled_is_the_one_of_the_registry(bool olderIsThere)
    {
        await using var bench = new BuildBench(fixture);
        var runImage = await PushPatchedRunImageAsync(bench);
        if (olderIsThere)
        {
            await bench.Engine.Images.TagAsync(fixture.RunImage, runImage, CancellationToken.None);
        }

        var result = await bench.BuildAsync(bench.Request with { RunImage = runImage, PullPolicy = PullPolicy.Always });

        Assert.Equal(runImage, result.RunImage);
        Assert.Contains(Patch, (await bench.Engine.Images.InspectAsync([bench.Name], CancellationToken.None))[bench.Name].Config.Config!.Env!);
    }

    [SkippableFact]
    public async Task A_builder_that_is_always_pulled_is_the_one_of_the_registry()
    {
        await using var bench = new BuildBench(fixture);
        var builder = await bench.PushAsync(registry, fixture.Builder, "builder");
        var pulled = (await bench.Engine.Images.InspectAsync([fixture.Builder], CancellationToken.None))[fixture.Builder].Id;
        await bench.Engine.Images.TagAsync(fixture.RunImage, builder, CancellationToken.None);

        await bench.BuildAsync(bench.Request with { Builder = builder, RunImage = fixture.RunImage, PullPolicy = PullPolicy.Always });

        Assert.Equal(pulled, (await bench.Engine.Images.InspectAsync([builder], CancellationToken.None))[builder].Id);
    }

    /// <summary>Puts a newer run image into the registry, and only there.</summary>
    private async Task<string> PushPatchedRunImageAsync(BuildBench bench)
    {
        var container = "patched-" + Guid.NewGuid().ToString("N")[..8];
        var patched = "test/" + container;
        await bench.ToolAsync("create", "--name", container, fixture.RunImage, "/bin/true");
        await bench.ToolAsync("commit", "--change", "ENV " + Patch, container, patched);
        await bench.ToolAsync("rm", container);
        return await bench.PushAsync(registry, patched, "run");
    }
}
