using Buildpacks.Builds.Running;
using Buildpacks.Builds.Tests.Support;
using Buildpacks.Configuration;
using Buildpacks.Stores.Copies;
using Buildpacks.Testing;
using Buildpacks.Testing.Builders;
using Buildpacks.Testing.Engines;
using Buildpacks.Testing.Images;

namespace Buildpacks.Builds.Tests.Others;

/// <summary>Builds in one real engine beside another one, which may hold an image of the same name.</summary>
public abstract class OtherEngineTests(IBuildFixture fixture, EngineFixture other) : IDisposable
{
    private readonly TestFolder _folder = new("other");

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public async Task An_older_image_with_the_same_name_in_the_other_engine_causes_a_warning()
    {
        other.Require();
        await using var bench = new BuildBench(fixture);
        await using var engine = other.CreateEngine();
        await new TestImage { Name = $"docker.io/{bench.Name}:latest" }.LoadAsync(engine);
        var sink = new RecordingSink();

        var result = await BuildAsync(bench, sink);

        var warning = Assert.Single(result.Warnings);
        Assert.StartsWith($"{other.Kind} has a different image with the name '{bench.Name}'", warning, StringComparison.Ordinal);
        Assert.Contains($"Copy-PackImage {bench.Name} -From {result.Engine} -To {other.Kind}", warning, StringComparison.Ordinal);
        Assert.Contains(warning, sink.Messages(PackLogLevel.Warning));
        Assert.All(result.EngineCalls, call => Assert.Equal(fixture.Engine.Kind, call.Engine));
    }

    [SkippableFact]
    public async Task The_same_image_no_image_and_no_engine_cause_no_warning()
    {
        other.Require();
        await using var bench = new BuildBench(fixture);
        var first = await BuildAsync(bench);
        await CopyAsync(bench);

        var same = await BuildAsync(bench, folder: "fresh");
        var alone = await BuildAsync(bench, environment: EngineEnvironment.Current() with
        {
            Variables = new Dictionary<string, string> { ["DOCKER_HOST"] = "unix:///nowhere.sock" },
            SystemDockerEndpoint = "unix:///nowhere.sock",
            Home = _folder.Path,
            ConfigurationFolder = _folder.Path,
        });

        Assert.Equal(first.Id, same.Id);
        Assert.All([first, same, alone], result => Assert.Empty(result.Warnings));
    }

    [SkippableFact]
    public async Task A_changed_app_causes_a_warning_until_the_image_is_copied()
    {
        other.Require();
        await using var bench = new BuildBench(fixture);
        await BuildAsync(bench);
        await CopyAsync(bench);
        bench.Write("app.txt", $"changed in {bench.Name}\n");

        // The first build remembers for a while that podman is without the image.
        var changed = await BuildAsync(bench, folder: "fresh");
        await CopyAsync(bench);
        var copied = await BuildAsync(bench, folder: "fresh");

        Assert.Single(changed.Warnings);
        Assert.Empty(copied.Warnings);
        Assert.Equal(changed.Id, copied.Id);
    }

    [SkippableFact]
    public async Task An_engine_that_hangs_does_not_delay_the_build()
    {
        other.Require();
        await using var bench = new BuildBench(fixture);
        var podman = _folder.Script("bin/podman", "#!/bin/sh\nexec sleep 600\n");

        // Nobody takes what comes to a socket that is not listened to any more.
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var result = await BuildAsync(bench, environment: EngineEnvironment.Current() with
        {
            Variables = new Dictionary<string, string> { ["PATH"] = _folder["bin"], ["DOCKER_HOST"] = $"tcp://{listener.LocalEndpoint}" },
            Home = _folder.Path,
            ConfigurationFolder = _folder.Path,
        }).WaitAsync(Hang.Limit);

        Assert.Empty(result.Warnings);
    }

    /// <summary>Brings the image to the other engine.</summary>
    private async Task CopyAsync(BuildBench bench)
    {
        await using var source = fixture.Engine.CreateEngine();
        await using var target = other.CreateEngine();
        await Stores.Copies.ImageCopier.CopyAsync(
            new Stores.Copies.CopyRequest(Stores.Copies.CopyPlace.In(source), Stores.Copies.CopyPlace.In(target)) { Image = bench.Name, Names = [bench.Name] },
            new SilentSink(), CancellationToken.None);
    }

    /// <summary>Builds where the other engine is found as on a user's machine.</summary>
    private Task<BuildResult> BuildAsync(BuildBench bench, RecordingSink? sink = null, string folder = "absent", EngineEnvironment? environment = null) =>
        bench.BuildAsync(sink: sink, other: new OtherEngine(environment ?? OtherEngineEnvironment.Of(other, _folder), new Hints(_folder[folder])));
}
