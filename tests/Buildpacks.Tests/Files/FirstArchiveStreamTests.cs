using System.Formats.Tar;
using System.Text;
using Buildpacks.IO;

namespace Buildpacks.Tests.Files;

public sealed class FirstArchiveStreamTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(10_240, 7)]
    [InlineData(512, 1_000_000)]
    public async Task Archives_that_follow_each_other_are_read_one_after_the_other(int padding, int step)
    {
        using var stream = new SlowStream([.. Archive(("a", 1), ("b", 5000), ("long/" + new string('n', 300), 512)), .. new byte[padding], .. Archive(("c", 0), ("d", 3))], step);
        var first = new FirstArchiveStream(stream);

        Assert.Equal(["a 1", "b 5000", "long/" + new string('n', 300) + " 512"], await ReadAsync(first));
        await first.CopyToAsync(Stream.Null);
        Assert.Equal(["c 0", "d 3"], await ReadAsync((await first.RestAsync(CancellationToken.None))!));
    }

    [Fact]
    public async Task After_the_last_archive_there_is_nothing()
    {
        var first = new FirstArchiveStream(new MemoryStream([.. Archive(("a", 1)), .. new byte[20_480]]));

        Assert.Equal(["a 1"], await ReadAsync(first));
        await first.CopyToAsync(Stream.Null);
        Assert.Null(await first.RestAsync(CancellationToken.None));
    }

    [Fact]
    public async Task An_archive_that_is_cut_ends_where_it_was_cut()
    {
        var whole = Archive(("a", 5000));
        using var read = new MemoryStream();

        await new FirstArchiveStream(new MemoryStream(whole[..3000])).CopyToAsync(read);

        Assert.Equal(whole[..3000], read.ToArray());
    }

    private static byte[] Archive(params (string Name, int Length)[] files)
    {
        using var archive = new MemoryStream();
        using (var tar = new TarWriter(archive, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (var (name, length) in files)
            {
                tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.ASCII.GetBytes(new string('x', length))) });
            }
        }

        return archive.ToArray();
    }

    private static async Task<List<string>> ReadAsync(Stream stream)
    {
        var entries = new List<string>();
        using var tar = new TarInput(stream);
        while (await tar.NextAsync(CancellationToken.None) is { } entry)
        {
            entries.Add($"{entry.Name} {entry.Length}");
        }

        return entries;
    }

    private sealed class SlowStream(byte[] content, int step) : MemoryStream(content)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, step)], cancellationToken);
    }
}
