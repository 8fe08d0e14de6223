using Buildpacks.Testing;

namespace Buildpacks.Engines.Tests.Contract;

/// <summary>What comes out of a container that runs, on every engine.</summary>
public abstract class AttachContract(EngineUnderTest subject) : EngineContract(subject)
{
    [SkippableFact]
    public async Task Standard_output_and_error_come_apart()
    {
        Subject.Require();

        var run = await RunShellAsync("echo out; echo err >&2; printf 'no line end'");

        Assert.Equal((0, "out\nno line end", "err\n"), run);
    }

    [SkippableFact]
    public async Task Bytes_come_as_they_are()
    {
        Subject.Require();

        var run = await RunShellAsync("printf '\\r\\n\\033[1mbold\\t\\303\\244\\n' ; printf '\\342\\212\\225' >&2");

        Assert.Equal((0, "\r\n\u001b[1mbold\tä\n", "⊕"), run);
    }

    [SkippableTheory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(51)]
    [InlineData(125)]
    [InlineData(126)]
    [InlineData(127)]
    [InlineData(130)]
    [InlineData(255)]
    public async Task The_exit_code_is_the_container_s(int exitCode)
    {
        Subject.Require();

        Assert.Equal((exitCode, "", "last words\n"), await RunShellAsync($"echo last words >&2; exit {exitCode}"));
    }

    [SkippableFact]
    public async Task A_conversation_writes_what_the_container_reads_and_ends_with_it()
    {
        Subject.Require();
        var container = await CreateAsync(new ContainerSpec
        {
            Image = ImageName, HasInput = true, Command = ["sh", "-c", "read -r first; echo \"got $first\"; read -r second; echo \"got $second\" >&2; exit 7"],
        });
        var capture = new OutputCapture();
        var isStopped = false;

        var exitCode = await Engine.Containers.ConverseAsync(
            container,
            async (input, cancellation) =>
            {
                await input.WriteAsync("one\n"u8.ToArray(), cancellation);
                while (capture.Output.Length == 0)
                {
                    await Task.Delay(10, cancellation);
                }

                await input.WriteAsync("two\n"u8.ToArray(), cancellation);
                await input.FlushAsync(cancellation);
                try
                {
                    await Task.Delay(Timeout.Infinite, cancellation);
                }
                finally
                {
                    isStopped = true;
                }
            },
            capture, None);

        Assert.Equal((7, "got one\n", "got two\n", true), (exitCode, capture.Output, capture.Error, isStopped));
    }

    [SkippableFact]
    public async Task A_container_that_a_signal_ended_has_128_and_the_signal_s_number()
    {
        Subject.Require();

        // The kernel itself kills whoever uses more processor time than the limit, the first process of a container too.
        var container = await CreateShellAsync("echo begun; ulimit -t 1; while :; do :; done");
        var capture = new OutputCapture();
        var exitCode = await Engine.Containers.AttachAsync(container, start: true, capture, None);

        Assert.Equal((128 + 9, "begun\n"), (exitCode, capture.Output));
        Assert.Equal(128 + 9, await Engine.Containers.WaitAsync(container, None));
        Assert.Equal(128 + 9, (await Engine.Containers.InspectAsync(container, None)).ExitCode);
    }

    [SkippableFact]
    public async Task Many_megabytes_without_a_line_end_come_whole()
    {
        Subject.Require();
        const int megabytes = 24;
        var container = await CreateShellAsync($"head -c {megabytes << 20} /dev/zero | tr '\\0' 'x'; head -c {megabytes << 20} /dev/zero | tr '\\0' 'y' >&2");
        var tally = new Tally();

        var exitCode = await Engine.Containers.AttachAsync(container, start: true, tally, None);

        Assert.Equal((0, (long)megabytes << 20, (long)megabytes << 20), (exitCode, tally.Output, tally.Error));
        Assert.True(tally.Clean, "bytes of one stream came on the other");
        Assert.False(tally.Overlapped, "two threads wrote at the same time");
    }

    [SkippableFact]
    public async Task Output_comes_while_the_container_runs()
    {
        Subject.Require();
        var container = await CreateShellAsync("echo first; sleep 30");
        var capture = new OutputCapture();

        await CancelsAsync(token => Engine.Containers.AttachAsync(container, start: true, capture, token), () => capture.Output == "first\n");
    }

    [SkippableFact]
    public async Task A_cancelled_attachment_leaves_the_container_to_the_caller()
    {
        Subject.Require();
        var container = await CreateShellAsync("while :; do echo line; sleep 0.01; done");

        var capture = new OutputCapture();

        await CancelsAsync(token => Engine.Containers.AttachAsync(container, start: true, capture, token), () => capture.OutputLength > 0);

        Assert.Equal("running", (await Engine.Containers.InspectAsync(container, None)).Status);
    }

    [SkippableFact]
    public async Task A_container_that_runs_already_is_followed_to_its_end()
    {
        Subject.Require();
        var container = await CreateShellAsync("while ! test -e /tmp/go; do sleep 0.05; done; echo late; echo late >&2; exit 9");
        await Engine.Containers.StartAsync(container, None);
        var capture = new OutputCapture();

        var running = Engine.Containers.AttachAsync(container, start: false, capture, None);
        await Task.Delay(500);
        await Engine.Containers.CopyToAsync(container, "/tmp", TestTar.Of(TestTar.File("go", "")), None);

        Assert.Equal(9, await running.WaitAsync(Hang.Limit));
        Assert.Equal(("late", "late\n"), (capture.Output.TrimEnd('\n'), capture.Error));
    }

    [SkippableFact]
    public async Task A_container_that_has_ended_gives_its_exit_code_without_output()
    {
        Subject.Require();
        var container = await CreateShellAsync("echo early; exit 9");
        await Engine.Containers.StartAsync(container, None);
        await Engine.Containers.WaitAsync(container, None);
        var capture = new OutputCapture();

        var exitCode = await Engine.Containers.AttachAsync(container, start: false, capture, None);

        Assert.Equal((9, "", ""), (exitCode, capture.Output.TrimEnd('\n'), capture.Error));
    }

    [SkippableTheory]
    [InlineData("missing")]
    [InlineData("-x")]
    [InlineData("--help")]
    public async Task An_attachment_to_what_is_not_there_is_not_found_and_writes_nothing(string name)
    {
        Subject.Require();
        var capture = new OutputCapture();

        await FailsAsync(PackErrorKind.NotFound, () => Engine.Containers.AttachAsync(name, start: true, capture, None));
        await FailsAsync(PackErrorKind.NotFound, () => Engine.Containers.AttachAsync(name, start: false, capture, None));

        Assert.Equal(("", ""), (capture.Output, capture.Error));
    }

    [SkippableFact]
    public async Task A_program_that_does_not_exist_is_a_failure_and_not_output()
    {
        Subject.Require();
        var container = await CreateAsync(new ContainerSpec { Image = ImageName, Command = ["/no/such/program"] });
        var capture = new OutputCapture();

        var failure = await FailsAsync(PackErrorKind.Failed, () => Engine.Containers.AttachAsync(container, start: true, capture, None));

        Assert.Contains("/no/such/program", failure.Message, StringComparison.Ordinal);
        Assert.Equal(("", ""), (capture.Output, capture.Error));
    }

    private sealed class Tally : IContainerOutput
    {
        private int _inside;

        public long Output { get; private set; }

        public long Error { get; private set; }

        public bool Clean { get; private set; } = true;

        public bool Overlapped { get; private set; }

        public void Write(bool isError, ReadOnlySpan<byte> bytes)
        {
            Overlapped |= Interlocked.Exchange(ref _inside, 1) != 0;
            Clean &= !bytes.ContainsAnyExcept(isError ? (byte)'y' : (byte)'x');
            Output += isError ? 0 : bytes.Length;
            Error += isError ? bytes.Length : 0;
            _inside = 0;
        }
    }
}
