using System.Formats.Tar;
using System.IO.Compression;
using Buildpacks.Builds.Apps;
using Buildpacks.IO;
using Buildpacks.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using TarFile = Buildpacks.Tests.Builders.TarFile;

namespace Buildpacks.Tests.Builds;

public sealed class AppZipTests : IDisposable
{
    private readonly TestFolder _folder = new("zip");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Files_folders_and_links_come_with_the_modes_that_the_zip_has()
    {
        var path = Zip(
            ("dir/", "", 0x41C0), ("dir/run.sh", "run", 0x81ED), ("link", "dir/run.sh", 0xA1FF), ("plain", "no mode", 0), ("device", "", 0x2180));

        Assert.Equal(
            [
                "Directory 777 7:8 workspace/", "SymbolicLink 777 7:8 workspace/link dir/run.sh", "RegularFile 777 7:8 workspace/plain no mode",
                "Directory 700 7:8 workspace/dir/", "RegularFile 755 7:8 workspace/dir/run.sh run",
            ],
            (await WriteAsync(path)).OrderBy(line => line.Split(' ')[3].Count(c => c == '/')).ThenBy(line => line.Split(' ')[3], StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("../outside")]
    [InlineData("/absolute")]
    [InlineData("a/../../b")]
    [InlineData("..\\windows")]
    public async Task An_entry_that_leads_out_is_an_error_that_names_it(string name)
    {
        var path = Zip((name, "x", 0x81A4));

        var failure = await Assert.ThrowsAsync<PackException>(() => WriteAsync(path));

        Assert.Equal("AppFileNameInvalid", failure.ErrorId);
        Assert.Contains(name, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a,a", "it occurs twice")]
    [InlineData("a,./a", "it occurs twice")]
    [InlineData("link>/etc,link/passwd", "it goes through 'link', which is not a folder")]
    [InlineData("a,a/b", "it goes through 'a', which is not a folder")]
    [InlineData("nul\0name", "it points outside the app's folder")]
    [InlineData("link>to\0nul", "a link without a valid target")]
    [InlineData("link>", "a link without a valid target")]
    public async Task Entries_that_would_be_unpacked_elsewhere_are_an_error_that_names_them(string entries, string problem)
    {
        var path = Zip([.. entries.Split(',').Select(entry => entry.Split('>')).Select(parts => parts is [var link, var target] ? (link, target, 0xA1FF) : (parts[0], "x", 0x81A4))]);

        var failure = await Assert.ThrowsAsync<PackException>(() => WriteAsync(path));

        Assert.Equal("AppFileNameInvalid", failure.ErrorId);
        Assert.Contains(problem, failure.Message, StringComparison.Ordinal);
        Assert.Contains("app.zip: ", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bomb_is_refused_before_a_byte_of_it_is_unpacked()
    {
        // Ten entries that each say they are almost 4 GB.
        var path = Zip([.. Enumerable.Range(0, 10).Select(i => ($"bomb-{i}", "x", 0x81A4))]);
        var bytes = await File.ReadAllBytesAsync(path);
        for (var at = 0; (at = bytes.AsSpan(at).IndexOf("PK\u0001\u0002"u8) is var found and >= 0 ? at + found : -1) >= 0; at++)
        {
            BitConverter.GetBytes(0xFFFFFFF0u).CopyTo(bytes, at + 24);
        }

        await File.WriteAllBytesAsync(path, bytes);

        var failure = await Assert.ThrowsAsync<PackException>(() => WriteAsync(path));

        Assert.Equal(("AppPathInvalid", path), (failure.ErrorId, failure.Target));
        Assert.Contains("more than 8 GB", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_entry_that_is_encrypted_is_an_error_that_names_it()
    {
        var path = Zip(("secret", "x", 0x81A4));
        var bytes = await File.ReadAllBytesAsync(path);
        bytes[bytes.AsSpan().IndexOf("PK\u0001\u0002"u8) + 8] |= 1;
        bytes[6] |= 1;
        await File.WriteAllBytesAsync(path, bytes);

        var failure = await Assert.ThrowsAsync<PackException>(() => WriteAsync(path));

        Assert.Contains("app.zip: secret", failure.Message, StringComparison.Ordinal);
        Assert.Contains("encrypted", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_zip_is_an_error_that_names_it()
    {
        var path = Zip(("file", new string('x', 10_000), 0x81A4));
        var bytes = await File.ReadAllBytesAsync(path);
        await File.WriteAllBytesAsync(path, bytes[..(bytes.Length / 2)]);

        var failure = await Assert.ThrowsAsync<PackException>(() => WriteAsync(path));

        Assert.Equal(("AppFileUnreadable", path), (failure.ErrorId, failure.Target));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(11)]
    [InlineData(14)]
    public async Task Entries_made_on_Windows_may_be_run_by_everyone(byte host)
    {
        var path = Zip(("mvnw", "#!/bin/sh", 0x81A4), ("dir/", "", 0x41ED), ("dir/link", "target", 0xA1FF));
        SetHosts(path, host);

        Assert.Equal(
            ["Directory 777 7:8 workspace/", "Directory 777 7:8 workspace/dir/", "RegularFile 777 7:8 workspace/dir/link target", "RegularFile 777 7:8 workspace/mvnw #!/bin/sh"],
            await WriteAsync(path));
    }

    [Fact]
    public async Task Folders_without_an_entry_are_the_builders()
    {
        var path = Zip(("a/b/file", "x", 0x81A4), ("a/b-c/file", "y", 0x81A4), ("a/b/c/file", "z", 0x81A4), ("d/file", "v", 0x81A4), ("d/", "", 0x41C0));

        Assert.Equal(
            [
                "Directory 777 7:8 workspace/", "Directory 755 7:8 workspace/a/", "Directory 755 7:8 workspace/a/b-c/", "RegularFile 644 7:8 workspace/a/b-c/file y",
                "Directory 755 7:8 workspace/a/b/", "Directory 755 7:8 workspace/a/b/c/", "RegularFile 644 7:8 workspace/a/b/c/file z",
                "RegularFile 644 7:8 workspace/a/b/file x", "Directory 700 7:8 workspace/d/", "RegularFile 644 7:8 workspace/d/file v",
            ],
            await WriteAsync(path));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_jar_that_can_be_run_is_a_zip(bool isCorrected)
    {
        var preamble = System.Text.Encoding.ASCII.GetBytes("#!/bin/sh\nexec java -jar \"$0\"\n" + new string('#', 5000) + "\n");
        var path = Zip(("META-INF/MANIFEST.MF", "Main-Class: A", 0x81A4), ("A.class", new string('x', 100_000), 0x81ED));
        if (isCorrected)
        {
            // A zip that is appended to a stream counts its offsets from the stream's beginning.
            var stream = new MemoryStream();
            stream.Write(preamble);
            using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
            using (var from = ZipFile.OpenRead(path))
            {
                foreach (var entry in from.Entries)
                {
                    var copy = zip.CreateEntry(entry.FullName);
                    copy.ExternalAttributes = entry.ExternalAttributes;
                    using var content = entry.Open();
                    using var target = copy.Open();
                    content.CopyTo(target);
                }
            }

            await File.WriteAllBytesAsync(path, stream.ToArray());
        }
        else
        {
            await File.WriteAllBytesAsync(path, [.. preamble, .. await File.ReadAllBytesAsync(path)]);
        }

        Assert.Equal(
            [
                "Directory 777 7:8 workspace/", $"RegularFile 755 7:8 workspace/A.class {new string('x', 100_000)}", "Directory 755 7:8 workspace/META-INF/",
                "RegularFile 644 7:8 workspace/META-INF/MANIFEST.MF Main-Class: A",
            ],
            await WriteAsync(path));
    }

    [Fact]
    public void A_zip_without_entries_is_said_to_be_empty() =>
        Assert.Equal("AppPathEmpty", Assert.Throws<PackException>(() => AppSource.Open(Zip(), NullLogger.Instance)).ErrorId);

    [Fact]
    public void A_file_that_holds_a_zip_and_goes_on_is_none()
    {
        var path = Zip(("a", "x", 0x81A4));
        File.WriteAllBytes(path, [.. new byte[512], .. File.ReadAllBytes(path), .. new byte[1024]]);

        Assert.Equal("AppPathInvalid", Assert.Throws<PackException>(() => AppSource.Open(path, NullLogger.Instance)).ErrorId);
    }

    private static void SetHosts(string path, byte host)
    {
        var bytes = File.ReadAllBytes(path);
        for (var at = 0; bytes.AsSpan(at).IndexOf("PK\u0001\u0002"u8) is var found and >= 0; at += found + 1)
        {
            bytes[at + found + 5] = host;
        }

        File.WriteAllBytes(path, bytes);
    }

    private string Zip(params (string Name, string Content, int Mode)[] entries)
    {
        var path = _folder["app.zip"];
        using var zip = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach (var (name, content, mode) in entries)
        {
            var entry = zip.CreateEntry(name);
            entry.ExternalAttributes = mode << 16;
            using var writer = new StreamWriter(entry.Open());
            writer.Write(content);
        }

        return path;
    }

    private static async Task<IReadOnlyList<string>> WriteAsync(string path)
    {
        using var stream = new MemoryStream();
        await using (var tar = new TarWriter(stream, TarEntryFormat.Pax, leaveOpen: true))
        {
            await AppSource.Open(path, NullLogger.Instance).WriteAsync(tar, "workspace", new TarOwner(7, 8), progress: null, special: null, CancellationToken.None);
        }

        return TarFile.Describe(stream.ToArray());
    }
}
