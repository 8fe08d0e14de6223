using Buildpacks.Engines.Podman;
using Buildpacks.Engines.Tests.Contract;
using Buildpacks.Engines.Tests.Fixtures;
using Buildpacks.Stores;
using Buildpacks.Testing;
using Buildpacks.Testing.Processes;

namespace Buildpacks.Engines.Tests.Podman;

/// <summary>A podman that fails early, hangs, floods or lies gives a clear failure, soon, and in bounded memory.</summary>
[Collection(MemoryHungry.Name)]
public sealed class PodmanMisbehaviourTests
{
    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task A_podman_that_is_not_there_is_unreachable_by_its_path()
    {
        await using var engine = new PodmanEngine(new PodmanOptions { Executable = "/no/such/podman" });

        var failure = await Assert.ThrowsAsync<PackException>(() => engine.DescribeAsync(detail: false, None));

        Assert.Equal(PackErrorKind.Unreachable, failure.Kind);
        Assert.Contains("/no/such/podman", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_podman_that_may_not_be_run_is_unreachable()
    {
        using var folder = new TestFolder();
        await using var engine = new PodmanEngine(new PodmanOptions { Executable = folder.File("podman", "no program") });

        var failure = await Assert.ThrowsAsync<PackException>(() => engine.DescribeAsync(detail: false, None));

        Assert.Equal(PackErrorKind.Unreachable, failure.Kind);
    }

    [Theory]
    [InlineData(126, "crun: setrlimit `RLIMIT_NOFILE`: Operation not permitted: OCI permission denied", "Test-PackEngine")]
    [InlineData(126, "cannot get namespace path unless container 7448 is running: container is stopped", "Start the container")]
    [InlineData(127, "crun: open `/proc/5633/ns/net`: No such file or directory: OCI runtime attempted to invoke a command that was not found", "Start the container")]
    public async Task A_podman_that_starts_no_container_is_not_taken_for_an_image_without_a_shell(int exitCode, string words, string nextStep)
    {
        using var podman = new FakePodman($"echo 'Error: {words}' >&2; exit {exitCode}");
        var run = new PipedRun
        {
            Container = new ContainerSpec { Image = "sha256:" + new string('a', 64), Command = ["true"] },
            WriteInput = TestTar.Of(),
            OutputPath = "/out",
            ReadOutput = (_, _) => Task.CompletedTask,
        };

        var failure = await Assert.ThrowsAsync<PackException>(() => podman.Engine.Pipe!.RunAsync(run, new OutputCapture(), None));

        Assert.NotEqual(PackErrorIds.PipeImageUnfit, failure.ErrorId);
        Assert.Equal(exitCode, failure.ExitCode);
        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
        Assert.Contains(nextStep, failure.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_container_that_ends_while_podman_stops_it_is_removed_by_the_next_attempt()
    {
        using var podman = new FakePodman("""
            if [ ! -e ${0%/*}/tried ]; then
              touch ${0%/*}/tried
              echo 'Error: cannot remove container 1 as it could not be stopped: sending SIGKILL to container 1: container state improper: stopped' >&2
              exit 125
            fi
            echo 1
            """);

        await podman.Engine.Containers.RemoveAsync("1", force: true, None);

        Assert.Equal(2, podman.Calls.Calls.Count);
    }

    [Fact]
    public async Task A_key_that_is_pressed_in_the_terminal_does_not_reach_podman()
    {
        using var podman = new FakePodman("cut -d' ' -f1,5,6 /proc/$$/stat > ${0%/*}/ids; exit 1");

        await Record.ExceptionAsync(() => podman.Engine.DescribeAsync(detail: false, None));

        // Its number, its group and its session.
        var ids = (await File.ReadAllTextAsync(podman["ids"])).Trim().Split(' ');
        Assert.Equal([ids[0], ids[0], ids[0]], ids);
    }

    [Fact]
    public async Task A_podman_that_fails_while_it_is_fed_is_quoted_and_the_writer_stops()
    {
        using var podman = new FakePodman("head -c 1000 >/dev/null; echo 'Error: write /x: no space left on device' >&2; exit 125");

        var failure = await Assert.ThrowsAsync<PackException>(
            () => podman.Engine.Images.LoadAsync(TestTar.OfLargeFile("large", 1L << 40), null, None).WaitAsync(Hang.Limit));

        Assert.Equal((PackErrorKind.NoSpace, 125), (failure.Kind, failure.ExitCode));
        Assert.Contains("no space left on device", failure.Message, StringComparison.Ordinal);
        Assert.Equal(125, podman.Calls.Calls.Single().ExitCode);
    }

    [Fact]
    public async Task A_writer_that_waits_is_stopped_when_podman_fails()
    {
        using var podman = new FakePodman("echo 'Error: no such container' >&2; exit 125");

        var failure = await Assert.ThrowsAsync<PackException>(() => podman.Engine.Containers.CopyToAsync(
            "x", "/", (_, cancellationToken) => Task.Delay(Timeout.Infinite, cancellationToken), None).WaitAsync(Hang.Limit));

        Assert.Equal(PackErrorKind.NotFound, failure.Kind);
    }

    [Fact]
    public async Task A_taker_of_output_or_progress_that_throws_ends_the_call_with_its_own_failure()
    {
        using var podman = new FakePodman("while :; do echo out; echo err >&2; done");

        await Assert.ThrowsAsync<InvalidDataException>(() => podman.Engine.Containers.AttachAsync("x", start: true, new ThrowingOutput(), None).WaitAsync(Hang.Limit));
        await Assert.ThrowsAsync<InvalidDataException>(
            () => podman.Engine.Images.PullAsync(new ImageTransfer("docker.io/library/x:1"), new ThrowingProgress(), None).WaitAsync(Hang.Limit));

        Assert.Equal(2, podman.Calls.Calls.Count);
    }

    [Fact]
    public async Task A_podman_that_has_read_enough_is_content_with_the_rest_unread()
    {
        using var podman = new FakePodman("head -c 1000 >/dev/null; exec 0<&-; sleep 0.2; echo 'Loaded image: docker.io/library/x:1'");
        var written = false;

        var names = await podman.Engine.Images.LoadAsync(
            async (destination, cancellationToken) =>
            {
                await destination.WriteAsync(new byte[10_000_000], cancellationToken);
                written = true;
            },
            null, None);

        Assert.Equal(["docker.io/library/x:1"], names);
        Assert.True(written);
    }

    [Fact]
    public async Task Floods_on_both_streams_end_in_the_last_words()
    {
        using var podman = new FakePodman("""
            head -c 300000000 /dev/zero | tr '\0' 'e' >&2 &
            head -c 3000000 /dev/zero | tr '\0' 'o'
            wait
            printf '\nError: the end\n' >&2
            exit 125
            """);
        var before = GC.GetTotalMemory(forceFullCollection: true);

        var failure = await Assert.ThrowsAsync<PackException>(() => podman.Engine.Volumes.ListAsync(None));

        Assert.Equal("Podman VolumeList failed: the end", failure.Message);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 20_000_000);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[{\"Id\": \"abc\", \"Names\": [\"x\"")]
    [InlineData("[{\"Id\": 5}]")]
    [InlineData("{\"a\": 1}")]
    [InlineData("not json")]
    [InlineData("[{\"Names\": 7}]")]
    public async Task An_answer_that_is_no_list_of_images_is_a_failure_or_nothing(string answer)
    {
        using var podman = new FakePodman($"cat <<'END'\n{answer}\nEND\n");

        if (answer.Length == 0)
        {
            Assert.Empty(await podman.Engine.Images.ListAsync(new ImageListOptions(), None));
            return;
        }

        var failure = await Assert.ThrowsAsync<PackException>(() => podman.Engine.Images.ListAsync(new ImageListOptions(), None));
        Assert.Equal(PackErrorKind.Failed, failure.Kind);
        Assert.Contains("podman's answer could not be read", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[{\"Id\":\"a\",\"Created\":\"the other day\"}]")]
    [InlineData("[{\"Id\":\"a\",\"Created\":99999999999999999}]")]
    [InlineData("[{\"Id\":\"a\",\"Created\":1.5}]")]
    [InlineData("[{\"Id\":\"\\ud800\"}]")]
    public async Task A_value_that_cannot_be_is_a_failure_of_the_answer(string answer)
    {
        using var podman = new FakePodman($"cat <<'END'\n{answer}\nEND\n");

        var failure = await Assert.ThrowsAsync<PackException>(() => podman.Engine.Images.ListAsync(new ImageListOptions(), None));

        Assert.Contains("podman's answer could not be read", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("[null]")]
    public async Task A_container_of_which_nothing_is_told_is_a_failure_that_names_it(string answer)
    {
        using var podman = new FakePodman($"echo '{answer}'");

        var failure = await Assert.ThrowsAsync<PackException>(() => podman.Engine.Containers.InspectAsync("the-container", None));

        Assert.Equal((PackErrorKind.Failed, "the-container"), (failure.Kind, failure.Target));
    }

    [Fact]
    public async Task An_answer_without_end_is_broken_off()
    {
        using var podman = new FakePodman("exec yes '[['");

        var failure = await Assert.ThrowsAsync<PackException>(() => podman.Engine.Volumes.ListAsync(None));

        Assert.Contains("podman answered with more than", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_question_that_hangs_is_given_up_and_its_process_ended()
    {
        using var podman = new FakePodman("echo $$ > \"$(dirname \"$0\")/child\"; exec sleep 600");
        await using var engine = new PodmanEngine(new PodmanOptions { Executable = podman.Path, AnswerTimeout = TimeSpan.FromSeconds(1) });

        var failure = await Assert.ThrowsAsync<PackException>(() => engine.Volumes.ListAsync(None));

        Assert.Equal(("PodmanUnreachable", PackErrorKind.Unreachable), (failure.ErrorId, failure.Kind));
        Assert.Contains("VolumeList", failure.Message, StringComparison.Ordinal);
        Assert.NotNull(failure.RecommendedAction);
        Assert.False(File.Exists(podman["child"]) && IsRunning(File.ReadAllText(podman["child"]).Trim()), "it still runs");
    }

    [Fact]
    public async Task What_waits_is_not_given_up()
    {
        using var podman = new FakePodman("sleep 1; echo 3");
        await using var engine = new PodmanEngine(new PodmanOptions { Executable = podman.Path, AnswerTimeout = TimeSpan.FromMilliseconds(100) });

        Assert.Equal(3, await engine.Containers.WaitAsync("x", None));
    }

    [Fact]
    public async Task Words_of_one_endless_line_take_no_endless_thought()
    {
        using var podman = new FakePodman("head -c 70000 /dev/zero | tr '\\0' ':' >&2; exit 125");

        var failure = await Assert.ThrowsAsync<PackException>(() => podman.Engine.Images.InspectAsync(["docker.io/library/x:1"], None));

        Assert.Equal(125, failure.ExitCode);
    }

    [Fact]
    public async Task Lists_of_other_shapes_are_read_all_the_same()
    {
        using var podman = new FakePodman("""
            cat <<'END'
            [{"Id":"aa","RepoTags":"docker.io/library/x:1","Names":null,"Created":"2024-05-06T07:08:09Z","Labels":["a=b","c"],"Size":null,"New":{"deep":[1]}},
             {"Id":"sha256:bb","RepoTags":["<none>:<none>"],"Labels":{"n":null,"o":{"x":[1,{"y":2}]},"p":"q"}}]
            END
            """);

        var images = await podman.Engine.Images.ListAsync(new ImageListOptions(), None);

        Assert.Equal(("sha256:aa", 2024, "b"), (images[0].Id, images[0].Created.Year, images[0].Labels["a"]));
        Assert.Equal(["docker.io/library/x:1"], images[0].Tags);
        Assert.Equal(("sha256:bb", "q", ""), (images[1].Id, images[1].Labels["p"], images[1].Labels["o"]));
        Assert.Empty(images[1].Tags);
    }

    [Fact]
    public async Task A_hanging_podman_that_ignores_being_asked_is_ended_with_its_children()
    {
        using var podman = new FakePodman("trap '' TERM INT; sleep 600 & echo $! > \"$(dirname \"$0\")/child\"; while :; do wait; done");
        using var cancellation = new CancellationTokenSource();
        var running = podman.Engine.Volumes.ListAsync(cancellation.Token);
        while (!File.Exists(podman["child"]) || new FileInfo(podman["child"]).Length == 0)
        {
            await Task.Delay(20);
        }

        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(Hang.Limit));

        Assert.False(IsRunning(File.ReadAllText(podman["child"]).Trim()), "the child still runs");
        Assert.Null(podman.Calls.Calls.Single().ExitCode);
    }

    [Fact]
    public async Task A_background_process_that_keeps_the_pipes_open_does_not_keep_the_caller()
    {
        using var podman = new FakePodman("sleep 300 & echo $! > \"$(dirname \"$0\")/child\"; echo '[]'");

        Assert.Empty(await podman.Engine.Volumes.ListAsync(None).WaitAsync(Hang.Limit));

        Assert.True(IsRunning(File.ReadAllText(podman["child"]).Trim()), "the process had ended before");
        (await ToolRun.RunAsync("kill", [File.ReadAllText(podman["child"]).Trim()])).Checked();
    }

    [Fact]
    public async Task A_podman_that_a_signal_ended_is_a_failure_with_that_code()
    {
        using var podman = new FakePodman("kill -KILL $$");

        var failure = await Assert.ThrowsAsync<PackException>(() => podman.Engine.Volumes.ListAsync(None));

        Assert.Equal((PackErrorKind.Failed, 137), (failure.Kind, failure.ExitCode));
    }

    [Fact]
    public async Task A_terminal_s_interrupt_that_reaches_podman_first_is_a_cancellation()
    {
        using var podman = new FakePodman("touch ${0%/*}/begun; kill -INT $$; sleep 600");
        using var cancellation = new CancellationTokenSource();
        var running = podman.Engine.Volumes.ListAsync(cancellation.Token);
        while (!File.Exists(podman["begun"]))
        {
            await Task.Delay(1);
        }

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task A_call_that_is_cancelled_before_it_begins_starts_nothing()
    {
        using var podman = new FakePodman("exit 1");

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => podman.Engine.Volumes.ListAsync(new CancellationToken(canceled: true)));

        Assert.Empty(podman.Calls.Calls);
    }

    [Fact]
    public async Task An_archive_that_podman_breaks_off_fails_at_its_end()
    {
        using var podman = new FakePodman("head -c 100000 /dev/zero; echo 'Error: broken off' >&2; exit 125");

        await using var archive = await podman.Engine.Containers.CopyFromAsync("container", "/path", None);
        await archive.ReadExactlyAsync(new byte[100_000]);
        var failure = await Assert.ThrowsAsync<PackException>(() => archive.ReadAsync(new byte[1]).AsTask());
        var again = Assert.Throws<PackException>(() => archive.ReadByte());

        Assert.Equal(("Podman CopyFromContainer failed: broken off", 125), (failure.Message, failure.ExitCode));
        Assert.Same(failure, again);
    }

    [Fact]
    public async Task A_container_that_is_unmounted_while_it_is_read_is_read_again()
    {
        using var podman = new FakePodman("""
            if [ ! -e "$0.once" ]; then
              touch "$0.once"
              echo "1 error occurred:" >&2
              echo "	* copying from container: copier: get: globs [/path] matched nothing (0 filtered out): no such file or directory" >&2
              exit 125
            fi
            echo text
            """);

        await using var archive = await podman.Engine.Containers.CopyFromAsync("container", "/path", None);
        using var reader = new StreamReader(archive);

        Assert.Equal("text\n", await reader.ReadToEndAsync());
        Assert.Equal([125, 0], podman.Calls.Calls.Select(call => call.ExitCode));
    }

    [Fact]
    public async Task A_path_that_is_not_there_is_asked_for_once()
    {
        using var podman = new FakePodman("""echo 'Error: "/path" could not be found on container x: no such file or directory' >&2; exit 125""");

        var failure = await Assert.ThrowsAsync<PackException>(() => podman.Engine.Containers.CopyFromAsync("container", "/path", None));

        Assert.Equal(PackErrorKind.NotFound, failure.Kind);
        Assert.Single(podman.Calls.Calls);
    }

    [Fact]
    public async Task Names_and_paths_are_arguments_of_their_own_behind_two_dashes()
    {
        using var podman = new FakePodman("printf '<%s>' \"$@\" > \"$(dirname \"$0\")/arguments\"; echo id");

        await podman.Engine.Containers.CreateAsync(
            new ContainerSpec { Image = "docker.io/library/x:1", Name = "-n", User = "-u", Command = ["--privileged", "$(id)", "a b"] }, None);

        var arguments = await File.ReadAllTextAsync(podman["arguments"]);
        Assert.Contains("<--name=-n><--user=-u>", arguments, StringComparison.Ordinal);
        Assert.EndsWith("<--><docker.io/library/x:1><--privileged><$(id)><a b>", arguments, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_and_an_address_are_given_to_podman_and_hide_a_password()
    {
        using var podman = new FakePodman("printf '<%s>' \"$@\" > \"$(dirname \"$0\")/arguments\"; echo '[]'");
        var options = new PodmanOptions { Executable = podman.Path, Observer = podman.Calls };
        await using var connected = new PodmanEngine(options with { Connection = "machine" });
        await using var addressed = new PodmanEngine(options with { Url = "ssh://user:secret@host/run/podman.sock" });

        await connected.Volumes.ListAsync(None);
        var first = await File.ReadAllTextAsync(podman["arguments"]);
        await addressed.Volumes.ListAsync(None);
        var second = await File.ReadAllTextAsync(podman["arguments"]);

        Assert.Contains("<--connection=machine>", first, StringComparison.Ordinal);
        Assert.Contains("<--url=ssh://user:secret@host/run/podman.sock>", second, StringComparison.Ordinal);
        Assert.Equal(("machine", "ssh://user:***@host/run/podman.sock"), (connected.Endpoint, addressed.Endpoint));
        Assert.DoesNotContain(podman.Calls.Calls.SelectMany(call => call.Arguments), argument => argument.Contains("secret", StringComparison.Ordinal));
    }

    private static bool IsRunning(string processId) =>
        File.Exists($"/proc/{processId}/stat") && !File.ReadAllText($"/proc/{processId}/stat").Contains(") Z ", StringComparison.Ordinal);

    private sealed class ThrowingOutput : IContainerOutput
    {
        public void Write(bool isError, ReadOnlySpan<byte> bytes) => throw new InvalidDataException("no");
    }

    private sealed class ThrowingProgress : IProgress<EngineProgress>
    {
        public void Report(EngineProgress value) => throw new InvalidDataException("no");
    }
}
