using System.Globalization;
using System.Net;
using System.Text;
using Buildpacks.Builds.Phases;
using Buildpacks.Builds.Running;
using Buildpacks.IO;
using Buildpacks.Reporting;

namespace Buildpacks.Tests.Builds;

public sealed class LifecycleOutputTests : IPackSink
{
    private static readonly string Digest = new('a', 64);

    private const string Id = "0123456789ab";

    private readonly List<PackOutputLine> _lines = [];
    private readonly List<PackProgress> _progress = [];
    private readonly PhaseClock _clock = new();

    void IPackSink.Log(PackLogLevel level, string category, string message)
    {
    }

    void IPackSink.Progress(PackProgress progress) => _progress.Add(progress);

    void IPackSink.Output(PackOutputLine line) => _lines.Add(line);

    [Fact]
    public void Lines_come_whole_however_they_were_cut()
    {
        var output = new LifecycleOutput(this, _clock, SecretMask.None);
        foreach (var part in Encoding.UTF8.GetBytes("first\r\nzweite Zeile: äöü €\n\nlast").Chunk(3))
        {
            output.Write(isError: false, part);
        }

        output.Complete();

        Assert.Equal(["first", "zweite Zeile: äöü €", "", "last"], _lines.Select(line => line.Text));
    }

    [Fact]
    public async Task Its_end_may_come_while_one_of_the_streams_is_still_read()
    {
        const int Lines = 20_000;
        var output = new LifecycleOutput(this, _clock, SecretMask.None);
        var writing = Task.Run(() =>
        {
            for (var i = 0; i < Lines; i++)
            {
                output.Write(isError: true, "line\n"u8);
            }
        });
        while (!writing.IsCompleted)
        {
            output.Complete();
        }

        await writing;
        output.Complete();

        Assert.Equal(Enumerable.Repeat(new PackOutputLine("line", true), Lines), _lines);
    }

    [Fact]
    public void The_two_streams_do_not_mix_within_a_line()
    {
        var output = new LifecycleOutput(this, _clock, SecretMask.None);
        output.Write(isError: false, "out "u8);
        output.Write(isError: true, "error\n"u8);
        output.Write(isError: false, "put\n"u8);

        Assert.Equal([new("error", true), new("out put", false)], _lines);
    }

    [Fact]
    public void Headings_are_phases_with_colours_or_without()
    {
        var output = new LifecycleOutput(this, _clock, SecretMask.None);
        _clock.ContainerStarts();
        output.Write(isError: false, "===> ANALYZING\n\u001b[36m===> EXTENDING (BUILD)\u001b[0m\n ===> NOT A PHASE\n===> BUILDING\n"u8);

        Assert.Equal("building", output.Phase);
        Assert.Equal("building", _clock.ContainerEnds());
        Assert.Equal(["start", "analyzing", "extending (build)", "building"], _clock.Phases.Select(phase => phase.Name));
    }

    [Fact]
    public void A_heading_of_the_platform_has_the_colour_of_the_creator_and_the_log_level_hides_it()
    {
        var output = new LifecycleOutput(this, _clock, SecretMask.None);

        output.WriteHeading("DETECTING", isShown: false);
        Assert.Equal("detecting", output.Phase);
        Assert.Empty(_lines);

        output.WriteHeading("BUILDING", isShown: true);
        Assert.Equal("\u001b[36m===> BUILDING\u001b[0m", Assert.Single(_lines).Text);
    }

    [Theory]
    [InlineData("===> BUILDING\n===> COMPILING\n===> DETECTING\n===> BUILDING\n===> EXPORTING\n", "building exporting")]
    [InlineData("===> BUILDING\n===> EXPORTING\n===> BUILDING\n===> EXPORTING\n", "building exporting")]
    [InlineData("===> DETECTING\n===> EXPORTING\n===> RESTORING\n===> BUILDING\n===> EXPORTING\n", "detecting restoring building exporting")]
    [InlineData("===> ANALYZING\n===> ANALYZING\n===> DETECTING\n===> DETECTING\n===> BUILDING\n===> EXPORTING\n", "analyzing detecting building exporting")]
    public void What_buildpacks_print_is_no_phase(string text, string phases)
    {
        var output = new LifecycleOutput(this, _clock, SecretMask.None);
        output.Write(isError: false, Encoding.UTF8.GetBytes(text));
        output.Write(isError: true, "===> EXPORTING\n"u8);
        output.Complete();
        _clock.ContainerEnds();

        Assert.Equal(phases.Split(' '), _clock.Phases.Select(phase => phase.Name));
    }

    [Theory]
    [InlineData("*** Images (sha256:{0}):")]
    [InlineData("\u001b[1m*** Images (/layers/.layouts/index.docker.io/library/app/latest@sha256:{0}):\u001b[0m\r")]
    public void The_layout_that_the_exporter_names_is_noted(string line)
    {
        var output = new LifecycleOutput(this, _clock, SecretMask.None);
        output.Write(isError: false, Encoding.UTF8.GetBytes("===> EXPORTING\nSaving app...\n" + string.Format(CultureInfo.InvariantCulture, line, Digest) + "\n      app\n"));

        Assert.Equal("sha256:" + Digest, output.ExportedDigest);
    }

    [Theory]
    [InlineData("===> BUILDING\n*** Images (sha256:{0}):\n")]
    [InlineData("===> EXPORTING\n*** Images (sha256:{0}):\n===> EXPORTING\nSaving app...\n")]
    [InlineData("===> EXPORTING\n*** Images (0123456789ab):\n")]
    [InlineData("===> EXPORTING\n    *** Images (sha256:{0}):\n")]
    public void What_others_print_is_no_layout_of_the_exporters(string text)
    {
        var output = new LifecycleOutput(this, _clock, SecretMask.None);
        output.Write(isError: false, Encoding.UTF8.GetBytes(string.Format(CultureInfo.InvariantCulture, text, Digest)));

        Assert.Null(output.ExportedDigest);
    }

    [Theory]
    [InlineData("Image with name \"/layers/.layouts/example.com/app/latest\" not found", "Image with name \"example.com/app:latest\" not found")]
    [InlineData("Saving /layers/.layouts/example.com/app/latest...", "Saving example.com/app:latest...")]
    [InlineData("      /layers/.layouts/example.com/app/latest", "      example.com/app:latest")]
    [InlineData("Using app image: \u001b[1m/layers/.layouts/example.com/app/latest\u001b[0m", "Using app image: \u001b[1mexample.com/app:latest\u001b[0m")]
    [InlineData("Found image with identifier \"/layers/.layouts/example.com/run/1@sha256:{0}\".", "Found image with identifier \"example.com/run:1 (0123456789ab)\".")]
    [InlineData("Found image with identifier \"/layers/.layouts/example.com/app/latest@sha256:{0}\"", "Found image with identifier \"example.com/app:latest\"")]
    [InlineData("Saving a.invalid/app:latest...", "Saving example.com/app:latest...")]
    [InlineData("ERROR: open /layers/.layouts/example.com/app/latest/index.json: no such file", "ERROR: open /layers/.layouts/example.com/app/latest/index.json: no such file")]
    [InlineData("/layers/.layouts/example.com/app/latest.1 /layers/.layouts/example.com/app/latest-2 /srv/layers/.layouts/example.com/app/latest", "/layers/.layouts/example.com/app/latest.1 /layers/.layouts/example.com/app/latest-2 /srv/layers/.layouts/example.com/app/latest")]
    public void Paths_of_layouts_are_shown_as_names_and_ids(string line, string shown)
    {
        var output = new LifecycleOutput(this, _clock, SecretMask.None, Names());
        line = line.Replace("{0}", Digest, StringComparison.Ordinal);

        output.Write(isError: false, Encoding.UTF8.GetBytes($"{line}\n===> DETECTING\n{line}\n===> BUILDING\n{line}\n===> EXPORTING\n{line}\n"));

        Assert.Equal([shown, "===> DETECTING", line, "===> BUILDING", line, "===> EXPORTING", shown], _lines.Select(each => each.Text));
        Assert.Contains(shown.Replace("\u001b[1m", "").Replace("\u001b[0m", ""), output.LastLines);
    }

    [Theory]
    [InlineData("cccccccccccc", "*** Images (cccccccccccc):")]
    [InlineData(null, "*** Images:")]
    public void The_line_that_names_the_exported_image_waits_for_its_id(string? id, string shown)
    {
        var output = new LifecycleOutput(this, _clock, SecretMask.None, Names());
        output.Write(isError: false, Encoding.UTF8.GetBytes($"===> EXPORTING\n*** Images (/layers/.layouts/example.com/app/latest@sha256:{Digest}):\n      /layers/.layouts/example.com/app/latest\nAdding cache layer 'a:b'\n"));
        output.Complete();
        var before = _lines.Count;

        output.ShowExported(id);
        output.ShowExported(null);
        output.Write(isError: false, "end\n"u8);

        Assert.Equal(1, before);
        Assert.Equal(["===> EXPORTING", shown, "      example.com/app:latest", "Adding cache layer 'a:b'", "end"], _lines.Select(line => line.Text));
        Assert.Equal("sha256:" + Digest, output.ExportedDigest);
        Assert.DoesNotContain(output.LastLines, line => line.Contains("sha256", StringComparison.Ordinal));
    }

    [Fact]
    public void The_line_that_names_the_exported_image_does_not_wait_when_the_layout_is_known_or_too_much_follows()
    {
        var known = new LifecycleOutput(this, _clock, SecretMask.None, Names(Id));
        known.Write(isError: false, Encoding.UTF8.GetBytes($"===> EXPORTING\n\u001b[1m*** Images (sha256:{Digest}):\u001b[0m\nend\n"));
        Assert.Equal(["===> EXPORTING", "\u001b[1m*** Images (0123456789ab):\u001b[0m", "end"], _lines.Select(line => line.Text));

        _lines.Clear();
        var flooded = new LifecycleOutput(this, _clock, SecretMask.None, Names());
        flooded.Write(isError: false, Encoding.UTF8.GetBytes($"===> EXPORTING\n*** Images (sha256:{Digest}):\n" + string.Concat(Enumerable.Repeat("noise\n", 5000))));
        Assert.Equal(5002, _lines.Count);
        Assert.Equal("*** Images:", _lines[1].Text);
    }

    [Fact]
    public void Each_phase_is_a_timed_activity_of_the_build_that_ends_when_the_next_begins()
    {
        var output = new LifecycleOutput(this, _clock, SecretMask.None);
        output.Write(isError: false, "===> DETECTING\n===> EXTENDING (BUILD)\n"u8);
        output.Complete();

        Assert.Equal(["Detecting", "-Detecting", "Extending (build)", "-Extending (build)"], _progress.Select(progress => (progress.Completed ? "-" : "") + progress.Activity));
        Assert.All(_progress, progress => Assert.True(progress.IsTimed && progress.ParentId == "build"));
    }

    [Fact]
    public void Only_the_last_lines_are_kept_and_without_colours()
    {
        var output = new LifecycleOutput(this, _clock, SecretMask.None);
        for (var i = 0; i < 100; i++)
        {
            output.Write(isError: false, Encoding.UTF8.GetBytes($"\u001b[31mline {i}\u001b[0m\n"));
        }

        Assert.Equal(30, output.LastLines.Count);
        Assert.Equal("line 99", output.LastLines[^1]);
        Assert.Equal("\u001b[31mline 99\u001b[0m", _lines[^1].Text);
    }

    [Fact]
    public void A_line_without_end_comes_in_pieces()
    {
        var output = new LifecycleOutput(this, _clock, SecretMask.None);
        output.Write(isError: false, Encoding.UTF8.GetBytes(new string('x', 100_000)));
        output.Complete();

        Assert.Equal(100_000, _lines.Sum(line => line.Text.Length));
        Assert.All(_lines, line => Assert.True(line.Text.Length <= 16 * 1024));
        Assert.All(_lines, line => Assert.Equal(line != _lines[^1], line.GoesOn));
    }

    [Fact]
    public void A_secret_is_hidden_also_where_it_would_be_cut()
    {
        using var secret = new NetworkCredential("", "s3cret-of-many-letters").SecurePassword;
        var output = new LifecycleOutput(this, _clock, SecretMask.Of([new PackVariable("TOKEN", secret)]));
        for (var before = (16 * 1024) - 30; before < (16 * 1024) + 10; before++)
        {
            output.Write(isError: false, Encoding.UTF8.GetBytes(new string('x', before) + "s3cret-of-many-letters and more\n"));
        }

        Assert.Equal(40, _lines.Count(line => line.Text.Contains("***", StringComparison.Ordinal)));
        Assert.DoesNotContain(_lines, line => line.Text.Contains("s3c", StringComparison.Ordinal) || line.Text.Contains("letters", StringComparison.Ordinal));
        Assert.DoesNotContain(output.LastLines, line => line.Contains("s3cret", StringComparison.Ordinal));
    }

    private static LayoutNames Names(string? exported = null) => new(
        new Dictionary<string, (string Name, string? Id)>
        {
            ["/layers/.layouts/example.com/app/latest"] = ("example.com/app:latest", null),
            ["a.invalid/app:latest"] = ("example.com/app:latest", null),
            ["/layers/.layouts/example.com/run/1"] = ("example.com/run:1", Id),
        },
        _ => exported);
}
