using System.Text;
using Buildpacks.Engines.Podman;
using Buildpacks.Engines.Tests.Contract;
using Buildpacks.IO;
using Buildpacks.Testing;
using Buildpacks.Testing.Images;

namespace Buildpacks.Engines.Tests.Podman;

/// <summary>A container that is made, filled, run, emptied and removed in one podman process.</summary>
public abstract class PodmanPipeContract(PodmanUnderTest subject) : EngineContract(subject)
{
    private IContainerPipe Pipe => Engine.Pipe!;

    [SkippableFact]
    public async Task One_process_fills_runs_empties_and_removes_a_container()
    {
        Subject.Require();
        IReadOnlyDictionary<string, TestTar.ReadEntry>? read = null;
        var spec = Spec("cat /workspace/in; echo err >&2; mkdir -p /out/deep/folder; cp /workspace/in /out/deep/folder/copy; ln -s copy /out/deep/folder/link");
        var capture = new OutputCapture();
        var begun = 0;

        var exitCode = await Pipe.RunAsync(
            new PipedRun
            {
                Container = spec,
                WriteInput = TestTar.Of(TestTar.File("workspace/in", "text\n")),
                OutputPath = "/out/deep/folder",
                ReadOutput = async (stream, _) => read = await TestTar.ReadAsync(stream),
                Begun = () => begun++,
            },
            capture, None);

        Assert.Equal((0, "text\n", "err\n", 1), (exitCode, capture.Output, capture.Error, begun));
        Assert.Equal(["folder", "folder/copy", "folder/link"], read!.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(("text\n", "copy"), (read["folder/copy"].Text, read["folder/link"].LinkName));
        Assert.Equal([EngineOperation.ContainerRun], Calls.Operations);
        await FailsAsync(PackErrorKind.NotFound, () => Engine.Containers.InspectAsync(spec.Name!, None));
    }

    [SkippableFact]
    public async Task A_command_reads_what_follows_an_archive_of_many_parts()
    {
        Subject.Require();
        const long size = 5L << 20;
        var capture = new OutputCapture();

        var exitCode = await Pipe.RunAsync(
            Run(Spec("wc -c < /workspace/large; IFS= read -r line; echo \"$line\"; exit 3")) with
            {
                WriteInput = TestTar.OfLargeFile("workspace/large", size),
                WriteCommandInput = async (input, cancellation) => await input.WriteAsync("a line\n"u8.ToArray(), cancellation),
            },
            capture, None);

        Assert.Equal((3, $"{size}\na line\n"), (exitCode, capture.Output));
    }

    [SkippableFact]
    public async Task An_archive_in_parts_that_cannot_be_unpacked_ends_the_call()
    {
        Subject.Require();

        var failure = await Assert.ThrowsAsync<PackException>(() => Pipe.RunAsync(
            Run(Spec("echo ran")) with
            {
                WriteInput = async (stream, cancellation) => await stream.WriteAsync(Encoding.ASCII.GetBytes(new string('x', 3 << 20)), cancellation),
                WriteCommandInput = (_, _) => throw new InvalidOperationException("the command does not run"),
            },
            new OutputCapture(), None));

        Assert.Contains("tar", failure.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Owners_modes_and_names_arrive_as_the_archive_has_them()
    {
        Subject.Require();

        // Whose a link is matters to nobody, and busybox's tar leaves it.
        string[] names = ["two words", "ünï-⊕-语", "-dash", "quote'\"", "back\\slash", "$HOME", "*", "line\nbreak", " lead"];

        var run = await RunPipeAsync(
            Spec("cd /workspace/app && stat -c '%n %u:%g %a %F' . run secret && readlink link && find . -name '*' -type f | wc -l && cat -- '-dash' 'two words'"),
            TestTar.Of(
            [
                TestTar.Folder("workspace/app/", 0b111_101_000, 1000, 1000),
                TestTar.File("workspace/app/run", "#!/bin/sh\n", 0b111_101_101, 1000, 1000),
                TestTar.File("workspace/app/secret", "s", 0b110_000_000, 1234, 5678),
                TestTar.Link("workspace/app/link", "run", 1000, 1000),
                .. names.Select(name => TestTar.File("workspace/app/" + name, name + "|")),
            ]));

        Assert.Equal(
            $"""
            . 1000:1000 750 directory
            run 1000:1000 755 regular file
            secret 1234:5678 600 regular file
            run
            {names.Length + 2 + 1}
            -dash|two words|
            """,
            run.Output);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
    }

    [SkippableFact]
    public async Task The_bits_of_modes_arrive_although_the_container_has_few_rights()
    {
        Subject.Require();
        int[] modes = [0b110_111_101_101, 0b100_111_101_101, 0b010_111_101_101, 0b001_111_111_111];
        var spec = Spec("cd /workspace && stat -c '%n %u:%g %a' *") with
        {
            DroppedCapabilities = ["ALL"], AddedCapabilities = ["CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID"],
        };

        var run = await RunPipeAsync(
            spec,
            TestTar.Of([.. modes.SelectMany((mode, index) => new[]
            {
                TestTar.File($"workspace/file-{index}", "text", mode, 1234, 5678), TestTar.Folder($"workspace/folder-{index}/", mode, 1234, 5678),
            })]));

        Assert.Equal(
            string.Concat(new[] { "file", "folder" }.SelectMany(kind => modes.Select((mode, index) => $"{kind}-{index} 1234:5678 {Convert.ToString(mode, 8)}\n"))),
            run.Output);
    }

    [SkippableFact]
    public async Task The_image_s_environment_is_the_command_s_and_not_the_shell_s()
    {
        Subject.Require();
        string[] environment =
        [
            "PATH=/odd path:/bin", "TAR_OPTIONS=--exclude=in", "LD_PRELOAD=/no library.so", "ENV=/etc/env", "BASH_ENV=/etc/env", "IFS=wk", "SHELLOPTS=noexec:xtrace", "LC_ALL=xx",
            "BASH_FUNC_tar%%=() { false; }", "not.a.name=x", "GIVEN=by the image", "PLAIN=two  words\nand a line",
        ];
        var image = await LoadAsync(new TestImage { Name = $"docker.io/library/{Unique("environment")}:1", Environment = environment });

        // A shell would drop what it does not take for a variable.
        var command = await ReadAsync("/proc/self/environ");
        var shell = await ReadAsync("/proc/1/environ");

        Assert.Equal("text\n", (await RunPipeAsync(Spec("cat /workspace/in") with { Image = image })).Output);
        Assert.All(environment.Where(variable => !variable.StartsWith("GIVEN", StringComparison.Ordinal)), variable => Assert.Contains(variable, command));
        Assert.Contains("GIVEN=by the build", command);
        Assert.DoesNotContain("GIVEN=by the image", command);
        Assert.DoesNotContain(shell, variable => environment.Contains(variable) && !variable.StartsWith("PATH=", StringComparison.Ordinal));

        async Task<string[]> ReadAsync(string file)
        {
            var capture = new OutputCapture();
            var spec = Spec("") with
            {
                Image = image, Command = ["/bin/cat", file], Environment = new Dictionary<string, string> { ["GIVEN"] = "by the build" },
            };
            Assert.Equal(0, await Pipe.RunAsync(Run(spec) with { ImageEnvironment = environment }, capture, None));
            Assert.Equal("", capture.Error);
            return capture.Output.Split('\0');
        }
    }

    [SkippableTheory]
    [InlineData(1)]
    [InlineData(51)]
    [InlineData(125)]
    [InlineData(126)]
    [InlineData(127)]
    [InlineData(255)]
    public async Task The_exit_code_is_the_command_s_and_nothing_is_read(int exitCode)
    {
        Subject.Require();
        var read = false;
        var capture = new OutputCapture();

        IReadOnlyList<string> names = [];

        var actual = await Pipe.RunAsync(
            Run(Spec($"mkdir /report; touch /report/one '/report/and another'; echo last words >&2; exit {exitCode}")) with
            {
                ReadOutput = (_, _) => Task.FromResult(read = true), ReportPath = "/report", Failed = reported => names = reported,
            },
            capture, None);

        Assert.Equal((exitCode, "", "last words\n", false), (actual, capture.Output, capture.Error, read));
        Assert.Equal(["and another", "one"], names.Order(StringComparer.Ordinal));
    }

    [SkippableFact]
    public async Task A_command_that_a_signal_ended_has_128_and_the_signal_s_number()
    {
        Subject.Require();

        // The first process is the shell of the script, which tells what ended its child.
        var run = await RunPipeAsync(Spec("echo begun; ulimit -t 1; while :; do :; done"));

        Assert.Equal((128 + 9, "begun\n"), (run.ExitCode, run.Output));
    }

    [SkippableFact]
    public async Task A_container_that_somebody_removes_has_the_exit_code_of_a_killed_one()
    {
        Subject.Require();
        var spec = Spec("echo begun; sleep 600");
        var capture = new OutputCapture();

        var running = Pipe.RunAsync(Run(spec), capture, None);
        await EventuallyAsync(() => Task.FromResult(capture.Output == "begun\n"));
        await Engine.Containers.RemoveAsync(spec.Name!, force: true, None);

        Assert.Equal(128 + 9, await running.WaitAsync(Hang.Limit));
    }

    [SkippableFact]
    public async Task What_the_command_starts_and_leaves_does_not_keep_the_container()
    {
        Subject.Require();

        var run = await RunPipeAsync(Spec("sleep 600 & echo done")).WaitAsync(Hang.Limit);

        Assert.Equal((0, "done\n"), (run.ExitCode, run.Output));
    }

    [SkippableFact]
    public async Task Variables_that_name_login_files_which_do_not_exist_keep_no_container_from_running()
    {
        Subject.Require();
        var options = ((PodmanUnderTest)Subject).Options;
        var environment = new Dictionary<string, string?>(options.Environment) { ["DOCKER_CONFIG"] = "/nowhere", ["REGISTRY_AUTH_FILE"] = "/nowhere/auth.json" };
        await using var engine = new PodmanEngine(options with { Environment = environment });

        Assert.Equal(0, await engine.Pipe!.RunAsync(Run(Spec("true")), new OutputCapture(), None));
    }

    [SkippableFact]
    public async Task Neither_input_nor_mark_is_the_command_s()
    {
        Subject.Require();

        var run = await RunPipeAsync(Spec("cat; env | grep -c PIPE; tr '\\0' '\\n' < /proc/self/environ | grep -c PIPE; true"));

        Assert.Equal((0, "0\n0\n", ""), run);
    }

    [SkippableFact]
    public async Task Zero_bytes_and_beginnings_of_marks_in_the_output_are_output()
    {
        Subject.Require();

        var run = await RunPipeAsync(Spec("printf 'a\\0b\\0\\0'; sleep 0.2; printf '\\0ABCDEF'; printf '\\0'"));

        Assert.Equal((0, "a\0b\0\0\0ABCDEF\0"), (run.ExitCode, run.Output));
    }

    [SkippableFact]
    public async Task Large_archives_pass_in_both_directions_unchanged()
    {
        Subject.Require();
        const long size = 96L << 20;
        var capture = new OutputCapture();
        long length = 0;

        var exitCode = await Pipe.RunAsync(
            new PipedRun
            {
                Container = Spec("sha256sum < /workspace/large; mkdir /out; mv /workspace/large /out/large; sha256sum < /out/large"),
                WriteInput = TestTar.OfLargeFile("workspace/large", size),
                OutputPath = "/out",
                ReadOutput = async (stream, cancellation) =>
                {
                    var buffer = new byte[1 << 20];
                    while (await stream.ReadAsync(buffer, cancellation) is var count and > 0)
                    {
                        length += count;
                    }
                },
            },
            capture, None);

        var sums = capture.Output.Split('\n');
        Assert.Equal((0, sums[0]), (exitCode, sums[1]));
        Assert.InRange(length, size, size + (1 << 20));
    }

    [SkippableFact]
    public async Task Further_files_come_after_the_folder()
    {
        Subject.Require();

        var some = await RunAsync("mkdir -p /out /more/deep; echo a > /out/a; echo b > /more/b; echo c > '/more/two words'; echo d > /more/deep/d; echo e > /more/left-out; echo f > /report");
        var none = await RunAsync("mkdir /out; echo a > /out/a");

        Assert.Equal(["more/b b", "more/deep ", "more/deep/d d", "more/two words c", "report f"], some);
        Assert.Null(none);

        async Task<IEnumerable<string>?> RunAsync(string command)
        {
            IReadOnlyDictionary<string, TestTar.ReadEntry>? read = null, more = null;
            var exitCode = await Pipe.RunAsync(
                new PipedRun
                {
                    Container = Spec(command),
                    WriteInput = TestTar.Of(TestTar.File("workspace/in", "text\n")),
                    OutputPath = "/out",
                    ReadOutput = async (stream, _) => read = await TestTar.ReadAsync(stream),
                    MoreOutput = ["/more/*", "/absent/*", "/report", "/nothing"],
                    LeftOut = ["left-out"],
                    ReadMore = async (stream, _) => more = await TestTar.ReadAsync(stream),
                },
                new OutputCapture(), None);

            Assert.Equal((0, "a\n"), (exitCode, read!["out/a"].Text));
            return more?.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => $"{entry.Key.TrimEnd('/')} {entry.Value.Text?.TrimEnd()}");
        }
    }

    [SkippableFact]
    public async Task An_image_without_a_shell_or_tar_is_unsupported()
    {
        Subject.Require();

        // busybox's own shell has tar in itself; one that finds none ends as any shell does.
        var withoutTar = await FailsOnAsync("/bin/sh", "#!/bin/ash\nexit 127\n");

        // A file of that name takes away what a lower layer has.
        var withoutShell = await FailsOnAsync("/bin/.wh.sh", "");

        Assert.All([withoutTar, withoutShell], failure => Assert.Equal((PackErrorIds.PipeImageUnfit, PackErrorKind.Unsupported), (failure.ErrorId, failure.Kind)));
        Assert.Contains("tar", withoutTar.Message, StringComparison.Ordinal);
        Assert.Contains("/bin/sh", withoutShell.Message, StringComparison.Ordinal);

        async Task<PackException> FailsOnAsync(string path, string text)
        {
            var image = new TestImage
            {
                Name = $"docker.io/library/{Unique("without")}:1",
                Files = new Dictionary<string, string> { [path] = text },
            };
            var spec = Spec("echo never") with { Image = await LoadAsync(image) };
            return await Assert.ThrowsAsync<PackException>(() => RunPipeAsync(spec));
        }
    }

    [SkippableFact]
    public async Task An_image_that_is_not_there_is_not_found()
    {
        Subject.Require();

        await FailsAsync(PackErrorKind.NotFound, () => RunPipeAsync(Spec("echo never") with { Image = "docker.io/library/missing:1" }));
    }

    [SkippableFact]
    public async Task A_folder_that_is_not_there_is_a_failure_in_tar_s_words()
    {
        Subject.Require();

        var failure = await Assert.ThrowsAsync<PipeOutputException>(
            () => Pipe.RunAsync(Run(Spec("true")) with { OutputPath = "/missing/folder", ReadOutput = (stream, cancellation) => stream.CopyToAsync(Stream.Null, cancellation) }, new OutputCapture(), None));

        Assert.Equal("EngineFailed", failure.ErrorId);
        Assert.Contains("/missing", failure.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task What_the_command_wrote_is_not_among_tar_s_words()
    {
        Subject.Require();

        var failure = await Assert.ThrowsAsync<PipeOutputException>(
            () => Pipe.RunAsync(Run(Spec("echo chatter >&2; sleep 0.3")) with { OutputPath = "/missing/folder" }, new OutputCapture(), None));

        Assert.DoesNotContain("chatter", failure.Message, StringComparison.Ordinal);
        Assert.Contains("/missing", failure.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task An_archive_that_is_none_is_a_failure_and_the_command_does_not_run()
    {
        Subject.Require();
        var capture = new OutputCapture();

        var failure = await FailsAsync(
            PackErrorKind.Failed,
            () => Pipe.RunAsync(
                Run(Spec("echo ran")) with { WriteInput = async (stream, cancellation) => await stream.WriteAsync(Encoding.ASCII.GetBytes(new string('x', 4096)), cancellation) },
                capture, None));

        Assert.Contains("tar", failure.Message, StringComparison.Ordinal);
        Assert.Equal("", capture.Output);
    }

    [SkippableTheory]
    [InlineData(100_000)]
    [InlineData(1L << 40)]
    public async Task What_tar_says_of_an_archive_comes_out_although_more_of_it_is_being_sent(long more)
    {
        Subject.Require();

        // A container that ends with input unread has its last output lost now and then.
        for (var time = 0; time < 5; time++)
        {
            var failure = await FailsAsync(
                PackErrorKind.Failed,
                () => RunPipeAsync(
                    Spec("echo never"),
                    async (destination, cancellationToken) =>
                    {
                        await destination.WriteAsync(Encoding.ASCII.GetBytes(new string('x', 20_480)), cancellationToken);
                        await TestTar.OfLargeFile("more", more)(destination, cancellationToken);
                    }));

            Assert.Contains("tar", failure.Message, StringComparison.Ordinal);
        }
    }

    [SkippableFact]
    public async Task What_the_writer_throws_comes_out_and_the_container_can_be_removed()
    {
        Subject.Require();
        var spec = Spec("sleep 60");

        var failure = await Assert.ThrowsAsync<InvalidDataException>(() => Pipe.RunAsync(
            Run(spec) with { WriteInput = (_, _) => throw new InvalidDataException("the writer's words") }, new OutputCapture(), None));

        Assert.Equal("the writer's words", failure.Message);
        await ForgetAsync(() => Engine.Containers.RemoveAsync(spec.Name!, force: true, None));
    }

    [SkippableFact]
    public async Task What_the_reader_throws_comes_out()
    {
        Subject.Require();
        var spec = Spec("mkdir /out; head -c 50000000 /dev/zero > /out/zeros");

        var failure = await Assert.ThrowsAsync<InvalidDataException>(() => Pipe.RunAsync(
            Run(spec) with { OutputPath = "/out", ReadOutput = (_, _) => throw new InvalidDataException("the reader's words") }, new OutputCapture(), None));

        Assert.Equal("the reader's words", failure.Message);
        await ForgetAsync(() => Engine.Containers.RemoveAsync(spec.Name!, force: true, None));
    }

    [SkippableFact]
    public async Task A_cancelled_run_ends_at_once()
    {
        Subject.Require();
        var spec = Spec("echo begun; sleep 600");
        var capture = new OutputCapture();

        await CancelsAsync(token => Pipe.RunAsync(Run(spec), capture, token), () => capture.Output == "begun\n");

        await ForgetAsync(() => Engine.Containers.RemoveAsync(spec.Name!, force: true, None));
    }

    /// <summary>A container that runs a line of shell.</summary>
    private static ContainerSpec Spec(string line) => new()
    {
        Image = ImageName,
        Name = Unique("piped"),
        User = "0:0",
        Network = "none",
        Command = ["/bin/sh", "-c", line],
    };

    private static PipedRun Run(ContainerSpec spec) => new()
    {
        Container = spec,
        WriteInput = TestTar.Of(TestTar.File("workspace/in", "text\n")),
        OutputPath = "/workspace",
        ReadOutput = (stream, cancellation) => stream.CopyToAsync(Stream.Null, cancellation),
    };

    private async Task<(int ExitCode, string Output, string Error)> RunPipeAsync(ContainerSpec spec, ArchiveWriter? input = null)
    {
        var capture = new OutputCapture();
        var run = Run(spec);
        var exitCode = await Pipe.RunAsync(run with { WriteInput = input ?? run.WriteInput }, capture, None);
        return (exitCode, capture.Output, capture.Error);
    }
}
