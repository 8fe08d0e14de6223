using System.IO.Compression;
using Buildpacks.Builds.Tests.Support;
using Buildpacks.Testing;
using Buildpacks.Testing.Builders;
using Buildpacks.Testing.Processes;

namespace Buildpacks.Builds.Tests;

/// <summary>What of an app a build sees: hard links, zip files, and the files that project.toml leaves out.</summary>
public abstract class AppInputTests(IBuildFixture fixture)
{
    /// <summary>What the tests of derived classes use.</summary>
    private protected IBuildFixture Fixture => fixture;

    private const int LinkedSize = 5_000_000;

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Hard_links_are_one_file_in_the_build_container_on_every_route(bool isStepwise)
    {
        await using var bench = new BuildBench(fixture);
        if (isStepwise)
        {
            await bench.RunStepwiseAsync();
        }

        bench.Write("a/first", new string('x', LinkedSize));
        bench.Write("z/other", "");
        foreach (var link in new[] { "b-second", "z/" + new string('n', 150) })
        {
            (await ToolRun.RunAsync("ln", [Path.Combine(bench.App, "a/first"), Path.Combine(bench.App, link)])).Checked();
        }

        bench.Write("run", "[ a/first -ef b-second ] && [ a/first -ef z/n* ] && [ ! a/first -ef z/other ] && echo \"linked $(find . -samefile a/first | wc -l) $(wc -c < a/first) $(find . ! -user 1000 | wc -l)\"");
        var sink = new RecordingSink();

        var result = await bench.BuildAsync(sink: sink);

        Assert.Contains(sink.Lines, line => line.Text == $"linked 3 {LinkedSize} 0");

        // Once into the container; in the layer each link is a file, as the reference lifecycle writes it. The launcher goes along.
        Assert.InRange(result.BytesSent, 4 * LinkedSize, 6 * LinkedSize);
        Assert.Equal("1\n", await bench.RunImageAsync("--entrypoint", "/bin/sh", bench.Name, "-c", "find /workspace -samefile /workspace/a/first | wc -l"));
    }

    [SkippableFact]
    public async Task A_zip_of_Windows_gives_folders_of_the_builder_and_programs_that_run()
    {
        await using var bench = new BuildBench(fixture);
        var zip = Path.Combine(bench.Folder("zips"), "app.zip");
        using (var archive = ZipFile.Open(zip, ZipArchiveMode.Create))
        {
            foreach (var (name, text) in new[] { ("app.txt", "hello\n"), ("deep/er/mvnw", "#!/bin/sh\necho mvnw runs\n"), ("run", "./deep/er/mvnw; touch deep/er/new && find . ! -user 1000 | wc -l | sed 's/^/foreign /'") })
            {
                var entry = archive.CreateEntry(name);
                entry.ExternalAttributes = 0x81A4 << 16;
                using var writer = new StreamWriter(entry.Open());
                writer.Write(text);
            }
        }

        var bytes = await File.ReadAllBytesAsync(zip);
        for (var at = 0; bytes.AsSpan(at).IndexOf("PK\u0001\u0002"u8) is var found and >= 0; at += found + 1)
        {
            bytes[at + found + 5] = 0;
        }

        await File.WriteAllBytesAsync(zip, [.. "#!/bin/sh\nexit 0\n"u8, .. bytes]);
        var sink = new RecordingSink();

        await bench.BuildAsync(bench.Request with { Path = zip }, sink);

        Assert.Contains(sink.Lines, line => line.Text == "mvnw runs");
        Assert.Contains(sink.Lines, line => line.Text == "foreign 0");
    }
}

/// <summary>Apps and names that are read before an engine is asked.</summary>
public abstract class FullAppInputTests(IBuildFixture fixture) : AppInputTests(fixture)
{
    [SkippableFact]
    public async Task A_project_descriptor_says_builder_environment_and_files()
    {
        await using var bench = new BuildBench(Fixture);
        bench.Write(".env", "SECRET=1");
        bench.Write("logs/a.log", "x");
        bench.Write("logs/keep.log", "x");
        bench.Write("run", "find . -type f | sort | tr '\\n' ' '; echo");
        bench.Write("project.toml", $"""
            [_]
            schema-version = "0.2"
            [io.buildpacks]
            builder = "{Fixture.Builder}"
            exclude = [".env", "*.log", "!keep.log"]
            colour = "red"
            [[io.buildpacks.group]]
            id = "{TestBuildpack.Id}"
            version = "{TestBuildpack.Version}"
            [[io.buildpacks.build.env]]
            name = "FROM_PROJECT"
            value = "yes"
            """);
        var sink = new RecordingSink();

        var result = await bench.BuildAsync(bench.Request with { Builder = null }, sink);

        Assert.Equal(Fixture.Builder, result.Builder);
        Assert.Contains(sink.Lines, line => line.Text == "env FROM_PROJECT=yes");
        Assert.Contains(sink.Lines, line => line.Text.Trim() == "./app.txt ./logs/keep.log ./project.toml ./run");
        Assert.Contains("'io.buildpacks.colour'", Assert.Single(result.Warnings), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_tag_without_a_name_is_of_the_images_own_repository()
    {
        await using var bench = new BuildBench(Fixture);

        var result = await bench.BuildAsync(bench.Request with { Tags = [":v2"] });

        Assert.Equal([$"docker.io/{bench.Name}:latest", $"docker.io/{bench.Name}:v2"], result.Tags);
        Assert.Empty(result.Warnings);
    }
}

/// <summary>Apps in tar archives and streams, which are the same for all engines.</summary>
public abstract class ArchiveAppInputTests(IBuildFixture fixture) : FullAppInputTests(fixture)
{
    [SkippableFact]
    public async Task A_folder_a_tar_of_it_and_a_stream_of_the_tar_give_the_same_image()
    {
        await using var bench = new BuildBench(Fixture);
        bench.Write("run", "cat sub/file; find . ! -user 1000 | wc -l | sed 's/^/foreign /'");
        bench.Write("sub/file", "in a folder\n");
        (await ToolRun.RunAsync("ln", ["-s", "sub/file", Path.Combine(bench.App, "link")])).Checked();
        var archive = Path.Combine(bench.Folder("archives"), "app.tar.gz");
        (await ToolRun.RunAsync("tar", ["-czf", archive, "-C", bench.App, "."])).Checked();
        var sink = new RecordingSink();

        var built = await bench.BuildAsync();
        var tar = await bench.BuildAsync(bench.Request with { Path = archive }, sink);
        await using var content = File.OpenRead(archive);
        var stream = await bench.BuildAsync(bench.Request with { Path = "standard input", Input = content });

        Assert.Equal((built.Id, built.Id), (tar.Id, stream.Id));
        Assert.Contains(sink.Lines, line => line.Text == "in a folder");
        Assert.Contains(sink.Lines, line => line.Text == "foreign 0");
        Assert.Equal("standard input", stream.Log!.Path);
    }
}
