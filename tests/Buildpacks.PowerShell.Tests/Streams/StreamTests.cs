using System.Diagnostics;
using System.Management.Automation;
using Buildpacks.Commands.Streams;
using Buildpacks.Commands.Tests.Sessions;
using Buildpacks.Testing;

namespace Buildpacks.Commands.Tests.Streams;

public sealed class StreamTests : IDisposable
{
    private readonly PackSession _session = new(typeof(InvokeProbeCommand));

    public void Dispose() => _session.Dispose();

    [Fact]
    public void Messages_go_to_the_stream_of_their_level()
    {
        var run = Probe("Invoke-Probe $args[0] -Verbose", sink =>
        {
            sink.Log(PackLogLevel.Debug, "Test", "debug");
            sink.Log(PackLogLevel.Verbose, "Test", "verbose");
            sink.Log(PackLogLevel.Information, "Test", "information");
            sink.Log(PackLogLevel.Warning, "Test", "warning");
        });

        Assert.Equal(["verbose"], run.Verbose);
        Assert.Equal(["warning"], run.Warnings);
        Assert.Equal(["information"], run.Information.Select(record => record.ToString()));
        Assert.Equal(["done"], run.Texts);
    }

    [Theory]
    [InlineData("-Debug", "DEBUG: Test: debug\nDEBUG: verbose\nWARNING: warning\n")]
    [InlineData("-Debug -Verbose", "DEBUG: Test: debug\nVERBOSE: verbose\nWARNING: warning\n")]
    [InlineData("-Debug:$false -Verbose", "VERBOSE: verbose\nWARNING: warning\n")]
    [InlineData("-Debug -WarningAction SilentlyContinue", "DEBUG: Test: debug\nDEBUG: verbose\n")]
    [InlineData("-Debug 3>$null", "DEBUG: Test: debug\nDEBUG: verbose\n")]
    public void Debug_asks_nothing(string switches, string expected)
    {
        var run = Probe($"Invoke-Probe $args[0] {switches}", sink =>
        {
            sink.Log(PackLogLevel.Debug, "Test", "debug");
            sink.Log(PackLogLevel.Verbose, "Test", "verbose");
            sink.Log(PackLogLevel.Warning, "Test", "warning");
        }).Checked();

        Assert.Equal(["done"], run.Texts);
        Assert.Empty(_session.Console.Questions);
        Assert.Equal(expected, _session.Console.Shown);
    }

    [Fact]
    public void Debug_leaves_warnings_to_the_preference_and_to_the_variable_of_the_caller()
    {
        Func<IPackSink, CancellationToken, Task<string>> work = Talk(sink => sink.Log(PackLogLevel.Warning, "Test", "careful"));

        Assert.Equal(["careful"], _session.Run("$null = Invoke-Probe $args[0] -Debug -WarningVariable kept; \"$kept\"", work).Checked().Texts);
        Assert.NotNull(_session.Run("& { $WarningPreference = 'Stop'; Invoke-Probe $args[0] -Debug } $args[0]", work).Terminated);
        Assert.Equal(["done"], _session.Run("& { $WarningPreference = 'SilentlyContinue'; Invoke-Probe $args[0] -Debug } $args[0]", work).Checked().Texts);
        Assert.Empty(_session.Console.Questions);
    }

    [Fact]
    public void Lifecycle_output_is_shown_by_default_and_tagged()
    {
        var run = Probe("Invoke-Probe $args[0]", sink =>
        {
            sink.Output(new PackOutputLine("===> DETECTING", IsError: false));
            sink.Output(new PackOutputLine("a warning of a buildpack", IsError: true));
        });

        Assert.Equal("===> DETECTING\na warning of a buildpack\n", _session.Console.Shown);
        Assert.All(run.Information, record => Assert.Contains("PackLifecycle", record.Tags));
        Assert.Equal([false, true], run.Information.Select(record => record.Tags.Contains("StandardError")));
    }

    [Fact]
    public void Lifecycle_output_is_redirected_by_6_and_by_the_common_parameters()
    {
        Func<IPackSink, CancellationToken, Task<string>> work = Talk(sink => sink.Output(new PackOutputLine("line", IsError: false)));

        Assert.Equal(["line", "done"], _session.Run("Invoke-Probe $args[0] 6>&1", work).Checked().Texts);
        Assert.Equal(["done"], _session.Run("Invoke-Probe $args[0] 6>$null", work).Checked().Texts);
        Assert.Equal("", _session.Console.Shown);
        Assert.Equal(["done"], _session.Run("Invoke-Probe $args[0] -InformationAction Ignore", work).Checked().Texts);
        Assert.Equal("", _session.Console.Shown);
        Assert.Equal(
            ["1 line"], _session.Run("$null = Invoke-Probe $args[0] -InformationVariable kept; \"$($kept.Count) $kept\"", work).Checked().Texts);
    }

    [Theory]
    [InlineData(false, "line")]
    [InlineData(true, "\e[36mline\e[0m")]
    public void Lifecycle_output_has_colours_where_the_console_shows_them_and_none_in_records(bool console, string expected)
    {
        _session.Console.HasColours = console;
        Func<IPackSink, CancellationToken, Task<string>> work = Talk(sink => sink.Output(new PackOutputLine("\e[36mline\e[0m", IsError: false)));

        var kept = _session.Run("$null = Invoke-Probe $args[0] -InformationVariable kept; \"$($kept[0])\"; $kept[0].MessageData.Message", work).Checked();
        Assert.Equal(["line", "line"], kept.Texts);
        Assert.Equal(expected + "\n", _session.Console.Shown);

        var redirected = _session.Run("Invoke-Probe $args[0] 6>&1 | ForEach-Object { \"$_\"; $_.MessageData.Message }", work).Checked();
        Assert.Equal(["line", "line", "done"], redirected.Texts.Where(text => text is { Length: > 0 }));
    }

    [Theory]
    [InlineData(true, null, true)]
    [InlineData(false, null, false)]
    [InlineData(true, "Host", true)]
    [InlineData(false, "Host", false)]
    [InlineData(true, "PlainText", false)]
    [InlineData(false, "Ansi", true)]
    public void Colours_follow_the_output_rendering_and_the_console(bool console, string? rendering, bool expected)
    {
        var host = new RecordingHost();
        host.Console.HasColours = console;

        Assert.Equal(expected, ShownText.HasColours(host, rendering is null ? null : new { OutputRendering = rendering }));
    }

    [Fact]
    public void Messages_keep_their_order_and_arrive_while_the_work_goes_on()
    {
        var seen = new TaskCompletionSource();
        Func<IPackSink, CancellationToken, Task<string>> work = async (sink, cancellationToken) =>
        {
            for (var line = 0; line < 20_000; line++)
            {
                sink.Output(new PackOutputLine($"{line}", IsError: false));
            }

            await seen.Task.WaitAsync(Hang.Limit, cancellationToken);
            return "done";
        };
        _ = Task.Run(async () =>
        {
            while (!_session.Console.Shown.Contains("\n19999\n", StringComparison.Ordinal))
            {
                await Task.Delay(20);
            }

            seen.SetResult();
        });

        _session.Run("Invoke-Probe $args[0]", work).Checked();

        Assert.Equal(Enumerable.Range(0, 20_000), _session.Console.Shown.Trim().Split('\n').Select(int.Parse));
    }

    [Fact]
    public void Progress_is_nested_throttled_and_completed()
    {
        var clock = Stopwatch.StartNew();
        Probe("Invoke-Probe $args[0]", sink =>
        {
            sink.Progress(new PackProgress { Id = "build", Activity = "Building" });
            clock = Stopwatch.StartNew();
            for (var done = 0; clock.ElapsedMilliseconds < 600 || Shown("Uploading") < 2; done++)
            {
                sink.Progress(new PackProgress
                {
                    Id = "upload", ParentId = "build", Activity = "Uploading", Status = "app", Current = done % 100, Total = 100,
                });
            }
        });

        var records = _session.Console.Progress.ToList();
        var parent = records.First(record => record.Activity == "Building");
        var parts = records.Where(record => record.Activity == "Uploading").ToList();
        Assert.All(parts, record => Assert.Equal(parent.ActivityId, record.ParentActivityId));
        Assert.InRange(parts.Count, 2, (clock.ElapsedMilliseconds / 150) + 3);
        Assert.Contains(parts, record => record.PercentComplete is > 0 and <= 100);
        Assert.Equal([ProgressRecordType.Completed, ProgressRecordType.Completed], records.TakeLast(2).Select(record => record.RecordType));
        Assert.Equal("Building", records[^1].Activity);
    }

    [Fact]
    public void Progress_shows_how_long_a_timed_activity_goes_on()
    {
        Probe("Invoke-Probe $args[0]", sink =>
        {
            sink.Progress(new PackProgress { Id = "build", Activity = "Building", Status = "app", IsTimed = true });
            sink.Progress(new PackProgress { Id = "upload", Activity = "Uploading", Status = "1 MB" });
            Assert.True(SpinWait.SpinUntil(() => Shown("Building") >= 3, Hang.Limit));
        });

        var records = _session.Console.Progress.Where(record => record.RecordType == ProgressRecordType.Processing).ToList();
        var times = records.Where(record => record.Activity == "Building").Select(record => record.StatusDescription).Distinct().ToList();
        Assert.Equal("app", times[0]);
        Assert.All(times.Skip(1), time => Assert.Matches(@"^app [0-9]:[0-9]{2}$", time));
        Assert.Equal(times.Order(StringComparer.Ordinal), times);
        Assert.Equal(["1 MB"], records.Where(record => record.Activity == "Uploading").Select(record => record.StatusDescription));
    }

    [Fact]
    public void Progress_is_completed_when_the_work_fails()
    {
        var run = Probe("Invoke-Probe $args[0]", sink =>
        {
            sink.Progress(new PackProgress { Id = "pull", Activity = "Pulling" });
            Thread.Sleep(300);
            throw new PackException("ProbeFailed", PackErrorKind.Failed, "no");
        });

        Assert.Equal("ProbeFailed,Buildpacks.Commands.Tests.Streams.InvokeProbeCommand", run.Failure.FullyQualifiedErrorId);
        Assert.Equal(ProgressRecordType.Completed, _session.Console.Progress.Last().RecordType);
    }

    [Fact]
    public void Progress_says_nothing_under_SilentlyContinue()
    {
        Probe("$ProgressPreference = 'SilentlyContinue'; Invoke-Probe $args[0]", sink =>
        {
            sink.Progress(new PackProgress { Id = "pull", Activity = "Pulling" });
            Thread.Sleep(300);
        });

        Assert.Empty(_session.Console.Progress);
    }

    private static Func<IPackSink, CancellationToken, Task<string>> Talk(Action<IPackSink> talk) => (sink, _) =>
    {
        talk(sink);
        return Task.FromResult("done");
    };

    private int Shown(string activity) => _session.Console.Progress.Count(record => record.Activity == activity);

    private ScriptRun Probe(string script, Action<IPackSink> talk) => _session.Run(script, Talk(talk));
}
