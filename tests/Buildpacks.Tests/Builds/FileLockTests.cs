using Buildpacks.IO;
using Buildpacks.Testing;

namespace Buildpacks.Tests.Builds;

public sealed class FileLockTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Who_comes_second_waits_for_the_first()
    {
        var first = FileLock.Take(_folder["lock"]);
        var second = Task.Run(() => FileLock.Take(_folder["lock"]));
        Assert.Null(FileLock.TryTake(_folder["lock"]));
        Assert.False(second.IsCompleted);

        first.Dispose();

        (await second).Dispose();
        Assert.False(File.Exists(_folder["lock"]));
    }

    [Fact]
    public async Task A_lock_that_cannot_be_made_is_not_waited_for()
    {
        var file = _folder.File("file", "");

        await Assert.ThrowsAnyAsync<IOException>(
            () => Task.Run(() => FileLock.Take(Path.Combine(file, "lock"), patience: TimeSpan.MaxValue)).WaitAsync(Hang.Limit));
    }

    [Fact]
    public async Task Many_that_come_and_go_hold_it_one_at_a_time()
    {
        var holders = 0;
        var together = 0;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 500; i++)
            {
                if (FileLock.TryTake(_folder["lock"]) is { } taken)
                {
                    together = Math.Max(together, Interlocked.Increment(ref holders));
                    Thread.Yield();
                    Interlocked.Decrement(ref holders);
                    taken.Dispose();
                }
            }
        })));

        Assert.Equal(1, together);
    }
}
