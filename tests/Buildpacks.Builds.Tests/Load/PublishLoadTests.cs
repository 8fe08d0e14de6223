using System.Diagnostics;
using Buildpacks.Builds.Running;
using Buildpacks.Builds.Tests.Support;
using Buildpacks.Oci;
using Buildpacks.Stores;
using Buildpacks.Stores.Registry;
using Buildpacks.Testing.Builders;
using Buildpacks.Testing.Engines;
using Buildpacks.Testing.Registries;

namespace Buildpacks.Builds.Tests.Load;

/// <summary>Publishes, many at once, and publishes that are cancelled at random moments: what has a name in the registry is complete, and nothing else is left.</summary>
public abstract class PublishLoadTests(IBuildFixture fixture, RegistryFixture registry)
{
    private static readonly OciPlatform Platform = new("amd64", "linux");

    /// <summary>More than is held in memory of a layer, and different for each image.</summary>
    private static readonly string Large = new('x', 3_000_000);

    [SkippableFact]
    public async Task Publishes_at_once_are_all_complete()
    {
        await using var bench = new BuildBench(fixture);
        var request = await RequestAsync(bench);
        var clock = Stopwatch.StartNew();
        var builds = Enumerable.Range(0, LoadSettings.Published).Select(async number =>
        {
            var app = bench.Folder($"app-{number}");
            await File.WriteAllTextAsync(Path.Combine(app, "app.txt"), $"content {number} of {bench.Name}\n");
            await File.WriteAllTextAsync(Path.Combine(app, "large.txt"), number + Large);

            // Every second image is another tag of one repository.
            var repository = registry.Image(bench.Name + (number % 2 == 0 ? "" : $"-{number}"));
            return await bench.BuildAsync(request with { Path = app, ImageName = $"{repository}:{number}" });
        }).ToList();

        var results = await Task.WhenAll(builds);

        Assert.Equal(results.Length, results.Select(result => result.Digest).Distinct().Count());
        foreach (var result in results)
        {
            Assert.Equal(result.Digest, await CompleteDigestAsync(result.ImageName));
            Assert.Empty(registry.OpenUploads(ImageReference.Parse(result.ImageName).Repository));
        }

        await AssertNothingRunsAsync(bench);
        LoadReport.Add(fixture.Engine.Name, $"{results.Length} publishes at once", $"all complete, in {clock.Elapsed.TotalSeconds:0.0} s together; open uploads: none", []);
    }

    [SkippableFact]
    public async Task Publishes_that_are_cancelled_at_any_moment_publish_all_or_nothing()
    {
        await using var bench = new BuildBench(fixture);
        var moments = LoadSettings.NewRandom();
        var request = await RequestAsync(bench);
        bench.Write("large.txt", "first" + Large);
        var first = await bench.BuildAsync(request);
        bench.Write("large.txt", "second" + Large);
        var whole = (await bench.BuildAsync(request)).Duration;
        var expected = await CompleteDigestAsync(request.ImageName);
        var cleanUps = new List<TimeSpan>();
        var (finished, late) = (0, 0);
        for (var i = 0; i < LoadSettings.CancelledPublishes; i++)
        {
            bench.Write("large.txt", i + Large);
            using var stop = new CancellationTokenSource(whole * (0.2 + (0.9 * moments.NextDouble())));
            var clock = new Stopwatch();
            await using var registration = stop.Token.Register(clock.Start);
            try
            {
                expected = (await bench.BuildAsync(request, cancellationToken: stop.Token)).Digest;
                finished++;
                Assert.Equal(expected, await CompleteDigestAsync(request.ImageName));
            }
            catch (OperationCanceledException)
            {
                cleanUps.Add(clock.Elapsed);

                // The registry may have had the manifest, which comes last, when the request for it was cancelled: then the image is the new one.
                var now = await CompleteDigestAsync(request.ImageName);
                late += now == expected ? 0 : 1;
                expected = now;
            }

            await AssertNoUploadAsync(ImageReference.Parse(request.ImageName).Repository);
            await AssertNothingRunsAsync(bench);
        }

        Assert.NotNull(first.Digest);
        Assert.True(cleanUps.Count < 10 || late <= cleanUps.Count / 2, $"{late} of {cleanUps.Count}");
        LoadReport.Add(
            fixture.Engine.Name, $"{LoadSettings.CancelledPublishes} publishes cancelled", $"{finished} had finished, {late} were cancelled after their manifest was put; the name has the image of before or of after, complete; open uploads: none; left: nothing", cleanUps);
    }

    private async Task<BuildRequest> RequestAsync(BuildBench bench)
    {
        var runImage = await bench.PushAsync(registry, fixture.RunImage, "run");
        return bench.Request with { ImageName = registry.Image(bench.Name) + ":latest", RunImage = runImage, Publish = true, Credential = registry.Credential };
    }

    /// <summary>The digest of an image of which the registry has all blobs.</summary>
    private async Task<string> CompleteDigestAsync(string image)
    {
        using var client = new RegistryClient(new RegistryOptions { Credentials = KnownCredentials.For(registry.Host, registry.Credential) });
        var store = new RegistryImageStore(client);
        var name = ImageReference.Parse(image);
        var found = await store.ResolveAsync(name, Platform, CancellationToken.None);
        foreach (var blob in found.Manifest.Layers.Append(found.Manifest.Config))
        {
            Assert.True(await store.HasBlobAsync(name, blob, CancellationToken.None), $"{image} lacks {blob.Digest}");
        }

        return found.Digest;
    }

    /// <summary>The registry ends a request of an upload that was cancelled a moment after the client.</summary>
    private async Task AssertNoUploadAsync(string repository)
    {
        var clock = Stopwatch.StartNew();
        while (registry.OpenUploads(repository).Count > 0 && clock.Elapsed < Hang.Limit)
        {
            await Task.Delay(20);
        }

        Assert.Empty(registry.OpenUploads(repository));
    }

    private static async Task AssertNothingRunsAsync(BuildBench bench)
    {
        Assert.Empty(await bench.Engine.Containers.ListAsync(BuildContainer.SessionLabel, CancellationToken.None));
        Assert.Empty(bench.LeftFiles());
    }
}

[Trait("Category", "Long")]
public sealed class PodmanPublishLoadTests(BuildFixture<PodmanFixture> fixture, RegistryFixture registry)
    : PublishLoadTests(fixture, registry), IClassFixture<BuildFixture<PodmanFixture>>, IClassFixture<RegistryFixture>;

[Trait("Category", "Long")]
public sealed class DockerPublishLoadTests(BuildFixture<DockerdFixture> fixture, RegistryFixture registry)
    : PublishLoadTests(fixture, registry), IClassFixture<BuildFixture<DockerdFixture>>, IClassFixture<RegistryFixture>;
