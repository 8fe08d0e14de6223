using System.Text;
using System.Text.Json;
using Buildpacks.Builds.Records;
using Buildpacks.Builds.Tests.Support;
using Buildpacks.IO;
using Buildpacks.Testing;
using Buildpacks.Testing.Builders;

namespace Buildpacks.Builds.Tests;

/// <summary>What is known of a build afterwards, on whichever engine a derived class names.</summary>
public abstract class BuildLogTests(IBuildFixture fixture)
{
    private const string Secret = "s3cr3t \"value\" of the build";

    [SkippableFact]
    public async Task A_build_keeps_its_output_and_all_that_was_done()
    {
        await using var bench = new BuildBench(fixture);
        var sink = new RecordingSink();

        var result = await bench.BuildAsync(sink: sink);

        var log = result.Log!;
        Assert.Equal(sink.Lines, log.Output);
        Assert.Null(log.OutputGap);
        Assert.Equal((bench.Name, bench.App, fixture.Builder, fixture.RunImage), (log.ImageName, log.Path, log.Builder, log.RunImage));
        Assert.Equal((fixture.Engine.Kind, bench.Engine.Endpoint, ExportRoute.Layout), (log.Engine, log.Endpoint, log.ExportRoute));
        Assert.Matches(@"^\d+\.\d+", log.LifecycleVersion);
        Assert.Matches(@"^0\.\d+$", log.PlatformApi);
        Assert.Equal(result.Phases, log.Phases);
        Assert.Equal(result.EngineCalls, log.EngineCalls);
        Assert.InRange(log.Duration, result.Duration, TimeSpan.MaxValue);
    }

    [SkippableFact]
    public async Task A_failed_build_has_all_that_was_done_until_then()
    {
        await using var bench = new BuildBench(fixture);
        bench.Write("fail", "");

        var failure = await bench.FailAsync();

        var log = failure.Log!;
        Assert.Contains(new PackOutputLine("this app cannot be built", IsError: false), log.Output);
        Assert.Contains(log.Phases, phase => phase.Name == "building");
        Assert.Equal(bench.Calls.Calls, log.EngineCalls);
        Assert.NotNull(log.LifecycleVersion);
    }

    [SkippableFact]
    public async Task A_build_that_does_not_come_to_a_plan_has_a_log_too()
    {
        await using var bench = new BuildBench(fixture);

        var failure = await bench.FailAsync(bench.Request with { Builder = "test/no-such-builder", PullPolicy = PullPolicy.Never });

        Assert.Equal(("test/no-such-builder", null), (failure.Log!.Builder, failure.Log.LifecycleVersion));
        Assert.NotEmpty(failure.Log.EngineCalls);
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_value_of_the_environment_is_nowhere_in_it_although_the_buildpack_prints_it(bool fails)
    {
        await using var bench = new BuildBench(fixture);
        bench.Write("run", """
            printf '%s' "$(cat /platform/env/TOKEN_OF_MINE)" >&2
            echo; echo "https://alice:open-sesame@example.org and Authorization: Bearer abcdefghijkl"
            """);
        if (fails)
        {
            bench.Write("fail", "");
        }

        var sink = new RecordingSink();
        var request = bench.Request with { Env = ["TOKEN_OF_MINE=" + Secret] };
        var entry = fails
            ? new LogEntry(null, await bench.FailAsync(request, sink))
            : new LogEntry(await bench.BuildAsync(request, sink), null);
        var text = Encoding.UTF8.GetString(await PackLog.WriteAsync([entry], new LogVersions("1.2.3", "7.4"), sink, CancellationToken.None));

        Assert.Contains(Secret, sink.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(entry.Log!.Output, line => line.Text.Contains(Secret, StringComparison.Ordinal));
        Assert.Contains("open-sesame", sink.Text, StringComparison.Ordinal);
        foreach (var secret in new[] { Secret, JsonEncodedText.Encode(Secret).ToString(), "s3cr3t", "open-sesame", "abcdefghijkl" })
        {
            Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
        }

        Assert.Contains("env TOKEN_OF_MINE=***", text, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Much_output_is_bounded()
    {
        await using var bench = new BuildBench(fixture);
        bench.Write("run", "seq 1000000 1200000");

        var log = (await bench.BuildAsync()).Log!;

        Assert.Equal("1000000", log.Output.First(line => line.Text.StartsWith('1')).Text);
        Assert.Contains(log.Output, line => line.Text == "1200000");
        Assert.InRange(log.OutputGap!.Lines, 150_000, 201_000);
        Assert.InRange(log.Output.Sum(line => line.Text.Length), 100_000, 800_000);
    }

    [SkippableFact]
    public async Task The_file_has_what_the_page_says()
    {
        await using var bench = new BuildBench(fixture);
        var result = await bench.BuildAsync();
        bench.Write("fail", "");
        var failure = await bench.FailAsync();

        var json = await PackLog.WriteAsync([new(result, null), new(null, failure)], new LogVersions("1.2.3", "7.4"), new RecordingSink(), CancellationToken.None);

        using var document = JsonDocument.Parse(json);
        var builds = document.RootElement.GetProperty("builds").EnumerateArray().ToList();
        Assert.Equal(("buildpacks-log", 1), (document.RootElement.GetProperty("format").GetString(), document.RootElement.GetProperty("formatVersion").GetInt32()));
        Assert.Equal(["Built", "Failed"], builds.Select(build => build.GetProperty("outcome").GetString()));
        Assert.Equal(result.Id, builds[0].GetProperty("image").GetProperty("id").GetString());
        Assert.Equal("BuildpackFailed", builds[1].GetProperty("error").GetProperty("id").GetString());
        Assert.Equal(result.EngineCalls.Count, builds[0].GetProperty("engineCalls").GetArrayLength());
        Assert.Contains("making data", builds[0].GetProperty("output").EnumerateArray().Select(line => line.GetProperty("text").GetString()));

        var page = File.ReadAllText(LogPage);
        Assert.All(Paths(document.RootElement, ""), path => Assert.Contains($"| `{path}` |", page, StringComparison.Ordinal));
    }

    private static string LogPage
    {
        get
        {
            var folder = AppContext.BaseDirectory;
            while (!File.Exists(Path.Combine(folder, "Buildpacks.psd1")))
            {
                folder = Path.GetDirectoryName(folder)!;
            }

            return Path.Combine(folder, "docs", "log.md");
        }
    }

    /// <summary>The paths of all members, as the page writes them.</summary>
    private static IEnumerable<string> Paths(JsonElement element, string path) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member => Paths(member.Value, $"{path}.{member.Name}".TrimStart('.'))),
        JsonValueKind.Array when element.GetArrayLength() > 0 && element[0].ValueKind == JsonValueKind.Object =>
            element.EnumerateArray().SelectMany(item => Paths(item, path + "[]")),
        _ => [path],
    };
}
