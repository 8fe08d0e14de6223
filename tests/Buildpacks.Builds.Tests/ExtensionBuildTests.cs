using Buildpacks.Builds.Explaining;
using Buildpacks.Builds.Tests.Support;
using Buildpacks.Engines;
using Buildpacks.Oci;
using Buildpacks.Stores;
using Buildpacks.Stores.Registry;
using Buildpacks.Testing;
using Buildpacks.Testing.Builders;
using Buildpacks.Testing.Engines;
using Buildpacks.Testing.Images;
using Buildpacks.Testing.Registries;

namespace Buildpacks.Builds.Tests;

/// <summary>Image extensions change build image and run image with the engine's own build, in every engine and step by step.</summary>
[Collection(SharedEngines.All)]
public sealed class ExtensionBuildTests(
    BuildFixture<PodmanFixture> podman, BuildFixture<RootlessPodmanFixture> rootless, BuildFixture<DockerdFixture> docker, SecretRegistryFixture registry)
    : IClassFixture<SecretRegistryFixture>
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

    /// <summary>A shell that finds no program when a script looks for one.</summary>
    private const string ShellWithoutTar = $$"""
        FROM {{ExtendedBuilder.Name}}
        USER root
        RUN rm /bin/sh && printf '%s\n' '#!/bin/ash' '[ "$1" = -c ] || exec /bin/ash "$@"' 'text=$2' 'shift 2' 'exec /bin/ash -c "command() { return 1; }; $text" "$@"' > /bin/sh && chmod 755 /bin/sh
        USER 1000:1000
        """;

    [SkippableFact]
    public async Task Build_image_and_run_image_are_extended_and_an_unchanged_rebuild_keeps_the_image()
    {
        await ExtendsBothAsync(podman);
        await ExtendsBothAsync(docker);
    }

    [SkippableFact]
    [Trait("Category", "Long")]
    public Task Build_image_and_run_image_are_extended_without_root() => ExtendsBothAsync(rootless);

    private static async Task ExtendsBothAsync(IBuildFixture fixture)
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
        var report = await ProjectTest.RunAsync(request, bench.Engine, bench.Engine.Kind, null, bench.Places, new RecordingSink(), CancellationToken.None);
        Assert.Empty(report.Problems);
        Assert.Equal("analyzer, detector, restorer, builder, exporter", report["Phases"]!.Value);
        Assert.Equal("hello extension\nof the context\nyes 1000:1000\n", await bench.RunImageAsync(
            "--entrypoint", "/bin/sh", bench.Name, "-c", "cat /extended.txt /more.txt; echo $EXTENDED $(id -u):$(id -g)"));
        var images = await bench.Engine.Images.InspectAsync([bench.Name, fixture.RunImage], CancellationToken.None);
        var app = AppMetadata.Read(images[bench.Name].Config)!;
        Assert.Equal("true", images[bench.Name].Label("io.buildpacks.rebasable"));
        Assert.Equal(images[fixture.RunImage].Config.Rootfs.DiffIds[^1], app.RunImageTopLayer);
        Assert.Equal((fixture.RunImage, images[fixture.RunImage].LabelReference), (app.RunImage, app.RunImageReference));
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

    [SkippableFact]
    public async Task The_container_of_detection_goes_on_when_the_build_image_stays_as_it_is()
    {
        await GoesOnAsync(podman);
        await GoesOnAsync(docker);
    }

    [SkippableFact]
    [Trait("Category", "Long")]
    public Task The_container_of_detection_goes_on_without_root() => GoesOnAsync(rootless);

    private static async Task GoesOnAsync(IBuildFixture fixture)
    {
        await using var bench = new BuildBench(fixture);
        await ExtendedBuilder.MakeAsync(bench.Engine, fixture);
        bench.Write("run.Dockerfile", RunDockerfile);
        bench.Write("context.run/more.txt", "of the context\n");
        bench.Write("steady", "");
        var request = bench.Request with { Builder = ExtendedBuilder.Name };
        var sink = new RecordingSink();

        var built = await bench.BuildAsync(request, sink);
        var again = await bench.BuildAsync(request);

        Assert.Equal((built.Id, true), (again.Id, again.Unchanged));
        Assert.Single(again.EngineCalls, call => call.Operation is EngineOperation.ContainerRun or EngineOperation.ContainerCreate);
        string[] phases = ["analyzing", "detecting", "extending (run)", "restoring", "building", "exporting"];
        Assert.Equal(phases, built.Phases.Select(phase => phase.Name).Where(phases.Contains));
        Assert.True(sink.Text.IndexOf("===> EXTENDING (RUN)", StringComparison.Ordinal) < sink.Text.IndexOf("===> RESTORING", StringComparison.Ordinal));
        Assert.DoesNotContain("\0", sink.Text, StringComparison.Ordinal);
        Assert.Contains("of the context\nyes 1000:1000", await bench.RunImageAsync(
            "--entrypoint", "/bin/sh", bench.Name, "-c", "cat /more.txt; echo $EXTENDED $(id -u):$(id -g)"), StringComparison.Ordinal);
        bench.Write("run.Dockerfile", RunDockerfile.Replace("EXTENDED=yes", "EXTENDED=again", StringComparison.Ordinal));
        var changed = await bench.BuildAsync(request);
        Assert.NotEqual(built.Id, changed.Id);
        Assert.Equal("again\n", await bench.RunImageAsync("--entrypoint", "/bin/sh", bench.Name, "-c", "echo $EXTENDED"));
        Assert.Empty(bench.LeftFiles());
    }

    [SkippableFact]
    public Task A_builder_without_tar_detects_in_a_container_of_its_own() => DetectsWithoutTarAsync(podman);

    [SkippableFact]
    [Trait("Category", "Long")]
    public Task A_builder_without_tar_detects_in_a_container_of_docker() => DetectsWithoutTarAsync(docker);

    private static async Task DetectsWithoutTarAsync(IBuildFixture fixture)
    {
        const string name = "test/extended-without-tar:1";
        await using var bench = new BuildBench(fixture);
        await ExtendedBuilder.MakeAsync(bench.Engine, fixture);
        var image = new ImageBuild { Target = "builder", Dockerfile = ShellWithoutTar, Arguments = new Dictionary<string, string>() };
        await bench.Engine.Images.TagAsync(await bench.Engine.Builds!.BuildAsync(image, new OutputCapture(), CancellationToken.None), name, CancellationToken.None);
        bench.Write("run.Dockerfile", RunDockerfile.Replace("COPY", "#", StringComparison.Ordinal));
        bench.Write("steady", "");
        var request = bench.Request with { Builder = name };

        await bench.BuildAsync(request);
        var again = await bench.BuildAsync(request);

        Assert.True(again.Unchanged);
        Assert.Contains(again.EngineCalls, call => call.Operation is EngineOperation.CopyFromContainer);
        Assert.Equal("yes\n", await bench.RunImageAsync("--entrypoint", "/bin/sh", bench.Name, "-c", "echo $EXTENDED"));
        Assert.DoesNotContain(await bench.LeftoversAsync(), left => !left.Contains("pack-cache", StringComparison.Ordinal));
        Assert.Empty(bench.LeftFiles());
    }

    [SkippableFact]
    public async Task A_published_image_is_on_the_extended_run_image_of_its_registry()
    {
        foreach (var fixture in new IBuildFixture[] { podman, docker })
        {
            await using var bench = new BuildBench(fixture);
            await ExtendedBuilder.MakeAsync(bench.Engine, fixture);
            var runImage = await PushAsync(bench, fixture.RunImage, "run");
            bench.Write("run.Dockerfile", RunDockerfile.Replace("COPY", "RUN head -c 6000000 /dev/zero > /large\nCOPY", StringComparison.Ordinal));
            bench.Write("build.Dockerfile", BuildDockerfile);
            bench.Write("context.run/more.txt", "of the context\n");
            bench.Write("run", "cat /tool.txt");
            bench.Write("steady", "");
            var name = registry.Image(bench.Name) + ":latest";
            var request = bench.Request with { Builder = ExtendedBuilder.Name, RunImage = runImage, ImageName = name, Publish = true, Credential = registry.Credential };

            var built = await bench.BuildAsync(request);
            var again = await bench.BuildAsync(request);
            bench.Write("steady", "changed");
            var changed = await bench.BuildAsync(request);

            Assert.Equal((false, built.Digest, true), (built.Unchanged, again.Digest, again.Unchanged));
            Assert.Contains(built.EngineCalls, call => call.Operation == EngineOperation.ImageSave);
            Assert.DoesNotContain(again.EngineCalls, call => call.Operation is EngineOperation.ImageBuild or EngineOperation.ImagePull or EngineOperation.ImageSave or "BlobSend" or "ManifestPut");
            Assert.NotEqual(built.Digest, changed.Digest);
            Assert.DoesNotContain(changed.EngineCalls, call => call.Operation is EngineOperation.ImageSave);
            Assert.Empty(await bench.Engine.Images.InspectAsync([name], CancellationToken.None));
            await bench.Engine.Images.PullAsync(new ImageTransfer(name) { Credential = registry.Credential, Insecure = true }, null, CancellationToken.None);
            Assert.Equal("of the context\nyes 1000:1000\n", await bench.RunImageAsync("--entrypoint", "/bin/sh", name, "-c", "cat /more.txt; echo $EXTENDED $(id -u):$(id -g)"));
            using var client = new RegistryClient(new RegistryOptions { Credentials = KnownCredentials.For(registry.Host, registry.Credential) });
            var store = new RegistryImageStore(client);
            var run = await store.ResolveAsync(ImageReference.Parse(runImage), new OciPlatform("amd64", "linux"), CancellationToken.None);
            var image = await store.ResolveAsync(ImageReference.Parse(name), new OciPlatform("amd64", "linux"), CancellationToken.None);
            OciDescriptor[] added = [.. image.Manifest.Layers.Where((_, index) => image.Config.History![index].CreatedBy?.Contains("Created by extension", StringComparison.Ordinal) == true)];
            Assert.NotEmpty(added);
            Assert.All(added, layer => Assert.EndsWith("gzip", layer.MediaType, StringComparison.Ordinal));
            string?[] commands = [.. run.Config.History!.Where(step => step.EmptyLayer != true).Select(step => step.CreatedBy)];
            Assert.Equal(commands, image.Config.History!.Take(commands.Length).Select(step => step.CreatedBy));
            var app = AppMetadata.Read(image.Config)!;
            Assert.Equal((run.Config.Rootfs.DiffIds[^1], run.LabelReference, runImage), (app.RunImageTopLayer, app.RunImageReference, app.RunImage));
            Assert.Empty(bench.LeftFiles());
        }
    }

    [SkippableFact]
    public async Task An_extension_chooses_another_run_image_of_the_registry_for_a_published_image()
    {
        await using var bench = new BuildBench(docker);
        await ExtendedBuilder.MakeAsync(bench.Engine, docker);
        var runImage = await PushAsync(bench, docker.RunImage, "run");
        const string local = "test/other-run:2";
        await new TestImage { Name = local, User = "1000:1000", Files = new Dictionary<string, string> { ["/other.txt"] = "other" } }.LoadAsync(bench.Engine);
        var other = await PushAsync(bench, local, "other");
        bench.Write("run.Dockerfile", $"FROM {other}\n");
        var name = registry.Image(bench.Name) + ":latest";
        var request = bench.Request with { Builder = ExtendedBuilder.Name, RunImage = runImage, ImageName = name, Publish = true, Credential = registry.Credential };

        var built = await bench.BuildAsync(request);

        Assert.DoesNotContain(built.EngineCalls, call => call.Operation is EngineOperation.ImagePull or EngineOperation.ImageBuild);
        await bench.Engine.Images.PullAsync(new ImageTransfer(name) { Credential = registry.Credential, Insecure = true }, null, CancellationToken.None);
        Assert.Equal("other", await bench.RunImageAsync("--entrypoint", "/bin/cat", name, "/other.txt"));
        bench.Write("run.Dockerfile", $"FROM {registry.Image("none")}:1\n");
        var failure = await bench.FailAsync(request);
        Assert.Equal((PackErrorIds.ImageNotFound, $"{registry.Image("none")}:1"), (failure.ErrorId, failure.Target));
        Assert.StartsWith($"The image extension '{ExtendedBuilder.Extension}' chose the run image '{registry.Image("none")}:1'", failure.Message, StringComparison.Ordinal);
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
    public async Task Extensions_that_the_caller_names_take_the_place_of_those_of_the_builder_and_the_last_one_comes_first()
    {
        foreach (var fixture in new IBuildFixture[] { podman, docker })
        {
            await using var bench = new BuildBench(fixture);
            await ExtendedBuilder.MakeAsync(bench.Engine, fixture);
            using var folder = new TestFolder("extensions");
            bench.Write("run.Dockerfile", "ARG base_image\nFROM ${base_image}\nRUN true\n");
            string[] extensions = [ExtendedBuilder.WriteExtension(folder, "test/one", "one"), ExtendedBuilder.WriteExtension(folder, "test/two", "two")];

            var plain = await bench.BuildAsync(bench.Request with { Extensions = extensions });
            await bench.BuildAsync(bench.Request with { Builder = ExtendedBuilder.Name, Extensions = [extensions[0], ExtendedBuilder.Extension], ImageName = bench.Name + "-held" });

            var images = await bench.Engine.Images.InspectAsync([bench.Name, bench.Name + "-held"], CancellationToken.None);
            Assert.Equal(["test/two", "test/one"], AppMetadata.Read(images[bench.Name].Config)!.Extensions.Select(extension => extension.Id));
            Assert.Equal([ExtendedBuilder.Extension, "test/one"], AppMetadata.Read(images[bench.Name + "-held"].Config)!.Extensions.Select(extension => extension.Id));
            Assert.Equal(plain.Id, images[bench.Name].Id);
        }
    }

    [SkippableTheory]
    [InlineData("no/such", PackErrorIds.BuildpackNotFound)]
    [InlineData("from=builder", PackErrorIds.BuildpackInvalid)]
    [InlineData("urn:cnb:registry:some/extension", PackErrorIds.BuildpackInvalid)]
    [InlineData("https://127.0.0.1:9/extension.tgz", PackErrorIds.DownloadFailed)]
    public async Task An_extension_that_cannot_be_had_ends_the_build(string extension, string errorId)
    {
        await using var bench = new BuildBench(docker);

        var failure = await bench.FailAsync(bench.Request with { Extensions = [extension] });

        Assert.Equal(errorId, failure.ErrorId);
        Assert.Contains(extension, failure.Message, StringComparison.Ordinal);
        Assert.Empty(await bench.LeftoversAsync());
    }

    [SkippableFact]
    public async Task A_buildpack_in_the_place_of_an_extension_is_refused()
    {
        await using var bench = new BuildBench(docker);
        using var folder = new TestFolder("extensions");
        TestBuildpack.Write(folder);

        var failure = await bench.FailAsync(bench.Request with { Extensions = [folder["buildpack"]] });

        Assert.Equal(PackErrorIds.BuildpackInvalid, failure.ErrorId);
        Assert.Contains("is not an image extension", failure.Message, StringComparison.Ordinal);
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
        var app = AppMetadata.Read(images[bench.Name].Config)!;
        Assert.Equal((other, images[other].LabelReference), (app.RunImage, app.RunImageReference));
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

    /// <summary>Puts an image into the registry, for which no engine has a login.</summary>
    private async Task<string> PushAsync(BuildBench bench, string image, string repository)
    {
        registry.Require();
        var name = registry.Image($"team/{repository}:{Guid.NewGuid():N}");
        await bench.Engine.Images.TagAsync(image, name, CancellationToken.None);
        await bench.Engine.Images.PushAsync(new ImageTransfer(name) { Credential = registry.Credential, Insecure = true }, null, CancellationToken.None);
        await bench.Engine.Images.RemoveAsync(name, force: false, CancellationToken.None);
        return name;
    }
}
