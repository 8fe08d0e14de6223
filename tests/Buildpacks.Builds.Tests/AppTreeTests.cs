using Buildpacks.Builds.Tests.Support;
using Buildpacks.Testing;
using Buildpacks.Testing.Builders;
using Buildpacks.Testing.Processes;

namespace Buildpacks.Builds.Tests;

/// <summary>The files of an app have the same kinds, modes, owners, times and content in the container as on this machine, on every route.</summary>
public abstract class AppTreeTests(IBuildFixture fixture)
{
    private const string Begin = "--- tree";
    private const string End = "--- end";

    /// <summary>Names, types with modes, times, sums, link targets. A tar may give a folder its time before it fills it.</summary>
    private const string Show =
        """
        find . ! -name . -type d -exec stat -c '%n %f %OWNER%' {} + | LC_ALL=C sort
        find . ! -type d ! -type l -exec stat -c '%n %f %OWNER% %s %Y' {} + | LC_ALL=C sort
        find . -type l -exec sh -c 'for link; do echo "$link -> $(readlink "$link")"; done' - {} + | LC_ALL=C sort
        find . -type f -exec sha256sum {} + | LC_ALL=C sort
        """;

    [SkippableTheory]
    [InlineData(false, false, null)]
    [InlineData(true, false, null)]
    [InlineData(false, true, null)]
    [InlineData(true, true, null)]
    [InlineData(false, false, 2000)]
    public async Task Every_kind_of_file_arrives_as_it_is(bool stepwise, bool separate, int? user)
    {
        await using var bench = new BuildBench(fixture);
        if (stepwise)
        {
            await bench.RunStepwiseAsync();
        }

        bench.Write("run", $"echo '{Begin}'\n{Show.Replace("%OWNER%", "%u:%g", StringComparison.Ordinal)}\necho '{End}'\n");
        await FillAsync(bench.App);
        var expected = await ShellAsync(bench.App, Show.Replace("%OWNER%", $"{user ?? 1000}:1000", StringComparison.Ordinal));
        await ShellAsync(bench.App, "mkfifo a-pipe");
        var sink = new RecordingSink();

        await bench.BuildAsync(bench.Request with { SeparatePhases = separate, UserId = user }, sink);

        var lines = sink.Lines.Select(line => line.Text).ToList();
        var first = lines.IndexOf(Begin) + 1;
        Assert.Equal(expected.TrimEnd(), string.Join('\n', lines[first..lines.IndexOf(End)]));
        Assert.Contains(sink.Messages(PackLogLevel.Warning), warning => warning.Contains("a-pipe", StringComparison.Ordinal));
    }

    private static async Task FillAsync(string app)
    {
        var longName = new string('n', 200);
        await ShellAsync(
            app,
            $"""
            mkdir -p folder/deep empty-folder {longName}/{longName}
            echo content > folder/deep/file
            : > empty
            echo long > {longName}/{longName}/{longName}
            echo unicode > 'ünï ⊕ 语'
            ln folder/deep/file hard-link
            ln -s folder/deep/file symbolic-link
            ln -s /nowhere/at/all dangling-link
            for mode in 0400 0640 0755 1644 2755 4755 6755; do echo $mode > mode-$mode; chmod $mode mode-$mode; done
            for mode in 0700 1777 2775 3777; do mkdir folder-$mode; chmod $mode folder-$mode; done
            echo quoted > "it's \"\$0\""; chmod 2755 "it's \"\$0\""
            touch -d '2001-02-03 04:05:06 UTC' mode-0755
            touch -d '2038-01-19 03:14:09 UTC' empty
            """);
    }

    private static async Task<string> ShellAsync(string folder, string script) =>
        (await ToolRun.RunAsync("/bin/bash", ["-c", $"set -e; cd \"$1\"; {script}", "bash", folder])).Checked();
}
