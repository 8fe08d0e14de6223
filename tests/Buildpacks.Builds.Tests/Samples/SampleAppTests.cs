using System.Text.Json;
using Buildpacks.Builds.Tests.Support;
using Buildpacks.Testing;
using Buildpacks.Testing.Builders;
using Buildpacks.Testing.Samples;

namespace Buildpacks.Builds.Tests.Samples;

/// <summary>The sample apps, built with the sample builder and run.</summary>
public abstract class SampleAppTests(IBuildFixture fixture)
{
    /// <summary>What the tests of derived classes use.</summary>
    private protected IBuildFixture Fixture => fixture;

    [SkippableFact]
    public async Task A_web_app_of_shell_scripts_answers()
    {
        await using var bench = new BuildBench(fixture);
        var result = await bench.BuildAsync(bench.Request with { Path = SampleFiles.App("shell-web"), Env = ["BP_GREETING=Moin"] });

        Assert.Equal(["samples/shell-web@1.0.0"], result.Buildpacks.Select(buildpack => buildpack.ToString()));
        Assert.Equal("web", Assert.Single(result.Processes).Type);
        await using var app = await RunningApp.StartAsync(fixture.Engine, bench.Name);
        var answer = await app.GetAsync("/cgi-bin/hello.sh");
        Assert.StartsWith("Moin from a shell script\nUser cnb on ", answer, StringComparison.Ordinal);
        Assert.Contains("Serving public on port 8080", await app.LogAsync(), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task An_unchanged_perl_app_reuses_every_layer_and_keeps_its_id()
    {
        await using var bench = new BuildBench(fixture);
        var request = bench.Request with { Path = SampleFiles.App("perl-app") };
        var first = await bench.BuildAsync(request);
        var sink = new RecordingSink();

        var second = await bench.BuildAsync(request, sink);

        Assert.Equal(first.Id, second.Id);
        Assert.Contains("is in the cache", sink.Text, StringComparison.Ordinal);
        Assert.Contains("Reusing the layer of Perl", sink.Text, StringComparison.Ordinal);
        Assert.Contains("Reusing modules", sink.Text, StringComparison.Ordinal);
        Assert.Equal(0, second.LayersAdded);
    }
}

/// <summary>What the sample buildpacks do, which does not depend on the engine.</summary>
public abstract class FullSampleAppTests(IBuildFixture fixture) : SampleAppTests(fixture)
{
    [SkippableFact]
    public async Task What_a_build_sets_is_a_default_that_a_container_may_change()
    {
        await using var bench = new BuildBench(Fixture);
        await bench.BuildAsync(bench.Request with { Path = SampleFiles.App("shell-web") });

        await using var app = await RunningApp.StartAsync(Fixture.Engine, "--env=GREETING=Servus", "--env=PORT=9000", bench.Name);

        Assert.StartsWith("Servus from", await app.GetAsync("/cgi-bin/hello.sh", 9000), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_static_site_is_served_with_its_assets_in_layers_of_their_own()
    {
        await using var bench = new BuildBench(Fixture);
        var result = await bench.BuildAsync(bench.Request with { Path = SampleFiles.App("static-site") });

        var image = (await bench.Engine.Images.InspectAsync([bench.Name], CancellationToken.None))[bench.Name];
        Assert.Equal("2", image.Label("io.buildpacks.samples.pages"));
        Assert.Equal("samples/static-site", Assert.Single(result.Buildpacks).Id);
        using var metadata = JsonDocument.Parse(image.Label("io.buildpacks.lifecycle.metadata")!);
        Assert.Equal(3, metadata.RootElement.GetProperty("app").GetArrayLength());
        await using (var app = await RunningApp.StartAsync(Fixture.Engine, bench.Name))
        {
            Assert.Contains("Hello from a static site", await app.GetAsync("/"), StringComparison.Ordinal);
            Assert.Contains("sans-serif", await app.GetAsync("/assets/site.css"), StringComparison.Ordinal);
        }

        // Arguments after the image's name take the place of the process's own.
        await using var other = await RunningApp.StartAsync(Fixture.Engine, bench.Name, "-p", "9001", "-h", "public");
        Assert.Contains("style sheet", await other.GetAsync("/about.html", 9001), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_procfile_names_processes_that_a_shell_starts()
    {
        await using var bench = new BuildBench(Fixture);
        var result = await bench.BuildAsync(bench.Request with { Path = SampleFiles.App("procfile") });

        Assert.Equal(["greet", "web*"], result.Processes.Select(process => process.Type + (process.Default ? "*" : "")).Order(StringComparer.Ordinal));
        await using (var app = await RunningApp.StartAsync(Fixture.Engine, bench.Name))
        {
            Assert.Equal("Hello from a Procfile\n", await app.GetAsync("/"));
        }

        Assert.Equal("Good day from a Procfile, cnb\n", await bench.RunImageAsync("--entrypoint=greet", bench.Name));
    }

    [SkippableFact]
    public async Task Two_buildpacks_that_meet_in_the_build_plan_make_a_perl_app()
    {
        await using var bench = new BuildBench(Fixture);
        var sink = new RecordingSink();
        var result = await bench.BuildAsync(bench.Request with { Path = SampleFiles.App("perl-app") }, sink);

        Assert.Equal(["samples/perl-runtime", "samples/perl-app"], result.Buildpacks.Select(buildpack => buildpack.Id));
        Assert.Contains("Building with /layers/samples_perl-runtime/runtime/bin/perl", sink.Text, StringComparison.Ordinal);
        await using (var app = await RunningApp.StartAsync(Fixture.Engine, bench.Name))
        {
            Assert.StartsWith("Hello from Perl 5.", await app.GetAsync("/"), StringComparison.Ordinal);
        }

        await using (var app = await RunningApp.StartAsync(Fixture.Engine, "--env=PORT=9002", bench.Name))
        {
            Assert.StartsWith("Hello from Perl 5.", await app.GetAsync("/", 9002), StringComparison.Ordinal);
        }

        Assert.Contains("This is perl 5", await bench.RunImageAsync("--entrypoint=version", bench.Name), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_changed_app_keeps_its_runtime_and_the_bills_of_materials()
    {
        await using var bench = new BuildBench(Fixture);
        foreach (var file in Directory.EnumerateFiles(SampleFiles.App("perl-app"), "*", SearchOption.AllDirectories))
        {
            bench.Write(Path.GetRelativePath(SampleFiles.App("perl-app"), file), await File.ReadAllTextAsync(file));
        }

        await bench.BuildAsync();
        bench.Write("server.pl", (await File.ReadAllTextAsync(Path.Combine(bench.App, "server.pl"))).Replace("Serving on", "Listening on", StringComparison.Ordinal));

        var second = await bench.BuildAsync();

        Assert.True(second.LayersReused > second.LayersAdded, $"{second.LayersReused} reused, {second.LayersAdded} added");
        await using var app = await RunningApp.StartAsync(Fixture.Engine, bench.Name);
        await app.GetAsync("/");
        Assert.Contains("Listening on port 8080", await app.LogAsync(), StringComparison.Ordinal);
        var bills = await bench.RunImageAsync(
            "--entrypoint=/bin/bash", bench.Name, "-c", "cd /layers/sbom/launch && printf '%s\\n' */*/* && cat samples_perl-runtime/runtime/sbom.cdx.json");
        Assert.Contains("samples_perl-app/modules/sbom.spdx.json\nsamples_perl-runtime/runtime/sbom.cdx.json\nsamples_perl-runtime/runtime/sbom.syft.json", bills, StringComparison.Ordinal);
        Assert.Contains("CycloneDX", bills, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task An_app_whose_script_is_broken_fails_in_the_buildpack()
    {
        await using var bench = new BuildBench(Fixture);
        var sink = new RecordingSink();

        var failure = await bench.FailAsync(bench.Request with { Path = SampleFiles.App("broken-web") }, sink);

        Assert.Equal("BuildpackFailed", failure.ErrorId);
        Assert.Contains("broken.sh is no valid shell script", sink.Text, StringComparison.Ordinal);
        Assert.False(await bench.ImageExistsAsync());
    }

    [SkippableFact]
    public async Task A_folder_that_no_buildpack_knows_fails_in_detection()
    {
        await using var bench = new BuildBench(Fixture);

        var failure = await bench.FailAsync(bench.Request with { Path = SampleFiles.App("unknown") });

        Assert.Equal("DetectFailed", failure.ErrorId);
        Assert.False(await bench.ImageExistsAsync());
    }
}
