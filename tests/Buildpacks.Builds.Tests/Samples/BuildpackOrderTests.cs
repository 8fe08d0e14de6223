using Buildpacks.Builds.Tests.Support;
using Buildpacks.Testing.Builders;

namespace Buildpacks.Builds.Tests.Samples;

/// <summary>Builds of an app that two buildpacks of the sample builder would take, in orders that the caller names.</summary>
public abstract class BuildpackOrderTests(IBuildFixture fixture)
{
    [SkippableFact]
    public async Task The_builders_order_decides_when_nobody_else_does() =>
        Assert.Equal(["samples/shell-web"], await BuildAsync(request => request));

    [SkippableFact]
    public async Task A_list_takes_the_place_of_the_builders_order() =>
        Assert.Equal(["samples/static-site"], await BuildAsync(request => request with { Buildpacks = ["urn:cnb:builder:samples/static-site@1.0.0"] }));

    [SkippableFact]
    public async Task A_list_is_built_in_its_order() =>
        Assert.Equal(["samples/static-site", "samples/shell-web"], await BuildAsync(request => request with { Buildpacks = ["samples/static-site", "samples/shell-web"] }));

    [SkippableFact]
    public async Task The_builders_own_groups_may_stand_within_a_list() =>
        Assert.Equal(["samples/static-site", "samples/shell-web"], await BuildAsync(request => request with { Buildpacks = ["samples/static-site", "from=builder"] }));

    [SkippableFact]
    public async Task Buildpacks_go_before_and_after_the_builders_own()
    {
        Assert.Equal(["samples/static-site", "samples/shell-web"], await BuildAsync(request => request with { PreBuildpacks = ["samples/static-site"] }));
        Assert.Equal(["samples/shell-web", "samples/static-site"], await BuildAsync(request => request with { PostBuildpacks = ["samples/static-site@1.0.0"] }));
    }

    [SkippableFact]
    public async Task A_composite_buildpack_may_be_named()
    {
        await using var bench = new BuildBench(fixture);
        var request = bench.Request with { Path = Testing.Samples.SampleFiles.App("perl-app"), Buildpacks = ["samples/perl"] };

        Assert.Equal(["samples/perl-runtime", "samples/perl-app"], (await bench.BuildAsync(request)).Buildpacks.Select(buildpack => buildpack.Id));
    }

    [SkippableFact]
    public async Task An_order_makes_no_image_but_the_apps_and_costs_no_call()
    {
        await using var bench = NewBench();
        var request = bench.Request with { Buildpacks = ["samples/static-site"] };
        var usual = (await bench.BuildAsync()).EngineCalls.Count;
        await bench.BuildAsync(request);
        var before = await ImagesAsync(bench);

        var again = await bench.BuildAsync(request);

        Assert.True(again.Unchanged);
        Assert.True(again.EngineCalls.Count <= usual, string.Join(", ", again.EngineCalls.Select(call => call.Operation)));
        Assert.Equal(before, await ImagesAsync(bench));
    }

    [SkippableFact]
    public async Task A_buildpack_that_the_builder_does_not_hold_ends_the_build_before_it_begins()
    {
        await using var bench = NewBench();

        var failure = await bench.FailAsync(bench.Request with { PreBuildpacks = ["samples/gone"] });

        Assert.Equal(("BuildpackNotFound", "samples/gone"), (failure.ErrorId, failure.Target));
        Assert.Contains("samples/shell-web@1.0.0, samples/static-site@1.0.0", failure.Message, StringComparison.Ordinal);
        Assert.Empty(await bench.LeftoversAsync());
    }

    protected async Task<IEnumerable<string>> BuildAsync(Func<BuildRequest, BuildRequest> change)
    {
        await using var bench = NewBench();
        var result = await bench.BuildAsync(change(bench.Request));
        return result.Buildpacks.Select(buildpack => buildpack.Id);
    }

    private BuildBench NewBench()
    {
        var bench = new BuildBench(fixture);
        bench.Write("public/index.html", "<p>hello</p>\n");
        bench.Write("public/cgi-bin/hello.sh", "#!/bin/sh\necho hello\n");
        return bench;
    }

    private static async Task<IReadOnlyList<string>> ImagesAsync(BuildBench bench) =>
        [.. (await bench.Engine.Images.ListAsync(new(), CancellationToken.None)).Select(image => image.Id).Order(StringComparer.Ordinal)];
}
