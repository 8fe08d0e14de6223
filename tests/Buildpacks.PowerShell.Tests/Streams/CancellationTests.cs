using Buildpacks.Commands.Streams;
using Buildpacks.Commands.Tests.Sessions;
using Buildpacks.Testing;

namespace Buildpacks.Commands.Tests.Streams;

public sealed class CancellationTests : IDisposable
{
    private readonly PackSession _session = new(typeof(InvokeProbeCommand));

    public void Dispose() => _session.Dispose();

    [Fact]
    public void Ctrl_C_ends_the_work_and_waits_for_it_to_clean_up()
    {
        var cleaned = false;
        var started = false;
        Func<IPackSink, CancellationToken, Task<string>> work = async (_, cancellationToken) =>
        {
            try
            {
                started = true;
                await Task.Delay(Timeout.Infinite, cancellationToken);
                return "never";
            }
            finally
            {
                await Task.Delay(200, CancellationToken.None);
                cleaned = true;
            }
        };
        _session.Run("$global:work = $args[0]", work).Checked();

        var run = _session.Stop("Invoke-Probe $work", () => started);

        Assert.True(cleaned);
        Assert.Empty(run.Output);
        Assert.Empty(run.Errors);
    }

    [Fact]
    public async Task Work_that_is_stopped_ends_even_if_the_host_takes_nothing()
    {
        using var sink = new PipelineSink();
        var work = Task.Run(() =>
        {
            for (var line = 0; line < 100_000; line++)
            {
                sink.Output(new PackOutputLine("a line", IsError: false));
            }
        });
        var waits = await Task.WhenAny(work, Task.Delay(200)) != work;

        sink.Stop();

        await work.WaitAsync(Hang.Limit);
        Assert.True(waits);
    }

    [Fact]
    public void Ctrl_C_ends_work_that_talks_without_pause()
    {
        Func<IPackSink, CancellationToken, Task<string>> work = (sink, cancellationToken) =>
        {
            while (true)
            {
                sink.Output(new PackOutputLine("line", IsError: false));
                cancellationToken.ThrowIfCancellationRequested();
            }
        };
        _session.Run("$global:work = $args[0]", work).Checked();

        _session.Stop("Invoke-Probe $work", () => _session.Console.Shown.Length > 1000);

    }

    [Fact]
    public void A_later_cmdlet_that_wants_no_more_ends_the_work()
    {
        var items = 0;
        Func<IPackSink, CancellationToken, Task<string>> work = (_, _) => Task.FromResult($"{++items}");

        var run = _session.Run("'a','b','c' | Invoke-Probe $args[0] | ForEach-Object { $_; break }", work);

        Assert.Equal(1, items);
        Assert.Null(run.Terminated);
    }

    [Fact]
    public void A_warning_that_is_to_stop_the_cmdlet_stops_the_work()
    {
        var cancelled = false;
        Func<IPackSink, CancellationToken, Task<string>> work = async (sink, cancellationToken) =>
        {
            sink.Log(PackLogLevel.Warning, "Test", "careful");
            await Task.Delay(Timeout.Infinite, cancellationToken).ContinueWith(_ => cancelled = true, TaskScheduler.Default);
            return "never";
        };

        var run = _session.Run("Invoke-Probe $args[0] -WarningAction Stop", work);

        Assert.NotNull(run.Terminated);
        Assert.True(cancelled);
    }
}
