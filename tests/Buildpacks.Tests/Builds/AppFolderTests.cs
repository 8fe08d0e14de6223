using System.Diagnostics;
using System.Formats.Tar;
using System.Net.Sockets;
using Buildpacks.Builds.Apps;
using Buildpacks.IO;
using Buildpacks.Reporting;
using Buildpacks.Testing;
using Buildpacks.Testing.Processes;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Tests.Builds;

/// <summary>App folders, also such as nobody would make in earnest.</summary>
public sealed class AppFolderTests : IDisposable, IPackSink
{
    private readonly TestFolder _folder = new("app");
    private readonly List<string> _warnings = [];

    public void Dispose() => _folder.Dispose();

    void IPackSink.Log(PackLogLevel level, string category, string message)
    {
        if (level == PackLogLevel.Warning)
        {
            _warnings.Add(message);
        }
    }

    void IPackSink.Progress(PackProgress progress)
    {
    }

    void IPackSink.Output(PackOutputLine line)
    {
    }

    [UnixFact]
    public async Task Files_folders_and_links_keep_mode_and_time_and_get_the_owner()
    {
        var script = _folder.File("bin/run", "#!/bin/sh\n");
        File.SetUnixFileMode(script, (UnixFileMode)Convert.ToInt32("4750", 8));
        File.SetLastWriteTimeUtc(script, new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc));
        _folder.Folder("empty");
        File.SetUnixFileMode(_folder.Path, (UnixFileMode)Convert.ToInt32("700", 8));
        File.CreateSymbolicLink(_folder["link"], "bin/run");

        var entries = await WriteAsync();

        Assert.Equal(["workspace/", "workspace/bin/", "workspace/empty/", "workspace/link", "workspace/bin/run"], entries.Select(entry => entry.Name));
        Assert.All(entries, entry => Assert.Equal((1000, 1001), (entry.Uid, entry.Gid)));
        var run = entries.Single(entry => entry.Name == "workspace/bin/run");
        Assert.Equal(Convert.ToInt32("4750", 8), (int)run.Mode);
        Assert.Equal(new DateTimeOffset(2001, 2, 3, 4, 5, 6, TimeSpan.Zero), run.ModificationTime);
        Assert.Equal("bin/run", entries.Single(entry => entry.Name == "workspace/link").LinkName);
        Assert.Equal(Convert.ToInt32("777", 8), (int)entries[0].Mode);
    }

    [Fact]
    public async Task Hard_links_are_links_to_the_first_of_their_names()
    {
        var first = _folder.File("b/first", new string('x', 100_000));
        _folder.Folder("c");
        Link(first, _folder["c/second"]);
        Link(first, _folder["c/" + new string('n', 200)]);
        Link(first, _folder["z"]);
        _folder.File("alone", "x");
        File.CreateSymbolicLink(_folder["symbolic"], "z");
        Link(_folder["symbolic"], _folder["symbolic-2"]);

        var entries = await WriteAsync();

        Assert.Equal(
            [
                "RegularFile workspace/alone ", "SymbolicLink workspace/symbolic z", "SymbolicLink workspace/symbolic-2 z", "RegularFile workspace/z ",
                "HardLink workspace/b/first workspace/z", $"HardLink workspace/c/{new string('n', 200)} workspace/z", "HardLink workspace/c/second workspace/z",
            ],
            entries.Where(entry => entry.EntryType != TarEntryType.Directory).Select(entry => $"{entry.EntryType} {entry.Name} {entry.LinkName}"));
        Assert.All(entries.Where(entry => entry.EntryType == TarEntryType.HardLink), entry => Assert.Equal((0, 1000, 1001), (entry.Length, entry.Uid, entry.Gid)));
        Assert.InRange((await BytesAsync()).Length, 100_000, 130_000);
    }

    [Fact]
    public async Task A_hard_link_whose_first_name_is_left_out_is_a_file()
    {
        Link(_folder.File("a-excluded", "content"), _folder["b"]);
        Link(_folder["b"], _folder["c"]);

        var entries = Read(await BytesAsync(filter: AppFilter.Of([], ["a-*"])));

        Assert.Equal(["RegularFile workspace/b ", "HardLink workspace/c workspace/b"], entries.Skip(1).Select(entry => $"{entry.EntryType} {entry.Name} {entry.LinkName}"));
    }

    [Fact]
    public async Task The_same_folder_gives_the_same_bytes()
    {
        foreach (var name in new[] { "b", "a/2", "a/1", "Z", "é" })
        {
            _folder.File(name, name);
        }

        Assert.Equal(await BytesAsync(), await BytesAsync());
    }

    [UnixFact]
    public async Task Links_are_never_followed()
    {
        File.CreateSymbolicLink(_folder["loop"], "loop");
        File.CreateSymbolicLink(_folder["up"], "..");
        File.CreateSymbolicLink(_folder["self"], ".");
        File.CreateSymbolicLink(_folder["outside"], "/etc/passwd");
        File.CreateSymbolicLink(_folder["dangling"], "nowhere/at all");

        var entries = await WriteAsync();

        Assert.Equal(
            ["dangling nowhere/at all", "loop loop", "outside /etc/passwd", "self .", "up .."],
            entries.Where(entry => entry.EntryType == TarEntryType.SymbolicLink).Select(entry => $"{Path.GetFileName(entry.Name)} {entry.LinkName}"));
        Assert.Equal(6, entries.Count);
        Assert.Empty(_warnings);
    }

    [LinuxFact]
    public async Task Sockets_and_pipes_are_left_out_with_a_warning_and_empty_files_are_not()
    {
        _folder.File("empty", "");
        Process.Start("mkfifo", [_folder["pipe"]]).WaitForExit();
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(_folder["socket"]));

        var entries = await WriteAsync();

        Assert.Equal(["workspace/", "workspace/empty"], entries.Select(entry => entry.Name));
        Assert.Equal([_folder["pipe"], _folder["socket"]], _warnings.Select(warning => warning.Split('\'')[1]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Names_may_be_long_deep_and_odd()
    {
        string[] names =
        [
            new string('n', 255), string.Join('/', Enumerable.Repeat("deep", 60)) + "/file", "new\nline", "tab\tand space ", "-dash", "日本語/😀", "back\\slash", "\"'$`",
            "*?[", new string('ü', 127),
        ];
        foreach (var name in names)
        {
            _folder.File(name, name);
        }

        var entries = await WriteAsync();

        Assert.Equal(
            names.Order(StringComparer.Ordinal),
            entries.Where(entry => entry.EntryType == TarEntryType.RegularFile).Select(entry => entry.Name["workspace/".Length..]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_tree_deeper_than_a_stack_is_read()
    {
        var path = _folder.Path;
        for (var i = 0; i < 900; i++)
        {
            path = Path.Combine(path, "d");
            Directory.CreateDirectory(path);
        }

        Assert.Equal(901, (await WriteAsync()).Count);
    }

    [UnixFact]
    public async Task A_name_that_is_no_UTF8_is_an_error_that_names_it()
    {
        Process.Start("/bin/sh", ["-c", "printf x > \"$0/$(printf 'bad\\377name')\"", _folder.Path]).WaitForExit();

        var failure = await Assert.ThrowsAsync<PackException>(WriteAsync);

        Assert.Equal("AppFileNameInvalid", failure.ErrorId);
        Assert.Contains("bad", failure.Message, StringComparison.Ordinal);
    }

    [UnixTheory]
    [InlineData("mkdir \"$0/$(printf 'bad\\377name')\"", "its name is not valid UTF-8")]
    [InlineData("ln -s target \"$0/$(printf 'bad\\377name')\"", "its name is not valid UTF-8")]
    [InlineData("ln -s \"$(printf 'bad\\377target')\" \"$0/badlink\"", "its link target is not valid UTF-8")]
    public async Task Folders_and_links_with_bytes_that_are_no_UTF8_are_an_error_that_names_them(string script, string problem)
    {
        Process.Start("/bin/sh", ["-c", script, _folder.Path]).WaitForExit();

        var failure = await Assert.ThrowsAsync<PackException>(WriteAsync);

        Assert.Equal("AppFileNameInvalid", failure.ErrorId);
        Assert.Contains("bad", failure.Message, StringComparison.Ordinal);
        Assert.Contains(problem, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3000, 1)]
    [InlineData(20, 250)]
    public async Task A_path_longer_than_the_system_takes_is_an_error_that_names_it(int depth, int length)
    {
        // Half of the way is what can be named; the other half is made elsewhere and moved there.
        var half = string.Join('/', Enumerable.Repeat(new string('d', length), depth / 2));
        _folder.Folder("d/" + half);
        _folder.File($"lower/{half}/file", "x");
        Directory.Move(_folder["lower"], _folder[$"d/{half}/lower"]);

        var failure = await Assert.ThrowsAsync<PackException>(WriteAsync);

        Assert.Equal("AppFileNameInvalid", failure.ErrorId);
        Assert.StartsWith($"'{_folder.Path}/d", failure.Message, StringComparison.Ordinal);
        Assert.Contains("4095 bytes, the limit of Linux", failure.Message, StringComparison.Ordinal);
        Assert.InRange(failure.Message.Length, 100, 500);
    }

    [Fact]
    public async Task Times_that_no_archive_has_a_place_for_become_the_nearest()
    {
        foreach (var (name, time) in new[] { ("1-past", "1901-01-01"), ("2-future", "2300-01-01"), ("3-far", "@99999999999"), ("4-beyond", "@253402300900") })
        {
            _folder.File(name, "x");
            Process.Start("touch", ["-d", time, _folder[name]]).WaitForExit();
        }

        _folder.File("5-empty", "");
        Process.Start("touch", ["-d", "@99999999999", _folder["5-empty"]]).WaitForExit();

        var entries = (await WriteAsync())[1..];

        Assert.Equal([1970, 2242, 2242, 2242, 2242], entries.Select(entry => entry.ModificationTime.Year));
    }

    [Fact]
    public async Task Ten_thousand_files_in_one_folder_are_written_each_once()
    {
        for (var i = 0; i < 10_000; i++)
        {
            File.WriteAllText(_folder[$"{i}"], "");
        }

        Assert.Equal(10_001, (await WriteAsync()).Select(entry => entry.Name).Distinct().Count());
    }

    [LinuxTheory]
    [InlineData("file", "000", "AppFileUnreadable")]
    [InlineData("empty", "000", "AppFileUnreadable")]
    [InlineData("folder", "000", "AppFileUnreadable")]
    [InlineData("folder", "444", "AppFileUnreadable")]
    [InlineData("folder", "111", "AppFileUnreadable")]
    public void What_an_ordinary_user_may_not_read_is_an_error_that_names_it(string name, string mode, string errorId)
    {
        _folder.File("file", "x");
        _folder.File("empty", "");
        _folder.File("folder/below", "x");
        File.SetUnixFileMode(_folder[name], (UnixFileMode)Convert.ToInt32(mode, 8));

        var failure = Assert.Throws<PackException>(() => OrdinaryUser.Run(async () => await WriteAsync()));

        Assert.Equal(errorId, failure.ErrorId);
        Assert.StartsWith(_folder[name], failure.Target, StringComparison.Ordinal);
        Assert.NotNull(failure.RecommendedAction);
    }

    [LinuxFact]
    public void An_app_s_folder_that_may_not_be_read_is_an_error_that_names_it()
    {
        _folder.File("locked/file", "x");
        File.SetUnixFileMode(_folder["locked"], UnixFileMode.None);

        var failure = Assert.Throws<PackException>(() => OrdinaryUser.Run(() =>
        {
            AppSource.Open(_folder["locked"], Logger);
            return Task.CompletedTask;
        }));

        Assert.Equal(("AppFileUnreadable", _folder["locked"]), (failure.ErrorId, failure.Target));
    }

    [LinuxFact]
    public void A_pipe_in_the_app_s_place_is_no_app()
    {
        Process.Start("mkfifo", [_folder["pipe"]]).WaitForExit();

        Assert.Equal("AppPathInvalid", Assert.Throws<PackException>(() => AppSource.Open(_folder["pipe"], Logger)).ErrorId);
    }

    [SkippableFact]
    public async Task Devices_are_left_out_with_a_warning()
    {
        Skip.IfNot(ToolRun.Run("mknod", [_folder["zero"], "c", "1", "5"]).ExitCode == 0, "not allowed: mknod");

        Assert.Single(await WriteAsync());
        Assert.Contains(_folder["zero"], Assert.Single(_warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_is_an_error_that_names_it()
    {
        var path = _folder.File("locked", "x");
        await using var locked = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);

        var failure = await Assert.ThrowsAsync<PackException>(WriteAsync);

        Assert.Equal(("AppFileUnreadable", path), (failure.ErrorId, failure.Target));
    }

    [LinuxFact]
    public async Task Files_of_the_kernel_that_have_no_end_are_empty_as_they_say()
    {
        using var stream = new MemoryStream();
        await using (var tar = new TarWriter(stream, TarEntryFormat.Pax, leaveOpen: true))
        {
            await new AppFolder($"/proc/{Environment.ProcessId}/attr", Logger).WriteAsync(tar, "workspace", new TarOwner(1, 1), progress: null, special: null, CancellationToken.None);
        }

        Assert.False(new FileInfo($"/proc/{Environment.ProcessId}/pagemap").Length > 0);
        Assert.True(FileKinds.IsFile($"/proc/{Environment.ProcessId}/pagemap", length: 0));
        Assert.All(Read(stream.ToArray()), entry => Assert.Equal(0, entry.Length));
    }

    [Fact]
    public async Task A_file_that_shrinks_is_filled_up_and_one_that_grows_is_cut()
    {
        var shrinking = _folder.File("1-shrinking", new string('s', 3_000_000));
        var growing = _folder.File("2-growing", new string('g', 3_000_000));

        // Called with the first bytes of each file, when its length is said already.
        var entries = Read(await BytesAsync(new Immediate(bytes =>
        {
            if (bytes < 1_000_000)
            {
                using var file = new FileStream(shrinking, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
                file.SetLength(1_000_000);
            }
            else if (bytes is > 3_000_000 and < 4_000_000)
            {
                using var file = new FileStream(growing, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
                file.Write("more"u8);
            }
        })));

        Assert.Equal([3_000_000, 3_000_000], entries.Skip(1).Select(entry => entry.Length));
        Assert.Equal(2, _warnings.Count(warning => warning.Contains("changed", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_vanishes_while_it_is_read_is_left_out_with_a_warning()
    {
        _folder.File("1", new string('x', 1000));
        var file = _folder.File("2", "y");
        var folder = _folder.Folder("3/below");

        var entries = Read(await BytesAsync(new Immediate(_ =>
        {
            File.Delete(file);
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder);
            }
        })));

        Assert.Equal(["workspace/", "workspace/1", "workspace/3/"], entries.Select(entry => entry.Name));
        Assert.Contains(file, Assert.Single(_warnings), StringComparison.Ordinal);
    }

    private ILogger Logger => new SinkLoggerFactory(this).CreateLogger("test");

    private async Task<List<TarEntry>> WriteAsync() => Read(await BytesAsync());

    private static void Link(string file, string link) => ToolRun.Run("ln", ["-P", file, link]).Checked();

    private async Task<byte[]> BytesAsync(IProgress<long>? progress = null, AppFilter? filter = null)
    {
        using var stream = new MemoryStream();
        await using (var tar = new TarWriter(stream, TarEntryFormat.Pax, leaveOpen: true))
        {
            await new AppFolder(_folder.Path, Logger, filter).WriteAsync(tar, "workspace", new TarOwner(1000, 1001), progress, special: null, CancellationToken.None);
        }

        return stream.ToArray();
    }

    private static List<TarEntry> Read(byte[] bytes)
    {
        using var reader = new TarReader(new MemoryStream(bytes));
        var entries = new List<TarEntry>();
        while (reader.GetNextEntry(copyData: true) is { } entry)
        {
            entries.Add(entry);
        }

        return entries;
    }

    private sealed class Immediate(Action<long> report) : IProgress<long>
    {
        public void Report(long value) => report(value);
    }
}
