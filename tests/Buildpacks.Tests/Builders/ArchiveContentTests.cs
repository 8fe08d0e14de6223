using System.Formats.Tar;
using Buildpacks.IO;
using Buildpacks.Modules;
using Buildpacks.Testing;

namespace Buildpacks.Tests.Builders;

public sealed class ArchiveContentTests : IDisposable
{
    private readonly TestFolder _folder = new("archive");

    public void Dispose() => _folder.Dispose();

    [UnixFact]
    public async Task Entries_are_read_from_plain_and_compressed_archives()
    {
        var tar = new TarFile().Folder("./bin/").Text("./bin/build", "#!/bin/sh", executable: true).Link("bin/other", "build")
            .HardLink("bin/again", "./bin/build").Link("up", "bin/../bin/build").Text("empty", "");

        foreach (var path in new[] { tar.Save(_folder["a.tar"]), tar.SaveCompressed(_folder["a.tgz"]) })
        {
            Assert.Equal(
                ["Folder bin", "File* bin/build 9", "SymbolicLink bin/other build", "HardLink bin/again bin/build", "SymbolicLink up bin/../bin/build", "File empty 0"],
                await ReadAsync(path));
        }
    }

    [Fact]
    public async Task Entries_that_are_named_from_the_root_are_read_without_it()
    {
        var tar = new TarFile().Folder("/").Folder("/bin").Text("/bin/build", "x").HardLink("/bin/again", "/bin/build").Text("//two", "x");

        Assert.Equal(["Folder bin", "File bin/build 1", "HardLink bin/again bin/build", "File two 1"], await ReadAsync(tar.Save(_folder["a.tar"])));
    }

    public static TheoryData<string, string> HostileEntries => new()
    {
        { "file ../evil", "its entry '../evil' points outside" },
        { "file a/../../evil", "its entry 'a/../../evil' points outside" },
        { "file a/..", "its entry 'a/..' points outside" },
        { "file /../etc/passwd", "its entry '/../etc/passwd' points outside" },
        { "folder ../evil", "its entry '../evil' points outside" },
        { "link a ../../etc", "its link 'a' points outside, to '../../etc'" },
        { "link a ..", "its link 'a' points outside, to '..'" },
        { "link a b/../../c", "its link 'a' points outside" },
        { "link a /etc/passwd", "its link 'a' points outside, to '/etc/passwd'" },
        { "hard a ../../etc/passwd", "its link 'a' leads to '../../etc/passwd'" },
        { "hard a /etc/passwd", "its link 'a' leads to '/etc/passwd'" },
        { "file a,file /a", "its entry '/a' occurs twice" },
        { "hard a not-there", "its link 'a' leads to 'not-there'" },
        { "folder d,hard a d", "its link 'a' leads to 'd'" },
        { "file a,file a", "its entry 'a' occurs twice" },
        { "file a,file ./a", "its entry './a' occurs twice" },
        { "link a b,file a/c", "its entry 'a/c' goes through 'a'" },
        { "file a/b,link a c", "its entry 'a' occurs twice" },
        { "file a,file a/b/c", "its entry 'a/b/c' goes through 'a'" },
        { "fifo a", "its entry 'a' is a Fifo" },
        { "device a", "its entry 'a' is a CharacterDevice" },
    };

    [Theory]
    [MemberData(nameof(HostileEntries))]
    public async Task An_entry_that_has_no_place_is_refused_by_name(string entries, string expected)
    {
        var tar = new TarFile();
        foreach (var parts in entries.Split(',').Select(entry => entry.Split(' ')))
        {
            tar = parts switch
            {
                ["file", var name] => tar.Text(name, "x"),
                ["folder", var name] => tar.Folder(name),
                ["link", var name, var target] => tar.Link(name, target),
                ["hard", var name, var target] => tar.HardLink(name, target),
                ["fifo", var name] => tar.Add(new PaxTarEntry(TarEntryType.Fifo, name)),
                [_, var name] => tar.Add(new PaxTarEntry(TarEntryType.CharacterDevice, name)),
                _ => throw new ArgumentException(entries),
            };
        }

        var failure = await Assert.ThrowsAsync<PackException>(() => ReadAsync(tar.Save(_folder["evil.tar"])));

        Assert.Equal("TestArchiveInvalid", failure.ErrorId);
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
        Assert.Contains("evil.tar", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_archive_is_refused()
    {
        var noise = Enumerable.Range(0, 4096).Select(i => (byte)(i * 7 + 1)).ToArray();
        await File.WriteAllBytesAsync(_folder["noise.tar"], noise);
        await File.WriteAllBytesAsync(_folder["noise.tgz"], [0x1f, 0x8b, .. noise]);

        foreach (var name in new[] { "noise.tar", "noise.tgz" })
        {
            var failure = await Assert.ThrowsAsync<PackException>(() => ReadAsync(_folder[name]));
            Assert.Equal("TestArchiveInvalid", failure.ErrorId);
            Assert.Contains(name, failure.Message, StringComparison.Ordinal);
            Assert.Contains("it is not a tar, zip or gzip archive, or it is damaged or incomplete", failure.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("a.tar")]
    [InlineData("a.tgz")]
    public async Task An_archive_that_ends_early_is_refused(string name)
    {
        var tar = new TarFile().Bytes("big", Enumerable.Range(0, 300_000).Select(i => (byte)(i * i)).ToArray());
        var whole = await File.ReadAllBytesAsync(name.EndsWith("gz", StringComparison.Ordinal) ? tar.SaveCompressed(_folder["w"]) : tar.Save(_folder["w"]));
        await File.WriteAllBytesAsync(_folder[name], whole[..(whole.Length / 2)]);

        // The content's end is found when it is read; whoever reads it turns that into a failure of the archive.
        await Assert.ThrowsAnyAsync<Exception>(() => ReadAsync(_folder[name], readContent: true));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(6)]
    [InlineData(8)]
    [InlineData(9)]
    public async Task A_compressed_archive_without_its_last_bytes_is_refused(int missing)
    {
        var whole = await File.ReadAllBytesAsync(new TarFile().Text("a", "text").SaveCompressed(_folder["w"]));
        await File.WriteAllBytesAsync(_folder["a.tgz"], whole[..^missing]);

        await RefusedAsDamagedAsync();
    }

    [Theory]
    [InlineData(8)]
    [InlineData(1)]
    public async Task A_compressed_archive_with_a_changed_checksum_is_refused(int place)
    {
        var bytes = await File.ReadAllBytesAsync(new TarFile().Text("a", "text").SaveCompressed(_folder["w"]));
        bytes[^place] ^= 1;
        await File.WriteAllBytesAsync(_folder["a.tgz"], bytes);

        await RefusedAsDamagedAsync();
    }

    [Fact]
    public async Task A_compressed_archive_with_a_changed_byte_is_refused()
    {
        // Not compressed within gzip, so that the tar itself stays valid and only the checksum tells.
        await using (var file = File.Create(_folder["w"]))
        await using (var gzip = new System.IO.Compression.GZipStream(file, System.IO.Compression.CompressionLevel.NoCompression))
        {
            gzip.Write(new TarFile().Text("a", "some text").ToBytes());
        }

        var bytes = await File.ReadAllBytesAsync(_folder["w"]);
        bytes[bytes.AsSpan().IndexOf("some text"u8)] ^= 1;
        await File.WriteAllBytesAsync(_folder["a.tgz"], bytes);

        await RefusedAsDamagedAsync();
    }

    [Fact]
    public async Task What_follows_a_compressed_archive_does_not_matter()
    {
        var tar = new TarFile().Text("a", "text");
        var whole = await File.ReadAllBytesAsync(tar.SaveCompressed(_folder["w"]));
        await File.WriteAllBytesAsync(_folder["padded.tgz"], [.. whole, .. new byte[20_000]]);
        await File.WriteAllBytesAsync(_folder["two.tgz"], [.. whole, .. whole]);

        Assert.Equal(["File a 4"], await ReadAsync(_folder["padded.tgz"], readContent: true));
        Assert.Equal(["File a 4"], await ReadAsync(_folder["two.tgz"], readContent: true));
    }

    [Fact]
    public async Task A_compressed_archive_that_is_followed_by_no_end_is_refused()
    {
        await using (var file = File.Create(_folder["a.tgz"]))
        await using (var gzip = new System.IO.Compression.GZipStream(file, System.IO.Compression.CompressionLevel.Fastest))
        {
            gzip.Write(new TarFile().Text("a", "text").ToBytes());
            gzip.Write(new byte[80 * 1024 * 1024]);
        }

        var failure = await Assert.ThrowsAsync<PackException>(() => ReadAsync(_folder["a.tgz"]));

        Assert.Contains("behind its end", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_without_end_are_refused()
    {
        // Each entry brings two thousand folders of its own.
        var path = _folder["names.tar"];
        await using (var file = File.Create(path))
        await using (var tar = new TarWriter(file))
        {
            var deep = string.Concat(Enumerable.Repeat("d/", 2000));
            for (var i = 0; i < 20; i++)
            {
                await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.Directory, $"{i}/{deep}"));
            }
        }

        var failure = await Assert.ThrowsAsync<PackException>(() => ReadAsync(path));

        Assert.Equal("TestArchiveInvalid", failure.ErrorId);
        Assert.Contains("too many names", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_compressed_archive_that_unpacks_to_no_end_is_refused()
    {
        // A few kilobytes that say they are nine gigabytes.
        var path = _folder["bomb.tgz"];
        await using (var file = File.Create(path))
        await using (var gzip = new System.IO.Compression.GZipStream(file, System.IO.Compression.CompressionLevel.SmallestSize))
        {
            var tar = new TarFile().Text("bomb", "x").ToBytes();
            var header = tar.AsSpan(tar.AsSpan().IndexOf("bomb\0"u8), 512);
            "\u0080\0\0\0\0\0\0\u0002\u0040\0\0\0"u8[1..].CopyTo(header[124..]);
            header[124] = 0x80;
            Buildpacks.Testing.Fuzzing.TarMutator.Checksum(header);
            gzip.Write(tar);
        }

        var failure = await Assert.ThrowsAsync<PackException>(() => ReadAsync(path));

        Assert.Equal("TestArchiveInvalid", failure.ErrorId);
        Assert.Contains("more than 8 GB", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_of_a_layer_is_read_as_if_it_were_the_root()
    {
        var layer = new TarFile().Folder("/cnb/buildpacks/a/").Folder("/cnb/buildpacks/a/1/").Text("/cnb/buildpacks/a/1/buildpack.toml", "x")
            .Text("/cnb/buildpacks/a/10/buildpack.toml", "other").HardLink("/cnb/buildpacks/a/1/again", "/cnb/buildpacks/a/1/buildpack.toml");
        var path = layer.Save(_folder["layer.tar"]);
        var content = new ArchiveContent("layer", _ => Task.FromResult<Stream>(File.OpenRead(path)), "TestArchiveInvalid", "cnb/buildpacks/a/1");

        Assert.Equal(["File buildpack.toml 1", "HardLink again buildpack.toml"], await ReadAsync(content, readContent: false));
    }

    [Theory]
    [InlineData("a", "b", true)]
    [InlineData("a", "./b/../c", true)]
    [InlineData("a/b", "../c", true)]
    [InlineData("a/b/c", "../../d", true)]
    [InlineData("a/b/c", "../../../d", false)]
    [InlineData("a", "..", false)]
    [InlineData("a", "b/../../a", false)]
    [InlineData("a", "/b", false)]
    [InlineData("a", "", false)]
    public void Links_stay_inside(string path, string target, bool inside) => Assert.Equal(inside, ContentPath.StaysInside(path, target));

    private async Task RefusedAsDamagedAsync()
    {
        var failure = await Assert.ThrowsAsync<PackException>(() => ReadAsync(_folder["a.tgz"], readContent: true));

        Assert.Equal("TestArchiveInvalid", failure.ErrorId);
        Assert.Contains("is damaged or incomplete", failure.Message, StringComparison.Ordinal);
        Assert.NotEmpty(failure.RecommendedAction!);
    }

    private static Task<List<string>> ReadAsync(string path, bool readContent = false) =>
        ReadAsync(ArchiveContent.OfFile(path, "TestArchiveInvalid"), readContent);

    private static async Task<List<string>> ReadAsync(ArchiveContent content, bool readContent)
    {
        var lines = new List<string>();
        await foreach (var entry in content.ReadAsync(CancellationToken.None))
        {
            var detail = entry.Kind is ContentEntryKind.File ? $"{entry.Content.Length}" : entry.Target;
            lines.Add($"{entry.Kind}{(entry is { Kind: ContentEntryKind.File, IsExecutable: true } ? "*" : "")} {entry.Path} {detail}".TrimEnd());
            if (readContent)
            {
                await entry.Content.CopyToAsync(Stream.Null);
            }
        }

        return lines;
    }
}
