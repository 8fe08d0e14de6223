using System.Management.Automation;
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

        Assert.Equal("Outcome Engine Id Reused Added Duration Image", rows[0]);
        Assert.Equal("built Podman 0123456789ab 4 1 1.23 s shop/web", rows[2]);
    }

    [Fact]
    public void A_build_has_the_properties_that_its_row_shows_and_they_are_not_listed_twice()
    {
        var build = new BuildResult
        {
            ImageName = "shop/web", Id = Id, Engine = PackEngineKind.Podman, Location = "", Builder = "", RunImage = "", LayersReused = 4, LayersAdded = 1,
            Log = new BuildLog { ImageName = "shop/web", Path = "", Engine = PackEngineKind.Podman, Endpoint = "" },
        };

        var run = _session.Run(
            """
            $build = $args[0]
            "$($build.Image) $($build.Reused) $($build.Added) $($build.Outcome) $($build.Log)"
            "$($build.PSObject.Properties.Name | Where-Object { $_ -in 'Image', 'Reused', 'Added', 'Log', 'Outcome', 'ImageName' })"
            """,
            build).Checked();

        Assert.Equal(["shop/web 4 1 built log of shop/web", "ImageName Outcome"], run.Texts);
    }

    [Theory]
    [InlineData(80)]
    [InlineData(160)]
    public void Every_table_fits_its_console_with_whole_headings(int columns)
    {
        _session.Console.Columns = columns;

        Assert.All(Samples(), sample =>
        {
            var shown = _session.Show("$args[0]", sample).Split('\n', StringSplitOptions.RemoveEmptyEntries);

            Assert.All(shown, line => Assert.True(line.TrimEnd().Length <= columns, line));
            if (Labels(sample.GetType()) is { Count: > 0 } labels)
            {
                Assert.Contains(shown, line => Spaces().Replace(line, " ").Trim() == string.Join(' ', labels));
            }
        });
    }

    [Fact]
    public void An_image_whose_run_image_was_checked_shows_what_was_found()
    {
        _session.Console.Columns = 80;
        var image = new PSObject(Samples().OfType<PackImage>().First() with { RunImageOutdated = true, RunImage = "registry.example.com/with/a/long/name:1" });
        image.TypeNames.Insert(0, "Buildpacks.PackImage#CheckRunImage");

        var shown = _session.Show("$args[0]", image).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.All(shown, line => Assert.True(line.TrimEnd().Length <= 80, line));
        Assert.Contains(shown, line => Spaces().Replace(line, " ").Trim() == "Id RunImageOutdated RunImage Name");
        Assert.Contains(shown, line => line.Contains(" True ", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_heading_is_a_property()
    {
        Assert.All(Samples(), sample =>
        {
            foreach (var label in Labels(sample.GetType()).Where(label => label != "*"))
            {
                Assert.Equal([true], _session.Run("$null -ne $args[0].PSObject.Members[$args[1]]", sample, label).Checked().Output);
            }
        });
    }

    [Fact]
    public void An_image_with_several_names_says_how_many_there_are()
    {
        var image = new PackImage { Name = "web:1", Id = Id, Engine = PackEngineKind.Podman, Tags = ["web:1", "web:2", "web:3"] };

        Assert.Matches("^0123456789ab 0 B Podman +web:1 \\+2$", Rows(image)[2]);
    }

    [Fact]
    public void An_engine_call_is_one_row()
    {
        var rows = Rows(new EngineCall
        {
            Engine = PackEngineKind.Podman, Operation = "ImageInspect", Arguments = ["image", "inspect", "--", "web"], ExitCode = 125,
            Duration = TimeSpan.FromMilliseconds(81), BytesSent = 12, BytesReceived = 34_567_890, Started = DateTimeOffset.UnixEpoch,
        });

        Assert.Equal("Duration Operation Exit Sent Received Arguments", rows[0]);
        Assert.Matches(@"^81 ms ImageInspect 125 12 B 34\.6 MB image inspect -- web$", rows[2]);
    }

    [Fact]
    public void An_engine_is_one_row_with_a_mark_when_it_is_in_use()
    {
        var rows = Rows(new PackEngine
        {
            Engine = PackEngineKind.Docker, Endpoint = "unix:///run/docker.sock", Source = "DOCKER_HOST", Selected = true, Reason = "no permission",
        });

        Assert.Equal("* Engine Version Available Endpoint", rows[0]);
        Assert.Equal(["* Docker no unix:///run/docker.sock (DOCKER_HOST)", "no permission"], rows[2..]);
    }

    [Fact]
    public void Many_buildpacks_of_an_image_are_counted()
    {
        var rows = Rows(new PackImage
        {
            Name = "builder", Id = Id, Size = 1_500_000_000, Engine = PackEngineKind.Podman,
            Buildpacks = [.. Enumerable.Range(1, 5).Select(number => new PackBuildpack($"b{number}", "1"))],
        });

        Assert.Equal("0123456789ab 1.5 GB Podman b1, b2, b3, … (5) builder", rows[2]);
    }

    [Fact]
    public void A_copy_is_one_row()
    {
        var rows = Rows(new PackImageCopy
        {
            Name = "web:1", Id = Id, Source = "podman store of alice", Destination = "/tmp/web.tar", LayersMoved = 5, LayersSkipped = 1,
            BytesMoved = 93_200, Duration = TimeSpan.FromMilliseconds(412),
        });

        Assert.Equal("Moved Skipped Bytes Duration Destination Name", rows[0]);
        Assert.Equal("5 1 93.2 kB 412 ms /tmp/web.tar web:1", rows[2]);
    }

    [Fact]
    public void An_update_is_one_row()
    {
        var rows = Rows(new PackImageUpdate
        {
            Name = "web:1", Id = Id, PreviousId = Id, RunImage = "example.org/run", RunImageReference = "", Duration = TimeSpan.FromMilliseconds(112),
        });

        Assert.Equal("Outcome Id Duration RunImage Name", rows[0]);
        Assert.Equal("updated 0123456789ab 112 ms example.org/run web:1", rows[2]);
    }

    [Fact]
    public void An_sbom_file_is_one_row()
    {
        var rows = Rows(new PackSbomFile
        {
            Path = "/s/layers/sbom.cdx.json", Image = "web:1", Format = PackSbomFormat.CycloneDx, BuildpackId = "samples/web", Layer = "modules", Phase = "launch", Size = 1234,
        });

        Assert.Equal("Format Size Phase BuildpackId Layer Path", rows[0]);
        Assert.Equal("CycloneDx 1.2 kB launch samples/web modules /s/layers/sbom.cdx.json", rows[2]);
    }

    [Fact]
    public void Phases_buildpacks_and_processes_are_rows()
    {
        Assert.Equal("detecting 120 ms", Rows(new PackPhase("detecting", TimeSpan.FromMilliseconds(120)))[2]);
        Assert.Equal("samples/web 1.2 https://example.org", Rows(new PackBuildpack("samples/web", "1.2", "https://example.org"))[2]);
        Assert.Equal(
            "web yes samples/web bin/web --port 8080",
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

        Assert.Equal("Started Duration Output Calls Warnings Image", Rows(log)[0]);
        Assert.Matches(@"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d 2\.00 s 1 lines 0 1 shop/web$", Rows(log)[2]);
        Assert.Equal(["===> BUILDING"], Rows(log.Output[0]));
        Assert.Equal("3 40 500", Rows(new PackOutputGap(3, 40, 500))[2]);
    }

    [Fact]
    public void Every_view_is_shown_with_a_sample_and_every_output_of_a_cmdlet_has_a_view()
    {
        var samples = Samples().Select(sample => sample.GetType().FullName!).ToHashSet(StringComparer.Ordinal);
        // What a cmdlet shows otherwise has the name of its type and a mark.
        var views = Views().SelectMany(view => view.Descendants("TypeName")).Select(type => type.Value.Split('#')[0]).ToHashSet(StringComparer.Ordinal);
        var outputs = typeof(PackCmdlet).Assembly.GetExportedTypes().SelectMany(type => type.GetCustomAttributes(typeof(OutputTypeAttribute), false).Cast<OutputTypeAttribute>())
            .SelectMany(attribute => attribute.Type).Select(type => type.Type!).Where(type => type.Assembly == typeof(PackException).Assembly).Select(type => type.FullName!);

        Assert.Equal(views.Order(StringComparer.Ordinal), samples.Order(StringComparer.Ordinal));
        Assert.Empty(outputs.Except(views));
    }

    /// <summary>An object for each view, with values that are longer than a narrow column.</summary>
    private static object[] Samples()
    {
        const string name = "registry.example.org/a-team/with/a-long/repository:and-a-tag";
        const string text = "A sentence that is longer than any column of a table could be, and that goes on for a while.";
        var log = new BuildLog { ImageName = name, Path = "/shop", Engine = PackEngineKind.Docker, Endpoint = "" };
        var build = new BuildResult
        {
            ImageName = name, Id = Id, Digest = Id, Platform = "linux/arm64/v8", Engine = PackEngineKind.Podman, Location = "", Builder = "", RunImage = "", Unchanged = true,
            Duration = TimeSpan.FromMinutes(20),
        };
        var index = new PackManifest
        {
            Name = name, Digest = Id, MediaType = "", Format = PackManifestFormat.Docker,
            Images =
            [
                new PackManifestImage { Digest = Id, Platform = "windows/amd64:10.0.20348.2227", MediaType = "", Source = name, Annotations = new PackLabels([new(name, text)]) },
                new PackManifestImage { Digest = Id, MediaType = "" },
            ],
        };
        return
        [
            build,
            new PackImage { Name = name, Tags = [name, "b"], Id = Id, Size = 1_500_000_000, Buildpacks = [.. Enumerable.Range(1, 5).Select(number => new PackBuildpack($"example/a-long-id-{number}", "1"))] },
            new PackCache { Name = "pack-cache-" + name, ImageNames = [name, "b"], Kind = PackCacheKind.ImageCopy, Place = PackCachePlace.Volume, Size = 1_500_000_000, LastUsed = DateTimeOffset.UnixEpoch, Orphaned = false },
            new PackImageCopy { Name = name, Id = Id, Source = "", Destination = "docker at unix:///var/run/docker.sock", BytesMoved = 123_456_789 },
            new PackImageUpdate { Name = name, Id = Id, PreviousId = Id, RunImage = name, RunImageReference = "", Unchanged = true, Duration = TimeSpan.FromSeconds(123) },
            new PackSbomFile { Path = "/a/path/" + name, Image = name, Format = PackSbomFormat.CycloneDx, BuildpackId = "example/buildpack-with-a-long-id", Layer = "a-long-layer", Phase = "launch", Size = 123_456_789 },
            new PackBuildpack("example/buildpack-with-a-long-id", "1.22.333-preview1", "https://example.org/a/page/of/the/buildpack/with-a-long-address"),
            new PackProcess { Type = "web-with-a-long-name", Default = true, Command = [text], BuildpackId = "example/buildpack-with-a-long-id" },
            new PackEngine { Engine = PackEngineKind.Docker, Version = "20.10.24+dfsg1", Endpoint = "unix:///run/user/1000/docker.sock", Source = "default socket", Selected = true, Reason = text },
            new PackEngineCheck { Name = "ContainerStart", Result = PackEngineCheckResult.Warning, Evidence = text, Remedy = text },
            new EngineCall { Engine = PackEngineKind.Podman, Operation = "CopyFromContainer", Arguments = [text], ExitCode = 125, BytesReceived = 123_456_789 },
            new PackPhase("a phase with a long name", TimeSpan.FromSeconds(1234)),
            new PackConfig { Path = "/home/me/.pack/config.toml", DefaultBuilder = name, RunImageMirrors = [new(name, name), new(name, text)], TrustedBuilders = [name, text] },
            new PackConfigValue { Name = "RunImageMirrors", Key = "run-images", Value = text + text, Source = "/home/me/.pack/config.toml", Line = 12345 },
            new PackProjectValue { Name = "SbomOutputFolder", Item = name, Value = text, Source = "project.toml, line 12", Reason = text },
            new PackProjectProblem { Severity = PackProblemSeverity.Warning, ErrorId = "RegistryConfigurationInvalid", Message = text, File = name, Line = 1234, Column = 12 },
            new PackProjectBuildpack { Group = 12, Id = name + name, Version = "1.22.333-preview1", Optional = true },
            new PackProjectRule { Pattern = text, Matches = 123456 },
            new PackProjectReport
            {
                ImageName = name, Path = "/shop", Values = [new() { Name = "SbomOutputFolder", Item = name, Value = text, Source = "project.toml, line 12", Reason = text + text }],
                Problems = [new() { Severity = PackProblemSeverity.Error, Message = text + text, File = name, Line = 3, Column = 4 }],
            },
            index, index.Images[0],
            new PackManifestPublication
            {
                Name = name, Digest = Id, MediaType = "", Registry = "", Images = 12345, ImagesCopied = 12345, BlobsMounted = 1234, BlobsSent = 1234, BytesSent = 123_456_789,
            },
            new BuildIndexResult { ImageName = name, Digest = Id, MediaType = "", Registry = "", Unchanged = true, Duration = TimeSpan.FromMinutes(20), Builds = [build, build with { Platform = "linux/arm/v7" }] },
            new PackCommandConversion { Original = text, Command = text + text, Notes = [text, text] },
            new PackCommandFlag { PackCommand = "pack buildpack package", Flag = "-a, --a-flag-with-a-long-name", Cmdlet = "Invoke-PackBuild", Parameter = "-AParameterWithALongName", Note = text },
            log, new PackOutputLine(text + text, IsError: false), new PackOutputGap(12345, 1_234_567, 123_456_789),
        ];
    }

    /// <summary>The headings of the table of a type; none where they are hidden.</summary>
    private static List<string> Labels(Type type) =>
    [
        .. Views().Where(view => view.Descendants("TypeName").Any(shown => shown.Value == type.FullName) && !view.Descendants("HideTableHeaders").Any())
            .SelectMany(view => view.Descendants("TableColumnHeader")).Select(header => header.Element("Label")!.Value),
    ];

    private static IEnumerable<System.Xml.Linq.XElement> Views() =>
        Directory.GetFiles(Path.Combine(Checkout.Root, "lib"), "*.Format.ps1xml").SelectMany(file => System.Xml.Linq.XDocument.Load(file).Descendants("View"));

    private List<string> Rows(object shown) =>
        [.. _session.Show("$args[0]", shown).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => Spaces().Replace(line, " ").Trim())];

    [GeneratedRegex(" +")]
    private static partial Regex Spaces();
}
