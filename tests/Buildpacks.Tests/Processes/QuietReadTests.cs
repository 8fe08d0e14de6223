using Buildpacks.IO;

namespace Buildpacks.Tests.Processes;

public sealed class QuietReadTests
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(200);

    [Fact]
    public async Task A_read_that_waits_for_threads_is_not_given_up()
    {
        // The pool has work for much longer than the period, and the read needs a thread of it twice, as reads of pipes do.
        var busy = Enumerable.Range(0, 20 * Environment.ProcessorCount).Select(_ => Queued(Pause)).ToList();
        var read = Queued(() => Queued(() => 7)).Unwrap();

        Assert.Equal(7, await QuietRead.FinishAsync(read, Period, CancellationToken.None));
        await Task.WhenAll(busy);
    }

    [Fact]
    public async Task A_read_that_gets_nothing_is_the_end() =>
        Assert.Equal(0, await QuietRead.FinishAsync(new TaskCompletionSource<int>().Task, Period, CancellationToken.None));

    [Fact]
    public async Task A_wait_ends_with_its_token()
    {
        using var end = new CancellationTokenSource(Period);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => QuietRead.FinishAsync(new TaskCompletionSource<int>().Task, TimeSpan.FromHours(1), end.Token));
    }

    [Fact]
    public async Task A_failed_read_fails() =>
        await Assert.ThrowsAsync<IOException>(() => QuietRead.FinishAsync(Task.FromException<int>(new IOException("gone")), Period, CancellationToken.None));

    private static int Pause()
    {
        Thread.Sleep(Period / 4);
        return 0;
    }

    private static Task<T> Queued<T>(Func<T> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.PreferFairness, TaskScheduler.Default);
}
