using System.Text;
using Buildpacks.Lifecycle.Layers;
using Buildpacks.Lifecycle.Os;

namespace Buildpacks.Lifecycle.Tests.Layers;

/// <summary>The bytes of headers, which decide diffIDs: those of Go's tar library, which the reference lifecycle uses.</summary>
public sealed class TarHeaderTests
{
    private const UnixFileMode Mode = (UnixFileMode)0b100_111_101_101;

    [Fact]
    public void A_short_name_gives_one_ustar_block()
    {
        var block = Header("/layers/a/file").ToBytes(LayerArchive.FixedTime);

        Assert.Equal(512, block.Length);
        Assert.Equal("/layers/a/file", Text(block, 0, 100));
        Assert.Equal("0004755\0" + "0001750\0" + "0000012\0" + "00000000005\0" + "02263523001\0", Encoding.ASCII.GetString(block, 100, 48));
        Assert.Equal('0', (char)block[156]);
        Assert.Equal("ustar\0" + "00", Encoding.ASCII.GetString(block, 257, 8));
        Assert.Equal("0000000\0" + "0000000\0", Encoding.ASCII.GetString(block, 329, 16));
        var sum = block.Take(148).Concat(block.Skip(156)).Sum(value => value) + (8 * ' ');
        Assert.Equal(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ", Encoding.ASCII.GetString(block, 148, 8));
    }

    [Fact]
    public void A_long_name_is_parted_into_prefix_and_name()
    {
        var folder = "/layers/" + new string('f', 90);
        var name = new string('n', 60);

        var block = Header($"{folder}/{name}").ToBytes(LayerArchive.FixedTime);

        Assert.Equal(512, block.Length);
        Assert.Equal((name, folder), (Text(block, 0, 100), Text(block, 345, 155)));
    }

    [Theory]
    [InlineData("/layers/ünï", "22 path=/layers/ünï\n", "/layers/n", "/layers/PaxHeaders.0/n")]
    public void A_name_that_is_not_ascii_is_a_pax_record(string name, string record, string plain, string extended)
    {
        var bytes = Header(name).ToBytes(LayerArchive.FixedTime);

        Assert.Equal(1536, bytes.Length);
        Assert.Equal(('x', extended), ((char)bytes[156], Text(bytes, 0, 100)));
        Assert.Equal("00000000000\0", Encoding.ASCII.GetString(bytes, 136, 12));
        Assert.Equal(record, Text(bytes, 512, 512));
        Assert.Equal(plain, Text(bytes, 1024, 100));
    }

    [Fact]
    public void Long_links_and_large_numbers_are_pax_records_in_the_order_of_their_keys()
    {
        var link = "/" + new string('y', 120);
        var header = new TarHeader(TarEntryKind.Symlink, "/l", Mode, new Owner(1 << 22, 0)) { LinkName = link };

        var bytes = header.ToBytes(LayerArchive.FixedTime);

        var records = Text(bytes, 512, 512);
        Assert.Equal($"135 linkpath={link}\n15 uid=4194304\n", records);
        Assert.Equal("0000000\0", Encoding.ASCII.GetString(bytes, 1024 + 108, 8));
        Assert.Equal(link[..100], Encoding.ASCII.GetString(bytes, 1024 + 157, 100));
    }

    private static TarHeader Header(string name) => new(TarEntryKind.File, name, Mode, new Owner(1000, 10)) { Size = 5 };

    private static string Text(byte[] bytes, int offset, int length) => Encoding.UTF8.GetString(bytes, offset, length).TrimEnd('\0');
}
