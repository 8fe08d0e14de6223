using Buildpacks.Builds.Explaining;
using Buildpacks.Builds.Tests.Support;
using Buildpacks.Engines;
using Buildpacks.Stores;
using Buildpacks.Testing.Builders;
using Buildpacks.Testing.Engines;
using Buildpacks.Testing.Images;

namespace Buildpacks.Builds.Tests;

/// <summary>Image extensions change build image and run image with the engine's own build, in every engine and step by step.</summary>
public sealed class ExtensionBuildTests(BuildFixture<PodmanFixture> podman, BuildFixture<RootlessPodmanFixture> rootless, BuildFixture<DockerdFixture> docker)
    : IClassFixture<BuildFixture<PodmanFixture>>, IClassFixture<BuildFixture<RootlessPodmanFixture>>, IClassFixture<BuildFixture<DockerdFixture>>
{
    private const string RunDockerfile = """
        ARG base_image
        FROM ${base_image}
        ARG user_id
        ARG group_id
        ARG greeting
        USER root
        RUN echo "$greeting" > /extended.txt
        COPY more.txt /more.txt
        LABEL io.buildpacks.rebasable=true
        ENV EXTENDED=yes
        USER ${user_id}:${group_id}
        """;

    private const string BuildDockerfile = """
        ARG base_image
        FROM ${base_image}
        USER root
        RUN echo "the tool of the extension" > /tool.txt
        """;

    [SkippableFact]
    public async Task Build_image_and_run_image_are_extended_and_an_unchanged_rebuild_keeps_the_image()
    {
        foreach (var fixture in new IBuildFixture[] { podman, rootless, docker })
        {
            await using var bench = new BuildBench(fixture);
            await ExtendedBuilder.MakeAsync(bench.Engine, fixture);
            bench.Write("run.Dockerfile", RunDockerfile);
            bench.Write("build.Dockerfile", BuildDockerfile);
            bench.Write("extend-config.toml", "[[run.args]]\nname = \"greeting\"\nvalue = \"hello extension\"\n");
            bench.Write("context.run/more.txt", "of the context\n");
            bench.Write("run", "cat /tool.txt; echo \"as $(id -u)\"");
            bench.Write("steady", "");
            var request = bench.Request with { Builder = ExtendedBuilder.Name };
            var sink = new RecordingSink();

            var built = await bench.BuildAsync(request, sink);
            var again = await bench.BuildAsync(request);

            Assert.Contains("the tool of the extension", sink.Text, StringComparison.Ordinal);
            Assert.Contains("as 1000", sink.Text, StringComparison.Ordinal);
            Assert.Contains("===> EXTENDING (RUN)", sink.Text, StringComparison.Ordinal);
            Assert.Equal((built.Id, true), (again.Id, again.Unchanged));
            Assert.DoesNotContain(again.EngineCalls, call => call.Operation == EngineOperation.ImageBuild);
            Assert.Empty((await ProjectTest.RunAsync(request, bench.Engine, bench.Engine.Kind, null, bench.Places, new RecordingSink(), CancellationToken.None)).Problems);
            Assert.Equal("hello extension\nof the context\nyes 1000:1000\n", await bench.RunImageAsync(
                "--entrypoint", "/bin/sh", bench.Name, "-c", "cat /extended.txt /more.txt; echo $EXTENDED $(id -u):$(id -g)"));
            var images = await bench.Engine.Images.InspectAsync([bench.Name, fixture.RunImage], CancellationToken.None);
            var app = AppMetadata.Read(images[bench.Name].Config)!;
            Assert.Equal("true", images[bench.Name].Label("io.buildpacks.rebasable"));
            Assert.Equal(images[fixture.RunImage].Config.Rootfs.DiffIds[^1], app.RunImageTopLayer);
            Assert.Equal(images[fixture.RunImage].LabelReference, app.RunImageReference);
            Assert.Contains($"\"extensions\":[{{\"id\":\"{ExtendedBuilder.Extension}\",\"version\":\"1.0.0\"}}]", images[bench.Name].Label("io.buildpacks.build.metadata"), StringComparison.Ordinal);
            if (fixture.Engine.Kind == PackEngineKind.Podman)
            {
                await bench.RunStepwiseAsync();
                var steps = await bench.BuildAsync(request);
                Assert.Equal((built.Id, true), (steps.Id, steps.Unchanged));
            }

            Assert.DoesNotContain(await bench.LeftoversAsync(), left => !left.Contains("pack-cache", StringComparison.Ordinal));
            Assert.Empty(bench.LeftFiles());
        }
    }

    [SkippableFact]
    public async Task A_Dockerfile_that_fails_ends_the_build_with_the_name_of_the_extension_and_leaves_nothing()
    {
        foreach (var fixture in new IBuildFixture[] { podman, docker })
        {
            await using var bench = new BuildBench(fixture);
            await ExtendedBuilder.MakeAsync(bench.Engine, fixture);
            bench.Write("run.Dockerfile", "ARG base_image\nFROM ${base_image}\nRUN echo this goes wrong && exit 3\n");
            var sink = new RecordingSink();

            var failure = await bench.FailAsync(bench.Request with { Builder = ExtendedBuilder.Name }, sink);

            Assert.Equal((PackErrorIds.ExtendFailed, "extending"), (failure.ErrorId, failure.Phase));
            Assert.Contains($"the run.Dockerfile of the image extension '{ExtendedBuilder.Extension}' failed", failure.Message, StringComparison.Ordinal);
            Assert.Contains("this goes wrong", sink.Text, StringComparison.Ordinal);
            Assert.Empty(await bench.LeftoversAsync());
            Assert.Empty(bench.LeftFiles());
        }
    }

    [SkippableFact]
    public async Task An_extension_that_does_not_take_part_changes_nothing()
    {
        await using var bench = new BuildBench(docker);
        await ExtendedBuilder.MakeAsync(bench.Engine, docker);
        bench.Write("steady", "");

        var plain = await bench.BuildAsync(bench.Request with { ImageName = bench.Name + "-plain" });
        var built = await bench.BuildAsync(bench.Request with { Builder = ExtendedBuilder.Name });

        Assert.Equal(plain.Id, built.Id);
    }

    [SkippableFact]
    public async Task An_extension_chooses_another_run_image_that_the_engine_has()
    {
        const string other = "test/other-run:1";
        await using var bench = new BuildBench(docker);
        await ExtendedBuilder.MakeAsync(bench.Engine, docker);
        await new TestImage { Name = other, User = "1000:1000", Files = new Dictionary<string, string> { ["/other.txt"] = "other" } }.LoadAsync(bench.Engine);
        bench.Write("run.Dockerfile", $"FROM {other}\n");

        await bench.BuildAsync(bench.Request with { Builder = ExtendedBuilder.Name });

        var images = await bench.Engine.Images.InspectAsync([bench.Name, other], CancellationToken.None);
        Assert.Equal(images[other].LabelReference, AppMetadata.Read(images[bench.Name].Config)!.RunImageReference);
        Assert.Equal("other", await bench.RunImageAsync("--entrypoint", "/bin/cat", bench.Name, "/other.txt"));
    }

    [SkippableFact]
    public async Task A_run_image_whose_user_is_root_at_the_end_is_refused()
    {
        await using var bench = new BuildBench(docker);
        await ExtendedBuilder.MakeAsync(bench.Engine, docker);
        bench.Write("run.Dockerfile", "ARG base_image\nFROM ${base_image}\nUSER root\nRUN true\n");

        var failure = await bench.FailAsync(bench.Request with { Builder = ExtendedBuilder.Name });

        Assert.Equal(PackErrorIds.ExtendFailed, failure.ErrorId);
        Assert.Contains("root", failure.Message, StringComparison.Ordinal);
    }
}
