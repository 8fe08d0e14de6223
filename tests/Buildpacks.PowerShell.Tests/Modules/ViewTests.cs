using System.Text.RegularExpressions;
using Buildpacks.Commands.Tests.Sessions;

namespace Buildpacks.Commands.Tests.Modules;

/// <summary>Shows objects as a prompt would.</summary>
public sealed partial class ViewTests : IDisposable
{
    private const string Id = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    private readonly PackSession _session = new();

    public void Dispose() => _session.Dispose();

    [Fact]
    public void A_build_is_one_row()
    {
        var rows = Rows(new BuildResult
        {
            ImageName = "shop/web", Id = Id, Engine = PackEngineKind.Podman, Location = "", Builder = "", RunImage = "",
            LayersReused = 4, LayersAdded = 1, Duration = TimeSpan.FromSeconds(1.234),
        });

        Assert.Equal("Image Engine Id Reused Added Duration Outcome", rows[0]);
        Assert.Equal("shop/web Podman 0123456789ab 4 1 1.23 s built", rows[2]);
    }

    [Fact]
    public void An_engine_call_is_one_row()
    {
        var rows = Rows(new EngineCall
        {
            Engine = PackEngineKind.Podman, Operation = "ImageInspect", Arguments = ["image", "inspect", "--", "web"], ExitCode = 125,
            Duration = TimeSpan.FromMilliseconds(81), BytesSent = 12, BytesReceived = 34_567_890, Started = DateTimeOffset.UnixEpoch,
        });

        Assert.Equal("Started Duration Operation Exit Sent Received Arguments", rows[0]);
        Assert.Matches(@"^\d\d:00:00\.000 81 ms ImageInspect 125 12 B 34\.6 MB image inspect -- web$", rows[2]);
    }

    [Fact]
    public void An_engine_is_one_row_with_a_mark_when_it_is_in_use()
    {
        var rows = Rows(new PackEngine
        {
            Engine = PackEngineKind.Docker, Endpoint = "unix:///run/docker.sock", Source = "DOCKER_HOST", Selected = true, Reason = "no permission",
        });

        Assert.Equal("* Engine Version Answers Endpoint Source Reason", rows[0]);
        Assert.Equal("* Docker no unix:///run/docker.sock DOCKER_HOST no permission", rows[2]);
    }

    [Fact]
    public void Many_buildpacks_of_an_image_are_counted()
    {
        var rows = Rows(new PackImage
        {
            Name = "builder", Id = Id, Size = 1_500_000_000, Engine = PackEngineKind.Podman,
            Buildpacks = [.. Enumerable.Range(1, 5).Select(number => new PackBuildpack($"b{number}", "1"))],
        });

        Assert.Equal("builder 0123456789ab 1.5 GB Podman b1, b2, b3, … (5)", rows[2]);
    }

    [Fact]
    public void A_copy_is_one_row()
    {
        var rows = Rows(new PackImageCopy
        {
            Name = "web:1", Id = Id, Source = "podman store of alice", Destination = "/tmp/web.tar", LayersMoved = 5, LayersSkipped = 1,
            BytesMoved = 93_200, Duration = TimeSpan.FromMilliseconds(412),
        });

        Assert.Equal("Name Id Moved Skipped Bytes Duration Destination", rows[0]);
        Assert.Equal("web:1 0123456789ab 5 1 93.2 kB 412 ms /tmp/web.tar", rows[2]);
    }

    [Fact]
    public void Phases_buildpacks_and_processes_are_rows()
    {
        Assert.Equal("detecting 120 ms", Rows(new PackPhase("detecting", TimeSpan.FromMilliseconds(120)))[2]);
        Assert.Equal("samples/web 1.2 https://example.org", Rows(new PackBuildpack("samples/web", "1.2", "https://example.org"))[2]);
        Assert.Equal(
            "web yes bin/web --port 8080 /srv samples/web",
            Rows(new PackProcess
            {
                Type = "web", Default = true, Command = ["bin/web", "--port"], Args = ["8080"], WorkingDirectory = "/srv", BuildpackId = "samples/web",
            })[2]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Colours_are_used_where_the_console_has_them(bool colours)
    {
        _session.Console.HasColours = colours;
        var build = new BuildResult { ImageName = "shop/web", Id = Id, Engine = PackEngineKind.Podman, Location = "", Builder = "", RunImage = "" };

        Assert.Equal(colours, _session.Show("$args[0]", build).Contains("\e[32mbuilt", StringComparison.Ordinal));
        Assert.Equal(colours, _session.Show("$args[0]", new PackEngine { Engine = PackEngineKind.Docker, Available = true }).Contains("\e[32myes", StringComparison.Ordinal));
        Assert.Equal(!colours, _session.Show("$args[0]", new PackEngine { Engine = PackEngineKind.Docker }).Contains(" no ", StringComparison.Ordinal));
        var check = new PackEngineCheck { Name = "Volume", Result = PackEngineCheckResult.Passed, Evidence = "" };
        Assert.Equal(colours, _session.Show("$args[0]", check).Contains("\e[32mPassed", StringComparison.Ordinal));
    }

    [Fact]
    public void Objects_in_a_text_are_short()
    {
        var run = _session.Run(
            "\"$($args[0]) $($args[1]) $($args[2]) $($args[3]) $($args[4])\"",
            new BuildResult { ImageName = "shop/web", Id = Id, Engine = PackEngineKind.Podman, Location = "", Builder = "", RunImage = "" },
            new PackImage { Name = "shop/job", Id = Id },
            new PackEngine { Engine = PackEngineKind.Podman, Endpoint = "/usr/bin/podman" },
            new PackPhase("detecting", TimeSpan.FromMilliseconds(120)),
            new EngineCall { Engine = PackEngineKind.Podman, Operation = "ImageInspect", Duration = TimeSpan.FromMilliseconds(80) }).Checked();

        Assert.Equal(["shop/web shop/job Podman /usr/bin/podman detecting 0.12 s ImageInspect 0.08 s"], run.Texts);
    }

    [Fact]
    public void A_log_is_one_row_and_its_output_is_text()
    {
        var log = new BuildLog
        {
            ImageName = "shop/web", Path = "/shop", Engine = PackEngineKind.Docker, Endpoint = "", Duration = TimeSpan.FromSeconds(2),
            Output = [new PackOutputLine("===> BUILDING", IsError: false)], Warnings = ["careful"],
        };

        Assert.Equal("Image Engine Started Duration Output Calls Warnings", Rows(log)[0]);
        Assert.Matches(@"^shop/web Docker \d{4}-\d\d-\d\d \d\d:\d\d:\d\d 2\.00 s 1 lines 0 1$", Rows(log)[2]);
        Assert.Equal(["===> BUILDING"], Rows(log.Output[0]));
        Assert.Equal("3 40 500", Rows(new PackOutputGap(3, 40, 500))[2]);
    }

    private List<string> Rows(object shown) =>
        [.. _session.Show("$args[0]", shown).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => Spaces().Replace(line, " ").Trim())];

    [GeneratedRegex(" +")]
    private static partial Regex Spaces();
}
