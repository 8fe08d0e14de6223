namespace Buildpacks.Engines.Tests;

public sealed class LateCancellationTests : IDisposable
{
    private readonly CancellationTokenSource _stop = new();

    public void Dispose() => _stop.Dispose();

    [Fact]
    public async Task While_the_archive_is_written_it_comes_at_once()
    {
        using var end = new LateCancellation(_stop.Token);
        var write = end.After(async (destination, cancellationToken) =>
        {
            await _stop.CancelAsync();
            Assert.True(end.Token.IsCancellationRequested);
            await destination.WriteAsync(new byte[1], cancellationToken);
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => write(Stream.Null, end.Token));
    }

    [Fact]
    public async Task Once_the_engine_has_the_archive_it_does_not_come_at_once()
    {
        using var end = new LateCancellation(_stop.Token);
        await end.After((destination, cancellationToken) => destination.WriteAsync(new byte[1], cancellationToken).AsTask())(Stream.Null, end.Token);

        await _stop.CancelAsync();

        Assert.False(end.Token.IsCancellationRequested);
    }

    [Theory]
    [InlineData(0, 5)]
    [InlineData(100_000_000, 10)]
    [InlineData(2_000_000_000, 105)]
    public void The_larger_the_archive_the_later_it_comes(long bytes, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), LateCancellation.PatienceFor(bytes));
}
