using System.Net;
using System.Text;
using Buildpacks.Builds.Phases;
using Buildpacks.Builds.Records;
using Buildpacks.Builds.Running;
using Buildpacks.IO;
using Buildpacks.Reporting;

namespace Buildpacks.Tests.Builds;

public sealed class OutputKeeperTests : IPackSink
{
    private const string Secret = "the-secret-of-the-build";

    private readonly OutputKeeper _keeper = new();

    void IPackSink.Log(PackLogLevel level, string category, string message)
    {
    }

    void IPackSink.Progress(PackProgress progress)
    {
    }

    void IPackSink.Output(PackOutputLine line) => _keeper.Add(line);

    [Fact]
    public void Little_output_is_kept_whole()
    {
        Write("one\ntwo\n");
        _keeper.Add(new PackOutputLine("three", IsError: true));

        var (lines, gap) = Read();

        Assert.Equal([new("one", false), new("two", false), new PackOutputLine("three", true)], lines);
        Assert.Null(gap);
    }

    [Theory]
    [InlineData("\e[1m\e[36m===> DETECTING\e[0m", "===> DETECTING")]
    [InlineData("a \e]8;;https://example.com\e\\link\e]8;;\a", "a link")]
    [InlineData("\e[38;2;1;2;3mgreen\e[K [0m", "green [0m")]
    [InlineData("the \e[1msecret-of\e[0m-all", "the ***")]
    public void Colours_are_left_out(string line, string expected)
    {
        _keeper.Add(new PackOutputLine(line[..7], IsError: false) { GoesOn = true });
        _keeper.Add(new PackOutputLine(line[7..], IsError: false));

        var (lines, _) = _keeper.Read(LogMask.Of(new Dictionary<string, string> { ["API_TOKEN"] = "secret-of-all" }, []));

        Assert.Equal(expected, Assert.Single(lines).Text);
    }

    [Fact]
    public void Of_much_output_the_first_and_the_last_part_are_kept_and_the_rest_is_counted()
    {
        const int Count = 100_000;
        for (var i = 0; i < Count; i++)
        {
            _keeper.Add(new PackOutputLine($"line {i:000000}", IsError: false));
        }

        var (lines, gap) = Read();

        Assert.NotNull(gap);
        Assert.Equal(Count, lines.Count + gap.Lines);
        Assert.Equal(11 * gap.Lines, gap.Characters);
        Assert.Equal(Enumerable.Range(0, gap.After).Select(i => $"line {i:000000}"), lines.Take(gap.After).Select(line => line.Text));
        Assert.Equal($"line {gap.After + gap.Lines:000000}", lines[gap.After].Text);
        Assert.Equal($"line {Count - 1:000000}", lines[^1].Text);
        Assert.True(lines.Sum(line => line.Text.Length) < 1_000_000);
    }

    [Fact]
    public void Empty_lines_count_too()
    {
        for (var i = 0; i < 1_000_000; i++)
        {
            _keeper.Add(new PackOutputLine("", IsError: false));
        }

        Assert.True(Read().Lines.Count < 50_000);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(22)]
    public void A_secret_across_two_pieces_of_a_long_line_is_hidden(int before)
    {
        var line = new string('x', LineSplitter.MaximumLine - before) + Secret + "y";
        Write(line + "\nnext\n");

        var (lines, _) = Read();

        Assert.Equal([line.Replace(Secret, "***", StringComparison.Ordinal), "next"], lines.Select(kept => kept.Text));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(22)]
    public void Pieces_that_are_shorter_without_a_marked_secret_are_one_line(int before)
    {
        using var marked = new NetworkCredential("", "s3cret-of-many-letters").SecurePassword;
        var output = new LifecycleOutput(this, new PhaseClock(), SecretMask.Of([new PackVariable("TOKEN", marked)]));
        var line = "s3cret-of-many-letters".PadRight(LineSplitter.MaximumLine - before, 'x') + Secret + "y";

        output.Write(isError: false, Encoding.UTF8.GetBytes(line + "\nnext\n"));
        output.Complete();

        Assert.Equal(
            [line.Replace("s3cret-of-many-letters", "***", StringComparison.Ordinal).Replace(Secret, "***", StringComparison.Ordinal), "next"],
            Read().Lines.Select(kept => kept.Text));
    }

    [Fact]
    public void Pieces_of_two_streams_are_not_mixed()
    {
        var half = new string('x', LineSplitter.MaximumLine);
        _keeper.Add(new PackOutputLine(half, IsError: false) { GoesOn = true });
        _keeper.Add(new PackOutputLine("an error", IsError: true));
        _keeper.Add(new PackOutputLine("y", IsError: false));

        Assert.Equal([half + "y", "an error"], Read().Lines.Select(line => line.Text));
    }

    [Fact]
    public void A_secret_that_the_gap_cuts_in_two_is_not_shown_in_part()
    {
        // One line of megabytes that is nothing but the secret: wherever it is cut, there are parts of it.
        Write("first\n");
        Write(string.Concat(Enumerable.Repeat(Secret, 100_000)) + "\nlast\n");

        var (lines, gap) = Read();

        Assert.Equal(["first", "last"], lines.Select(line => line.Text));
        Assert.Equal((1, 1L, 100_000L * Secret.Length), (gap!.After, gap.Lines, gap.Characters));
    }

    [Fact]
    public void A_line_of_the_other_stream_at_the_gap_does_not_save_half_a_secret()
    {
        var secrets = string.Concat(Enumerable.Repeat(Secret, 100_000));
        for (var start = 0; start < secrets.Length; start += LineSplitter.MaximumLine)
        {
            var end = Math.Min(start + LineSplitter.MaximumLine, secrets.Length);
            _keeper.Add(new PackOutputLine(secrets[start..end], IsError: false) { GoesOn = end < secrets.Length });
            _keeper.Add(new PackOutputLine("meanwhile", IsError: true));
        }

        Assert.All(Read().Lines, line => Assert.Equal("meanwhile", line.Text));
    }

    private void Write(string text)
    {
        var splitter = new LineSplitter((line, goesOn) => _keeper.Add(new PackOutputLine(line, IsError: false) { GoesOn = goesOn }), text => text.Length);
        splitter.Write(Encoding.UTF8.GetBytes(text));
        splitter.Complete();
    }

    private (IReadOnlyList<PackOutputLine> Lines, PackOutputGap? Gap) Read() =>
        _keeper.Read(new LogMask(new Dictionary<string, string> { ["SECRET"] = Secret }));
}
