using System.ComponentModel;
using Buildpacks.Lifecycle.Os;
using Buildpacks.Testing;

namespace Buildpacks.Lifecycle.Tests.Os;

public sealed class ChildProcessTests : IDisposable
{
    private static readonly Dictionary<string, string> Variables = new() { ["PATH"] = "/usr/bin:/bin", ["ONLY"] = "é ü" };

    private readonly TestFolder folder = new("child");

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("exit 0", 0)]
    [InlineData("exit 100", 100)]
    [InlineData("exit 255", 255)]
    [InlineData("kill -TERM $$", 143)]
    [InlineData("kill -KILL $$", 137)]
    [InlineData("kill -PIPE $$", 141)]
    public async Task The_exit_code_or_the_signal_comes_back(string script, int expected) =>
        Assert.Equal(expected, (await RunAsync(script)).ExitCode);

    [Fact]
    public async Task Output_and_errors_keep_their_order_in_the_file() =>
        Assert.Equal("1\n2\n3\n", (await RunAsync("echo 1; echo 2 >&2; echo 3")).Output);

    [Fact]
    public async Task The_program_has_the_variables_it_was_given_and_no_others() =>
        Assert.Equal(["ONLY=é ü", "PATH=/usr/bin:/bin"], (await RunAsync("", "/usr/bin/env")).Output.TrimEnd().Split('\n').Order());

    [Fact]
    public async Task Arguments_arrive_as_they_are() =>
        Assert.Equal("a b|$x||é|", (await RunAsync("printf '%s|' \"$@\"", arguments: ["a b", "$x", "", "é"])).Output);

    [Fact]
    public async Task It_starts_in_its_folder_with_nothing_to_read() =>
        Assert.Equal(folder.Path + "\n0\n", (await RunAsync("pwd; wc -c")).Output);

    [Fact]
    public async Task No_signal_is_ignored_or_blocked()
    {
        var output = (await RunAsync("grep -E 'SigIgn|SigBlk' /proc/self/status")).Output;

        // Signals 32 and 33 are the C library's own; it ignores them in every child that it spawns.
        Assert.Matches(@"^SigBlk:\t0{16}\nSigIgn:\t0{7}[01][08]0{7}\n$", output);
    }

    [Fact]
    public async Task Files_that_this_process_has_open_stay_its_own()
    {
        using var open = File.Create(folder["open"]);

        Assert.DoesNotContain("open", (await RunAsync("readlink /proc/self/fd/*")).Output.Replace(folder["output"], "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sixteen_megabytes_of_output_go_to_the_file()
    {
        Assert.Equal(0, (await RunAsync("head -c 16777216 /dev/zero", read: false)).ExitCode);
        Assert.Equal(16777216, new FileInfo(folder["output"]).Length);
    }

    [Theory]
    [InlineData("/no/such/program", "No such file or directory")]
    [InlineData("/etc/passwd", "Permission denied")]
    public async Task What_cannot_be_started_is_an_error_with_its_path(string path, string said)
    {
        var error = await Assert.ThrowsAsync<Win32Exception>(() => ChildProcess.RunAsync(
            new ChildProgram(path, [], Variables, folder.Path), CancellationToken.None));

        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("exec sleep 600")]
    [InlineData("trap '' TERM; while :; do sleep 0.1; done")]
    public async Task Cancelling_ends_it_even_when_it_ignores_the_request(string script)
    {
        using var cancellation = new CancellationTokenSource();
        var program = new ChildProgram("/bin/sh", ["-c", "echo $$; " + script], Variables, folder.Path) { OutputFile = folder["output"] };

        var run = ChildProcess.RunAsync(program, cancellation.Token);
        while (!File.Exists(folder["output"]) || new FileInfo(folder["output"]).Length == 0)
        {
            await Task.Delay(10);
        }

        var pid = File.ReadAllText(folder["output"]).Trim();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);

        Assert.False(Directory.Exists("/proc/" + pid));
    }

    private async Task<(int ExitCode, string Output)> RunAsync(
        string script, string? program = null, IReadOnlyList<string>? arguments = null, bool read = true)
    {
        var child = program is null
            ? new ChildProgram("/bin/sh", ["-c", script, "sh", .. arguments ?? []], Variables, folder.Path)
            : new ChildProgram(program, [], Variables, folder.Path);
        var exitCode = await ChildProcess.RunAsync(child with { OutputFile = folder["output"] }, CancellationToken.None);
        return (exitCode, read ? await File.ReadAllTextAsync(folder["output"]) : "");
    }
}
