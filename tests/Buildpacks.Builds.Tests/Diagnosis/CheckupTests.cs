using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Buildpacks.Builds.Tests.Support;
using Buildpacks.Stores;
using Buildpacks.Stores.Registry;
using Buildpacks.Testing;
using Buildpacks.Testing.Engines;

namespace Buildpacks.Builds.Tests.Diagnosis;

/// <summary>Checks of an engine that is well, on whichever engine a derived class names.</summary>
public abstract class CheckupTests(EngineFixture engine)
{
    private static readonly string[] Names =
    [
        "EngineFound", "EngineAnswers", "Version", "RootlessIds", "Storage", "ImageLoad", "ContainerStart", "Ulimits", "Cgroups", "SparseImport",
        "Volume", "Network", "DiskSpace", "TempSpace", "RegistryLogin",
    ];

    /// <summary>How long each check takes on the engine of a class: one checkup, for all its tests.</summary>
    private static readonly ConcurrentDictionary<Type, Task<Dictionary<string, TimeSpan>>> Durations = new();

    public static TheoryData<string> Interruptions => ["EngineAnswers", "ImageLoad", "ContainerStart", "SparseImport", "Volume", "Network"];

    /// <summary>The checks that do not simply pass on this engine, and how they come out.</summary>
    protected abstract IReadOnlyDictionary<string, PackEngineCheckResult> Odd { get; }

    [SkippableFact]
    public async Task All_is_well_and_nothing_is_left()
    {
        using var checkup = Create();
        var before = await HeldAsync();
        var sink = new RecordingSink();

        var checks = await checkup.RunAsync(sink);

        Assert.Equal(Names, checks.Select(check => check.Name));
        Assert.All(checks, check => Assert.True(
            check.Result == Odd.GetValueOrDefault(check.Name, PackEngineCheckResult.Passed), check.ToString()));
        Assert.All(checks, check => Assert.Equal(
            (engine.Kind, check.Result is PackEngineCheckResult.Warning or PackEngineCheckResult.Failed), (check.Engine, check.Remedy is not null)));
        Assert.All(checks, check => Assert.NotEmpty(check.Evidence));
        Assert.Equal(before, await HeldAsync());
        Assert.Empty(checkup.Markers());
        Assert.Empty(sink.Messages(PackLogLevel.Warning));
        Assert.Empty(sink.OpenActivities);
    }

    [SkippableFact]
    public async Task What_is_shown_is_what_the_engine_has()
    {
        using var checkup = Create();

        var checks = (await checkup.RunAsync()).ToDictionary(check => check.Name, check => check.Evidence);

        var description = await engine.CreateEngine().DescribeAsync(detail: true, CancellationToken.None);
        Assert.Contains(description.Version, checks["Version"], StringComparison.Ordinal);
        Assert.Contains($"{description.StorageDriver} at {description.StorePath}", checks["Storage"], StringComparison.Ordinal);
        Assert.Contains($"{description.CgroupVersion}, managed by {description.CgroupManager}", checks["Cgroups"], StringComparison.Ordinal);
        Assert.Contains(description.Runtime!, checks["Cgroups"], StringComparison.Ordinal);
        Assert.Matches(@"^Containers may have \d+ open files and (\d+|unlimited) processes\.$", checks["Ulimits"]);
        var free = double.Parse(checks["DiskSpace"].Split(' ')[0], CultureInfo.InvariantCulture) * 1e9;
        Assert.InRange(free / new DriveInfo(description.StorePath!).AvailableFreeSpace, 0.8, 1.2);
    }

    [SkippableTheory]
    [MemberData(nameof(Interruptions))]
    public async Task A_checkup_that_is_stopped_leaves_nothing(string during)
    {
        using var checkup = Create();
        var durations = await Durations.GetOrAdd(GetType(), _ => MeasureAsync(checkup));
        var before = await HeldAsync();
        using var stop = new CancellationTokenSource();
        var sink = StoppingSink(during, durations[during] / 2, stop);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => checkup.RunAsync(sink, stop.Token));

        if (checkup.Markers().Count > 0)
        {
            await using var same = engine.CreateEngine();
            await checkup.CleanAsync(same);
        }

        Assert.Equal(before, await HeldAsync());
        Assert.Empty(checkup.Markers());
    }

    [SkippableFact]
    public async Task Two_checkups_side_by_side_do_not_disturb_one_another()
    {
        using var first = Create();
        using var second = Create();
        var before = await HeldAsync();

        var checks = await Task.WhenAll(first.RunAsync(), second.RunAsync());

        Assert.All(checks.SelectMany(list => list), check => Assert.True(
            check.Result == Odd.GetValueOrDefault(check.Name, PackEngineCheckResult.Passed), check.ToString()));
        Assert.Equal(before, await HeldAsync());
    }

    /// <summary>A checkup of this engine.</summary>
    private protected virtual Checkup Create()
    {
        engine.Require();
        return new Checkup { Choice = new(engine.Kind, engine is DockerdFixture docker ? docker.Endpoint.OriginalString : ((PodmanFixture)engine).Executable) }
            .With(engine is PodmanFixture podman ? podman.Environment : new Dictionary<string, string>());
    }

    private static async Task<Dictionary<string, TimeSpan>> MeasureAsync(Checkup checkup) =>
        (await checkup.RunAsync()).ToDictionary(check => check.Name, check => check.Duration);

    /// <summary>All images, containers and volumes of the engine.</summary>
    private async Task<string> HeldAsync()
    {
        var text = new StringBuilder();
        foreach (var question in new[] { new[] { "images", "--all" }, ["ps", "--all"], ["volume", "ls"] })
        {
            text.Append((await engine.RunAsync([.. question, "--quiet"])).Checked());
        }

        return text.ToString();
    }

    /// <summary>A sink that stops a checkup a moment after a check began, at the latest when the next begins: it may be faster than it was.</summary>
    private static RecordingSink StoppingSink(string during, TimeSpan after, CancellationTokenSource stop)
    {
        var began = false;
        return new RecordingSink
        {
            OnProgress = progress =>
            {
                if (began)
                {
                    stop.Cancel();
                }
                else if (progress.Status == during)
                {
                    began = true;
                    stop.CancelAfter(after);
                }
            },
        };
    }
}
