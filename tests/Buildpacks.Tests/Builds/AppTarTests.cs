using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Buildpacks.Builds;
using Buildpacks.Builds.Apps;
using Buildpacks.IO;
using Buildpacks.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using TarFile = Buildpacks.Tests.Builders.TarFile;

namespace Buildpacks.Tests.Builds;

public sealed class AppTarTests : IDisposable
{
    private static readonly string Commit = new('a', 40);
    private static readonly BuildRequest Request = new() { ImageName = "a/b", Path = "" };

    private readonly TestFolder _folder = new("tar");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Files_folders_and_links_come_with_their_modes_and_not_with_their_owners(bool isCompressed)
    {
        var tar = new TarFile().Folder("./").Text("./run.sh", "run", executable: true).Folder("dir/").Text("dir/file", "x").Link("link", "/etc/passwd").HardLink("hard", "run.sh")
            .Add(new PaxTarEntry(TarEntryType.Fifo, "pipe"));
        var path = isCompressed ? tar.SaveCompressed(_folder["app"]) : tar.Save(_folder["app"]);

        Assert.Equal(
            [
                "Directory 777 7:8 workspace/", "RegularFile 4755 7:8 workspace/run.sh run", "Directory 755 7:8 workspace/dir/", "RegularFile 600 7:8 workspace/dir/file x",
                "SymbolicLink 777 7:8 workspace/link /etc/passwd", "HardLink 644 7:8 workspace/hard workspace/run.sh",
            ],
            await WriteAsync(path));
    }

    [UnixFact]
    public async Task A_folder_and_its_tar_are_the_same_app()
    {
        var app = _folder.Folder("app");
        _folder.File("app/a/b/file", "content");
        _folder.File("app/run", "run");
        File.SetUnixFileMode(Path.Combine(app, "run"), (UnixFileMode)0b111_101_000);
        File.SetUnixFileMode(Path.Combine(app, "a"), (UnixFileMode)0b111_000_000);
        File.SetLastWriteTimeUtc(Path.Combine(app, "run"), new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc));
        File.CreateSymbolicLink(Path.Combine(app, "link"), "a/b/file");
        var path = _folder["app.tar"];
        await System.Formats.Tar.TarFile.CreateFromDirectoryAsync(app, path, includeBaseDirectory: false);

        Assert.Equal(await EntriesAsync(app), await EntriesAsync(path));
    }

    [Fact]
    public async Task Folders_are_sent_before_what_is_in_them_with_the_mode_that_the_archive_has_anywhere()
    {
        var late = new PaxTarEntry(TarEntryType.Directory, "late/") { Mode = (UnixFileMode)0b111_000_000 };
        var path = new TarFile().Text("a/b/file", "x").Text("late/file", "y").Add(late).Save(_folder["app.tar"]);

        Assert.Equal(
            [
                "Directory 777 7:8 workspace/", "Directory 755 7:8 workspace/a/", "Directory 755 7:8 workspace/a/b/", "RegularFile 600 7:8 workspace/a/b/file x",
                "Directory 700 7:8 workspace/late/", "RegularFile 600 7:8 workspace/late/file y",
            ],
            await WriteAsync(path));
    }

    [Fact]
    public async Task A_hard_link_to_a_file_that_is_left_out_is_sent_as_the_file()
    {
        var path = new TarFile().Text("secret/file", "content").HardLink("a", "secret/file").HardLink("b", "a").Save(_folder["app.tar"]);

        Assert.Equal(
            ["Directory 777 7:8 workspace/", "RegularFile 600 7:8 workspace/a content", "HardLink 644 7:8 workspace/b workspace/a"],
            await WriteAsync(path, AppFilter.Of([], ["secret"])));
    }

    [Theory]
    [InlineData("../outside")]
    [InlineData("/absolute")]
    [InlineData("a/../../b")]
    [InlineData("a,a", "occurs twice")]
    [InlineData("a,./a", "occurs twice")]
    [InlineData("link>/etc,link/passwd", "goes through 'link', which is not a folder")]
    [InlineData("a,a/b", "goes through 'a', which is not a folder")]
    [InlineData("hard=../outside", "not an earlier file")]
    [InlineData("hard=/etc/passwd", "not an earlier file")]
    [InlineData("hard=later,later", "not an earlier file")]
    [InlineData("link>a,hard=link", "not an earlier file")]
    [InlineData("hard=hard", "not an earlier file")]
    public async Task An_entry_that_leads_out_is_an_error_that_names_it_before_anything_is_sent(string entries, string problem = "it points outside the app's folder")
    {
        var tar = new TarFile().Text("first", "x");
        foreach (var entry in entries.Split(','))
        {
            _ = entry.Split('>') is [var link, var target] ? tar.Link(link, target) : entry.Split('=') is [var hard, var file] ? tar.HardLink(hard, file) : tar.Text(entry, "x");
        }

        var path = tar.Save(_folder["app.tar"]);
        using var stream = new MemoryStream();
        await using var writer = new TarWriter(stream, TarEntryFormat.Pax, leaveOpen: true);

        var failure = await Assert.ThrowsAsync<PackException>(
            () => AppSource.Open(path, NullLogger.Instance).WriteAsync(writer, "workspace", new TarOwner(7, 8), progress: null, special: null, CancellationToken.None));

        Assert.Equal(("AppFileNameInvalid", 0L), (failure.ErrorId, stream.Length));
        Assert.Contains(problem, failure.Message, StringComparison.Ordinal);
        Assert.Contains("app.tar: ", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sparse_files_and_unknown_entries_are_refused()
    {
        var attributes = new Dictionary<string, string> { ["GNU.sparse.major"] = "1" };
        var sparse = new TarFile().Add(new PaxTarEntry(TarEntryType.RegularFile, "sparse", attributes)).Save(_folder["sparse.tar"]);
        var header = new TarFile().Text("strange", "").ToBytes();
        var at = header.AsSpan().LastIndexOf("strange"u8) / 512 * 512;
        header[at + 156] = (byte)'S';
        Repair(header.AsSpan(at, 512));
        await File.WriteAllBytesAsync(_folder["old.tar"], header);

        Assert.Contains("sparse", (await Assert.ThrowsAsync<PackException>(() => WriteAsync(sparse))).Message, StringComparison.Ordinal);
        Assert.Equal("AppFileNameInvalid", (await Assert.ThrowsAsync<PackException>(() => WriteAsync(_folder["old.tar"]))).ErrorId);
    }

    [Fact]
    public async Task A_bomb_is_refused_where_it_is_larger_than_it_may_be()
    {
        // One header that says it has 9 GB.
        var header = new TarFile().Text("bomb", "x").ToBytes();
        var at = header.AsSpan().LastIndexOf("bomb"u8) / 512 * 512;
        Encoding.ASCII.GetBytes(Convert.ToString(9L << 30, 8).PadLeft(11, '0')).CopyTo(header.AsSpan(at + 124));
        Repair(header.AsSpan(at, 512));
        await File.WriteAllBytesAsync(_folder["app.tar"], header);

        var failure = await Assert.ThrowsAsync<PackException>(() => WriteAsync(_folder["app.tar"]));

        Assert.Equal(("AppPathInvalid", _folder["app.tar"]), (failure.ErrorId, failure.Target));
        Assert.Contains("more than 8 GB", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_that_unpacks_to_more_than_the_limit_fails_with_the_bounds_error()
    {
        using var bounded = new BoundedStream(new MemoryStream(new byte[100]), () => new InvalidDataException("too long"), limit: 99);

        Assert.Equal("too long", (await Assert.ThrowsAsync<InvalidDataException>(() => bounded.CopyToAsync(Stream.Null))).Message);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_archive_that_is_cut_is_an_error_that_names_it(bool isCompressed)
    {
        var content = new byte[100_000];
        new Random(1).NextBytes(content);
        var tar = new TarFile().Bytes("file", content);
        var path = isCompressed ? tar.SaveCompressed(_folder["app.tgz"]) : tar.Save(_folder["app.tar"]);
        var bytes = await File.ReadAllBytesAsync(path);
        await File.WriteAllBytesAsync(path, bytes[..(bytes.Length / 2)]);

        var failure = await Assert.ThrowsAsync<PackException>(() => WriteAsync(path));

        Assert.Equal(("AppFileUnreadable", path), (failure.ErrorId, failure.Target));
    }

    [Fact]
    public async Task A_wrong_checksum_of_the_compression_is_found()
    {
        var path = new TarFile().Text("file", "content").SaveCompressed(_folder["app.tgz"]);
        var bytes = await File.ReadAllBytesAsync(path);
        bytes[^8] ^= 1;
        await File.WriteAllBytesAsync(path, bytes);

        Assert.Equal("AppFileUnreadable", (await Assert.ThrowsAsync<PackException>(() => WriteAsync(path))).ErrorId);
    }

    [Theory]
    [InlineData("", "AppPathEmpty", "is empty")]
    [InlineData("28b52ffd00000000", "AppPathInvalid", "compressed with zstd")]
    [InlineData("fd377a585a000000", "AppPathInvalid", "compressed with xz")]
    [InlineData("425a683931415926", "AppPathInvalid", "compressed with bzip2")]
    [InlineData("68656c6c6f", "AppPathInvalid", "is not a folder, a zip file or a tar archive")]
    public void What_is_no_archive_or_has_no_entry_is_an_error(string start, string errorId, string problem)
    {
        var path = _folder["app"];
        File.WriteAllBytes(path, start.Length == 0 ? new byte[10240] : Convert.FromHexString(start));

        var failure = Assert.Throws<PackException>(() => AppSource.Open(path, NullLogger.Instance));

        Assert.Equal(errorId, failure.ErrorId);
        Assert.Contains(problem, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_index_has_the_descriptor_and_the_commit_of_git_archive()
    {
        var path = new TarFile().Add(new PaxGlobalExtendedAttributesTarEntry(new Dictionary<string, string> { ["comment"] = Commit }))
            .Text("./project.toml", "[project]\n").SaveCompressed(_folder["app.tgz"]);

        var index = await AppTarIndex.ReadAsync(path, path, CancellationToken.None);

        Assert.Equal(("[project]\n", Commit, 1), (Encoding.UTF8.GetString(index.Descriptor!), index.Commit, index.Count));
        Assert.Equal($"[source]\ntype = \"git\"\n[source.version]\ncommit = \"{Commit}\"\n", index.ToProjectMetadata());
        Assert.Equal(["Directory 777 7:8 workspace/", "RegularFile 600 7:8 workspace/project.toml [project]\n".TrimEnd()], await WriteAsync(path));
    }

    [Fact]
    public void A_survey_counts_what_is_sent()
    {
        var path = new TarFile().Text("a", "12345").HardLink("b", "a").Link("c", "a").Text("logs/x.log", "123").Folder("empty/").Save(_folder["app.tar"]);

        var survey = AppSource.Open(path, NullLogger.Instance, AppFilter.Of([], ["*.log"])).Survey(CancellationToken.None);

        Assert.Equal(new PackProjectFiles { Count = 2, Bytes = 10, Links = 1, LeftOut = 1 }, survey.Files);
        Assert.Equal(1, Assert.Single(survey.Rules).Matches);
    }

    [Fact]
    public async Task A_stream_is_an_app_and_leaves_nothing_behind()
    {
        var request = Request with { Path = "input stream", Input = new MemoryStream(new TarFile().Text("file", "x").ToBytes()) };
        string path;
        using (var app = await ReadyApp.GetAsync(request, NullLogger.Instance, CancellationToken.None))
        {
            path = app.Request.Path;

            Assert.Equal((null, "input stream", 1), (app.Request.Input, app.Request.PathName, app.Request.Tar!.Count));
            Assert.Equal(["Directory 777 7:8 workspace/", "RegularFile 600 7:8 workspace/file x"], await WriteAsync(path));
        }

        Assert.False(File.Exists(path));
    }

    [Fact]
    public async Task A_stream_may_be_a_zip_and_an_empty_one_is_an_error()
    {
        using var zip = new MemoryStream();
        using (var archive = new ZipArchive(zip, ZipArchiveMode.Create, leaveOpen: true))
        {
            archive.CreateEntry("file");
        }

        zip.Position = 0;
        var request = Request with { Path = "standard input", Input = zip };
        using (var app = await ReadyApp.GetAsync(request, NullLogger.Instance, CancellationToken.None))
        {
            Assert.Null(app.Request.Tar);
            Assert.Contains("RegularFile 644 7:8 workspace/file", await WriteAsync(app.Request.Path));
        }

        // The stream was read.
        var failure = await Assert.ThrowsAsync<PackException>(() => ReadyApp.GetAsync(request, NullLogger.Instance, CancellationToken.None));

        Assert.Equal(("AppPathEmpty", "The standard input has no content."), (failure.ErrorId, failure.Message));
    }

    [Fact]
    public async Task A_stream_that_never_ends_is_left_when_the_build_is_cancelled()
    {
        using var pipe = new System.IO.Pipes.AnonymousPipeServerStream(System.IO.Pipes.PipeDirection.In);
        using var cancelled = new CancellationTokenSource();
        var request = Request with { Path = "input stream", Input = pipe };

        var reading = ReadyApp.GetAsync(request, NullLogger.Instance, cancelled.Token);
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.WaitAsync(Hang.Limit));
        pipe.DisposeLocalCopyOfClientHandle();
    }

    private static void Repair(Span<byte> header)
    {
        header.Slice(148, 8).Fill((byte)' ');
        var sum = 0;
        foreach (var value in header)
        {
            sum += value;
        }

        Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ").CopyTo(header[148..]);
    }

    private static async Task<IReadOnlyList<string>> WriteAsync(string path, AppFilter? filter = null)
    {
        using var stream = new MemoryStream();
        await using (var tar = new TarWriter(stream, TarEntryFormat.Pax, leaveOpen: true))
        {
            await AppSource.Open(path, NullLogger.Instance, filter).WriteAsync(tar, "workspace", new TarOwner(7, 8), progress: null, special: null, CancellationToken.None);
        }

        return TarFile.Describe(stream.ToArray());
    }

    /// <summary>All entries with their times, in the order of names.</summary>
    private static async Task<IReadOnlyList<string>> EntriesAsync(string path)
    {
        using var stream = new MemoryStream();
        await using (var tar = new TarWriter(stream, TarEntryFormat.Pax, leaveOpen: true))
        {
            await AppSource.Open(path, NullLogger.Instance).WriteAsync(tar, "workspace", new TarOwner(7, 8), progress: null, special: null, CancellationToken.None);
        }

        stream.Position = 0;
        using var reader = new TarReader(stream);
        var lines = new List<string>();
        while (reader.GetNextEntry() is { } entry)
        {
            // A tar of .NET has no entry for the folder itself.
            var time = entry.Name == "workspace/" ? 0 : entry.ModificationTime.ToUnixTimeSeconds();
            lines.Add($"{entry.EntryType} {entry.Mode} {entry.Uid}:{entry.Gid} {time} {entry.Name} {entry.LinkName} {entry.Length}");
        }

        return [.. lines.Order(StringComparer.Ordinal)];
    }
}
