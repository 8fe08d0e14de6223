using System.Formats.Tar;
using Buildpacks.Testing;

namespace Buildpacks.Engines.Tests.Contract;

/// <summary>How files get into a container and out of it, on every engine.</summary>
public abstract class CopyContract(EngineUnderTest subject) : EngineContract(subject)
{
    private const int Executable = 0b111_101_101;
    private const int SetUserId = 0b100_111_101_101;
    private const int Secret = 0b110_000_000;

    private static readonly string LongName = new('l', 200);

    [SkippableFact]
    public async Task Owners_and_modes_arrive_as_the_archive_has_them()
    {
        Subject.Require();
        var container = await CreateShellAsync("cd /workspace && stat -c '%n %u:%g %a %F' app app/run app/suid app/secret app/link app/empty");

        await Engine.Containers.CopyToAsync(
            container,
            "/workspace",
            TestTar.Of(
                TestTar.Folder("app/", 0b111_101_000, 1000, 1000),
                TestTar.File("app/run", "#!/bin/sh\n", Executable, 1000, 1000),
                TestTar.File("app/suid", "", SetUserId, 0, 0),
                TestTar.File("app/secret", "s", Secret, 1234, 5678),
                TestTar.Link("app/link", "run", 1000, 1000),
                TestTar.Folder("app/empty/", Executable, 1000, 1000)),
            None);

        Assert.Equal(
            """
            app 1000:1000 750 directory
            app/run 1000:1000 755 regular file
            app/suid 0:0 4755 regular empty file
            app/secret 1234:5678 600 regular file
            app/link 1000:1000 777 symbolic link
            app/empty 1000:1000 755 directory

            """,
            await OutputOfAsync(container));
    }

    [SkippableFact]
    public async Task Names_of_every_sort_arrive()
    {
        Subject.Require();
        string[] names =
        [
            "two words", "ünï-⊕-语", "-dash", "--help", "a:b", "a,b", "quote'\"", "back\\slash", "#hash", "$HOME", "*", LongName,
            $"{LongName}-folder/{LongName}/deep", "line\nbreak", ".hidden", " lead", "trail ",
        ];
        var container = await CreateShellAsync("cd /tmp/names && find . -type f -print0 | sort -z && cat -- 'two words'");

        await Engine.Containers.CopyToAsync(
            container, "/tmp", TestTar.Of([TestTar.Folder("names/"), .. names.Select(name => TestTar.File("names/" + name, name))]), None);

        var found = (await OutputOfAsync(container)).Split('\0');
        Assert.Equal(names.Select(name => "./" + name).Order(StringComparer.Ordinal), found[..^1].Order(StringComparer.Ordinal));
        Assert.Equal("two words", found[^1]);
    }

    [SkippableFact]
    public async Task Folders_and_names_with_spaces_unicode_and_dashes_come_out_again()
    {
        Subject.Require();
        var container = await CreateShellAsync("true");
        await Engine.Containers.CopyToAsync(
            container,
            "/tmp",
            TestTar.Of(
                TestTar.Folder("-a ü:b/", 0b111_000_000),
                TestTar.File("-a ü:b/file ⊕", "content ⊕", Secret),
                TestTar.File("-a ü:b/run", "#!/bin/sh\n", Executable),
                TestTar.Link("-a ü:b/link", "../nowhere"),
                TestTar.File("-a ü:b/" + LongName, "long"),
                TestTar.Folder("-a ü:b/empty/")),
            None);

        await using var archive = await Engine.Containers.CopyFromAsync(container, "/tmp/-a ü:b", None);
        var entries = await TestTar.ReadAsync(archive);

        Assert.Equal(
            new[] { "-a ü:b", "-a ü:b/empty", "-a ü:b/file ⊕", "-a ü:b/link", "-a ü:b/" + LongName, "-a ü:b/run" }.Order(StringComparer.Ordinal),
            entries.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(("content ⊕", Secret), (entries["-a ü:b/file ⊕"].Text, entries["-a ü:b/file ⊕"].Mode));
        Assert.Equal(Executable, entries["-a ü:b/run"].Mode);
        Assert.Equal(("../nowhere", TarEntryType.SymbolicLink), (entries["-a ü:b/link"].LinkName, entries["-a ü:b/link"].Type));
        Assert.Equal(TarEntryType.Directory, entries["-a ü:b/empty"].Type);
        Assert.Equal(0b111_000_000, entries["-a ü:b"].Mode);
    }

    [SkippableFact]
    public async Task A_single_file_comes_out_under_its_own_name()
    {
        Subject.Require();
        var container = await CreateShellAsync("true");

        await using var archive = await Engine.Containers.CopyFromAsync(container, "/etc/hello", None);
        var entry = Assert.Single(await TestTar.ReadAsync(archive));

        Assert.Equal("hello", entry.Key);
        Assert.Equal(("hello\n", 0b110_100_100), (entry.Value.Text, entry.Value.Mode));
    }

    [SkippableFact]
    public async Task What_a_container_wrote_comes_out_while_it_runs_and_afterwards()
    {
        Subject.Require();
        var volume = NewVolumeName("copied");
        var container = await CreateAsync(new ContainerSpec
        {
            Image = ImageName,
            Mounts = [new ContainerMount(ContainerMountKind.Volume, volume, "/volume")],
            Command = ["sh", "-c", "echo one > /tmp/one; echo two > /volume/two; while ! test -e /tmp/go; do sleep 0.05; done"],
        });
        await Engine.Containers.StartAsync(container, None);

        await EventuallyAsync(async () => await FindFileAsync(container, "/volume/two") == "two\n");
        await Engine.Containers.CopyToAsync(container, "/tmp", TestTar.Of(TestTar.File("go", "")), None);
        Assert.Equal(0, await Engine.Containers.WaitAsync(container, None));

        Assert.Equal("one\n", await ReadFileAsync(container, "/tmp/one"));
        Assert.Equal("two\n", await ReadFileAsync(container, "/volume/two"));
    }

    [SkippableFact]
    public async Task An_archive_unpacks_into_the_root_and_over_folders_and_volumes_that_exist()
    {
        Subject.Require();
        var volume = NewVolumeName("unpacked");
        var container = await CreateAsync(new ContainerSpec
        {
            Image = ImageName,
            Mounts = [new ContainerMount(ContainerMountKind.Volume, volume, "/layers")],
            Command = ["sh", "-c", "cat /layers/a /workspace/b /new/c; stat -c %u:%g /workspace /layers"],
        });

        await Engine.Containers.CopyToAsync(
            container,
            "/",
            TestTar.Of(
                TestTar.Folder("layers/", Executable, 1000, 1000),
                TestTar.File("layers/a", "a"),
                TestTar.Folder("workspace/", Executable, 1234, 1234),
                TestTar.File("workspace/b", "b"),
                TestTar.Folder("new/"),
                TestTar.File("new/c", "c\n")),
            None);

        Assert.Equal("abc\n1234:1234\n1000:1000\n", await OutputOfAsync(container));
    }

    [SkippableFact]
    public async Task A_file_takes_the_place_of_a_folder_with_all_that_is_in_it()
    {
        Subject.Require();
        var container = await CreateShellAsync("cd /tmp && find . | sort");
        await Engine.Containers.CopyToAsync(container, "/tmp", TestTar.Of(TestTar.Folder("a/"), TestTar.File("a/old", ""), TestTar.Folder("b/"), TestTar.File("b/old", "")), None);

        await Engine.Containers.CopyToAsync(
            container, "/tmp", TestTar.Of(TestTar.File("a", ""), TestTar.Folder("a/"), TestTar.File("a/new", ""), TestTar.File("b", "")), overwrite: true, None);

        Assert.Equal(".\n./a\n./a/new\n./b\n", await OutputOfAsync(container));
    }

    [SkippableFact]
    public async Task Copies_to_what_is_not_there_are_not_found()
    {
        Subject.Require();
        var container = await CreateShellAsync("true");
        var archive = TestTar.Of(TestTar.File("x", "x"));

        await FailsAsync(PackErrorKind.NotFound, () => Engine.Containers.CopyToAsync("missing", "/tmp", archive, None));
        await FailsAsync(PackErrorKind.NotFound, () => Engine.Containers.CopyToAsync("-x", "/tmp", archive, None));
        await FailsAsync(PackErrorKind.NotFound, () => Engine.Containers.CopyToAsync("--help", "/tmp", archive, None));
        await FailsAsync(PackErrorKind.NotFound, () => Engine.Containers.CopyToAsync(container, "/no/such/folder", archive, None));
    }

    [SkippableTheory]
    [InlineData(null, "/no/such/file")]
    [InlineData("missing", "/etc/hello")]
    [InlineData("-x", "/etc/hello")]
    [InlineData("--help", "/etc/hello")]
    public async Task Copies_of_what_is_not_there_are_not_found(string? name, string path)
    {
        Subject.Require();
        var container = name ?? await CreateShellAsync("true");

        var failure = await FailsAsync(PackErrorKind.NotFound, () => ReadFileAsync(container, path));

        Assert.Equal(container, failure.Target);
    }

    [SkippableFact]
    public async Task A_writer_s_own_failure_comes_out()
    {
        Subject.Require();
        var container = await CreateShellAsync("true");
        var half = new MemoryStream();
        await TestTar.Of(TestTar.File("half", "x"), TestTar.File("rest", new string('x', 100_000)))(half, None);

        var failure = await Assert.ThrowsAsync<FileNotFoundException>(() => Engine.Containers.CopyToAsync(
            container,
            "/tmp",
            async (destination, cancellationToken) =>
            {
                await destination.WriteAsync(half.GetBuffer().AsMemory(0, 20_000), cancellationToken);
                throw new FileNotFoundException("gone");
            },
            None));

        Assert.Equal("gone", failure.Message);
    }

    [SkippableFact]
    public async Task A_cancelled_copy_in_ends_at_once()
    {
        Subject.Require();
        var container = await CreateShellAsync("true");

        await CancelsAsync(token => Engine.Containers.CopyToAsync(container, "/tmp", TestTar.OfLargeFile("large", 1L << 40), token));
    }

    [SkippableFact]
    public async Task A_cancelled_copy_in_whose_writer_waits_ends_at_once()
    {
        Subject.Require();
        var container = await CreateShellAsync("true");

        await CancelsAsync(token => Engine.Containers.CopyToAsync(
            container, "/tmp", (_, cancellationToken) => Task.Delay(Timeout.Infinite, cancellationToken), token));
    }

    [SkippableFact]
    public async Task A_copy_out_that_nobody_reads_on_ends_when_it_is_disposed()
    {
        Subject.Require();
        var container = await CreateShellAsync("true");
        await Engine.Containers.CopyToAsync(container, "/tmp", TestTar.OfLargeFile("large", 64 << 20), None);
        var archive = await Engine.Containers.CopyFromAsync(container, "/tmp/large", None);
        await archive.ReadExactlyAsync(new byte[1 << 20]);

        await archive.DisposeAsync().AsTask().WaitAsync(Hang.Limit);

        Assert.InRange(Calls.Calls[^1].BytesReceived, 1 << 20, (64 << 20) - 1);
    }

    [SkippableFact]
    public async Task A_cancelled_copy_out_ends_at_once()
    {
        Subject.Require();
        var container = await CreateShellAsync("true");
        await Engine.Containers.CopyToAsync(container, "/tmp", TestTar.OfLargeFile("large", 64 << 20), None);
        using var cancellation = new CancellationTokenSource();
        await using var archive = await Engine.Containers.CopyFromAsync(container, "/tmp/large", cancellation.Token);
        await archive.ReadExactlyAsync(new byte[1 << 20]);

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => archive.CopyToAsync(Stream.Null, None).WaitAsync(Hang.Limit));
    }

    private async Task<string> OutputOfAsync(string container)
    {
        var capture = new Testing.OutputCapture();
        var exitCode = await Engine.Containers.AttachAsync(container, start: true, capture, None);
        Assert.Equal((0, ""), (exitCode, capture.Error));
        return capture.Output;
    }

    private async Task<string?> FindFileAsync(string container, string path)
    {
        try
        {
            return await ReadFileAsync(container, path);
        }
        catch (PackException e) when (e.Kind is PackErrorKind.NotFound)
        {
            return null;
        }
    }

    private async Task<string?> ReadFileAsync(string container, string path)
    {
        await using var archive = await Engine.Containers.CopyFromAsync(container, path, None);
        return (await TestTar.ReadAsync(archive)).GetValueOrDefault(Path.GetFileName(path))?.Text;
    }
}
