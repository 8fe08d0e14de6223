using System.Formats.Tar;
using System.IO.Compression;
using Buildpacks.Builds.Apps;
using Buildpacks.Images;
using Buildpacks.Testing;
using TarFile = Buildpacks.Tests.Builders.TarFile;
using Microsoft.Extensions.Logging.Abstractions;

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

    [Fact]
    public async Task A_damaged_zip_is_an_error_that_names_it()
    {
        var path = Zip(("file", new string('x', 10_000), 0x81A4));
        var bytes = await File.ReadAllBytesAsync(path);
        await File.WriteAllBytesAsync(path, bytes[..(bytes.Length / 2)]);

        var failure = await Assert.ThrowsAsync<PackException>(() => WriteAsync(path));

        Assert.Equal(("AppFileUnreadable", path), (failure.ErrorId, failure.Target));
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
            await AppSource.Open(path, NullLogger.Instance).WriteAsync(tar, "workspace", new TarOwner(7, 8), progress: null, CancellationToken.None);
        }

        return TarFile.Describe(stream.ToArray());
    }
}
