using Buildpacks.Testing.Images;

namespace Buildpacks.Engines.Tests.Contract;

/// <summary>
/// Streams stay streams: what goes through an adapter is never held. 128 MB by default, 1 GB and more with
/// <c>BUILDPACKS_TEST_MEGABYTES</c>; the bound is the same.
/// </summary>
public abstract class MemoryContract(EngineUnderTest subject) : EngineContract(subject)
{
    private const long Bound = 64 << 20;

    private static readonly long Size =
        (long.TryParse(Environment.GetEnvironmentVariable("BUILDPACKS_TEST_MEGABYTES"), out var megabytes) ? megabytes : 128) << 20;

    [SkippableFact]
    public async Task Loading_and_saving_a_large_image_holds_no_more_than_a_few_megabytes()
    {
        Subject.Require();
        var name = NewImageName("large");
        var image = new TestImage { Name = name, Padding = Size };

        var loading = await GrowthAsync(() => Engine.Images.LoadAsync(image.WriteArchiveAsync, null, None));
        var saving = await GrowthAsync(async () =>
        {
            await using var archive = await Engine.Images.SaveAsync([name], None);
            Assert.True(await LengthAsync(archive) > Size, "the archive is shorter than the image");
        });

        Assert.InRange(loading, long.MinValue, Bound);
        Assert.InRange(saving, long.MinValue, Bound);
    }

    [SkippableFact]
    public async Task Copying_a_large_file_in_and_out_holds_no_more_than_a_few_megabytes()
    {
        Subject.Require();
        var container = await CreateShellAsync("true");

        var copyingIn = await GrowthAsync(() => Engine.Containers.CopyToAsync(container, "/tmp", TestTar.OfLargeFile("large", Size), None));
        var copyingOut = await GrowthAsync(async () =>
        {
            await using var archive = await Engine.Containers.CopyFromAsync(container, "/tmp/large", None);
            Assert.True(await LengthAsync(archive) > Size, "the archive is shorter than the file");
        });

        Assert.InRange(copyingIn, long.MinValue, Bound);
        Assert.InRange(copyingOut, long.MinValue, Bound);
    }

    /// <summary>
    /// How many bytes more than before were in use at the worst moment. What is garbage by then is not counted: how much of that there
    /// is depends on the machine's load.
    /// </summary>
    private static async Task<long> GrowthAsync(Func<Task> act)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var peak = before;
        var running = act();
        while (!running.IsCompleted)
        {
            GC.Collect(2, GCCollectionMode.Forced, blocking: true);
            peak = Math.Max(peak, GC.GetTotalMemory(forceFullCollection: false));
            await Task.WhenAny(running, Task.Delay(50));
        }

        await running;
        return peak - before;
    }

    private static async Task<long> LengthAsync(Stream stream)
    {
        var buffer = new byte[80 * 1024];
        long length = 0;
        while (await stream.ReadAsync(buffer) is var count and > 0)
        {
            length += count;
        }

        return length;
    }
}
