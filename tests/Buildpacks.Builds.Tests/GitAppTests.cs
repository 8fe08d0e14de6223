using Buildpacks.Builds.Tests.Support;
using Buildpacks.Testing;
using Buildpacks.Testing.Builders;
using Buildpacks.Testing.Engines;

namespace Buildpacks.Builds.Tests;

/// <summary>Apps in git repositories.</summary>
[Collection(SharedEngines.Podman)]
public sealed class GitAppTests(BuildFixture<PodmanFixture> podman) : IDisposable
{
    private readonly TestFolder _folder = new("git");

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public async Task An_app_is_built_from_a_commit_whose_id_is_in_the_image()
    {
        await using var bench = new BuildBench(podman);
        var repository = await GitRepository.CreateAsync(_folder["web"]);
        await repository.CommitAsync("apps/app.txt", "old\n");
        var commit = await repository.CommitAsync("apps/app.txt", "from git\n");
        await repository.CommitAsync("apps/app.txt", "later\n");
        var request = bench.Request with { Path = $"git+{repository.Url}#{commit[..10]}:apps" };
        var sink = new RecordingSink();

        var first = await bench.BuildAsync(request, sink);
        var again = await bench.BuildAsync(request);

        var image = (await bench.Engine.Images.InspectAsync([bench.Name], CancellationToken.None))[bench.Name];
        Assert.Equal("from git\n", await bench.RunImageAsync("--entrypoint", "show", bench.Name));
        Assert.Equal(
            $$$"""{"source":{"type":"git","version":{"commit":"{{{commit}}}"},"metadata":{"refs":["{{{commit[..10]}}}"],"url":"{{{repository.Url}}}"}}""" + "}",
            image.Config.Config!.Labels!["io.buildpacks.project.metadata"]);
        Assert.Equal((first.Id, true), (again.Id, again.Unchanged));
        Assert.Contains("fetch", first.Phases.Select(phase => phase.Name));
        Assert.Empty(bench.LeftFiles());
    }
}
