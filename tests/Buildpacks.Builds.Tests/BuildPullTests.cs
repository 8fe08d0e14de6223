using Buildpacks.Builds.Tests.Support;
using Buildpacks.Configuration;
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

    [SkippableFact]
    public async Task The_configuration_gives_the_builder_and_the_mirror_of_its_run_image()
    {
        await using var bench = new BuildBench(fixture);
        var runImage = await PushPatchedRunImageAsync(bench);
        var builder = await bench.PushAsync(registry, fixture.Builder, "builder");
        bench.Configuration.Update(new PackConfigChange { DefaultBuilder = builder, RunImageMirrors = [new(fixture.RunImage, runImage)] });

        var result = await bench.BuildAsync(bench.Request with { Builder = null });

        // The mirror is on the builder's registry, so it comes before the run image, although the engine has that.
        Assert.Equal((builder, runImage), (result.Builder, result.RunImage));
        Assert.Contains(Patch, (await bench.Engine.Images.InspectAsync([bench.Name], CancellationToken.None))[bench.Name].Config.Config!.Env!);
    }

    [SkippableFact]
    public async Task A_mirror_that_is_out_of_reach_is_passed_over_with_a_warning()
    {
        await using var bench = new BuildBench(fixture);
        const string Builder = "127.0.0.1:9/builder:1";
        await bench.Engine.Images.TagAsync(fixture.Builder, Builder, CancellationToken.None);
        bench.Configuration.Update(new PackConfigChange { RunImageMirrors = [new(fixture.RunImage, "127.0.0.1:9/run:1")] });

        var result = await bench.BuildAsync(bench.Request with { Builder = Builder });

        Assert.Equal(fixture.RunImage, result.RunImage);
        Assert.Contains(result.Warnings, warning => warning.Contains("127.0.0.1:9/run:1", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task An_image_is_pulled_from_the_mirror_of_its_registry_and_keeps_its_name()
    {
        await using var bench = new BuildBench(fixture);
        var there = await bench.PushAsync(registry, fixture.Builder, "builder");
        var builder = there.Replace(registry.Host, "mirrored.example.com", StringComparison.Ordinal);
        bench.Configuration.Update(new PackConfigChange { RegistryMirrors = [new("mirrored.example.com", registry.Host)] });

        var result = await bench.BuildAsync(bench.Request with { Builder = builder, RunImage = fixture.RunImage });

        Assert.Equal(builder, result.Builder);
        var images = await bench.Engine.Images.InspectAsync([fixture.Builder, builder, there], CancellationToken.None);
        Assert.Equal(images[fixture.Builder].Id, images[builder].Id);
        Assert.DoesNotContain(there, images.Keys);
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
