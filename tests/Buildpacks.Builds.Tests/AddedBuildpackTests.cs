using Buildpacks.Builds.Tests.Support;
using Buildpacks.Engines;
using Buildpacks.Oci;
using Buildpacks.Stores.Copies;
using Buildpacks.Testing;
using Buildpacks.Testing.Builders;
using Buildpacks.Testing.Engines;
using Buildpacks.Testing.Processes;
using Buildpacks.Testing.Registries;

namespace Buildpacks.Builds.Tests;

/// <summary>Buildpacks that the builder does not have enter its container with the app, in every engine and step by step.</summary>
[Collection(SharedEngines.All)]
public sealed class AddedBuildpackTests(
    BuildFixture<PodmanFixture> podman, BuildFixture<RootlessPodmanFixture> rootless, BuildFixture<DockerdFixture> docker, OpenRegistryFixture registry)
    : IClassFixture<OpenRegistryFixture>, IDisposable
{
    private readonly TestFolder _folder = new("added");

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public async Task Folders_packages_and_scripts_build_the_same_image_in_every_engine_and_make_no_other()
    {
        Write("first", "test/first", "1", "ls -ldn $CNB_BUILDPACK_DIR $CNB_BUILDPACK_DIR/bin/build $CNB_BUILDPACK_DIR/data | sed 's/^/stat /'");
        _folder.File("first/data", "data\n");
        _folder.File("all/buildpack.toml", "api = '0.10'\n[buildpack]\nid = 'test/all'\nversion = '2'\n[[order]]\ngroup = [{ id = 'test/first', version = '1' }]\n");
        var package = await TestPackage.WriteAsync(_folder["all.cnb"], _folder["all"], _folder["first"]);
        var ids = new Dictionary<string, string>();
        foreach (var fixture in new IBuildFixture[] { podman, rootless, docker })
        {
            await using var bench = new BuildBench(fixture);
            bench.Write("project.toml", $$"""
                [_]
                schema-version = "0.2"
                [[io.buildpacks.group]]
                uri = "{{package}}"
                [[io.buildpacks.group]]
                id = "test/inline"
                script = { api = "0.10", inline = "echo inline in $(pwd)" }
                [[io.buildpacks.group]]
                id = "{{TestBuildpack.Id}}"
                """);
            var sink = new RecordingSink();
            await bench.BuildAsync(bench.Request);

            var first = await bench.BuildAsync(bench.Request, sink);
            var before = await ImagesAsync(bench);
            var again = await bench.BuildAsync(bench.Request);

            Assert.Equal(["test/first@1", "test/inline@0.0.0", "test/app@1.2.3"], first.Buildpacks.Select(buildpack => $"{buildpack}"));
            Assert.Contains("inline in /workspace", sink.Text, StringComparison.Ordinal);

            // In one call of the engine, the user who builds unpacks them.
            var owner = fixture.Engine.Kind == PackEngineKind.Podman ? "1000 +1000" : "0 +0";
            Assert.Matches($@"stat drwxr-xr-x .* {owner} .*/cnb/buildpacks/test_first/1\n", sink.Text);
            Assert.Matches($"stat -rwxr-xr-x .* {owner} .*/bin/build\n", sink.Text);
            Assert.Matches($"stat -rw-r--r-- .* {owner} .* 1980 /.*/data\n", sink.Text);
            Assert.Equal((first.Id, true), (again.Id, again.Unchanged));
            Assert.Equal(before, await ImagesAsync(bench));
            Assert.Equal("hello\n", await bench.RunImageAsync("--entrypoint", "show", bench.Name));
            ids[fixture.Engine.Name] = first.Id;
            if (fixture.Engine.Kind == PackEngineKind.Podman)
            {
                await bench.RunStepwiseAsync();
                var steps = await bench.BuildAsync(bench.Request);
                Assert.Equal((first.Id, true), (steps.Id, steps.Unchanged));
            }

            Assert.DoesNotContain(await bench.LeftoversAsync(), left => !left.StartsWith("volume", StringComparison.Ordinal));
        }

        if (!DockerdFixture.UsesContainerdStore)
        {
            Assert.True(ids.Values.Distinct().Count() == 1, string.Join(", ", ids));
        }
    }

    [SkippableFact]
    public async Task A_buildpack_with_the_id_and_version_of_one_of_the_builder_replaces_it_with_all_its_files()
    {
        Write("mine", TestBuildpack.Id, TestBuildpack.Version, "echo files: $(ls $CNB_BUILDPACK_DIR)");
        foreach (var fixture in new IBuildFixture[] { podman, rootless, docker })
        {
            await using var bench = new BuildBench(fixture);
            var request = bench.Request with { Buildpacks = ["mine"], BaseFolder = _folder.Path };
            Assert.Equal("files: bin buildpack.toml", await LineAsync(bench, request));
            if (fixture.Engine.Kind == PackEngineKind.Podman)
            {
                await bench.RunStepwiseAsync();
                Assert.Equal("files: bin buildpack.toml", await LineAsync(bench, request));
            }
        }
    }

    [SkippableFact]
    public async Task A_buildpack_that_does_not_fit_ends_the_build_before_a_container_is_made()
    {
        Write("mine", "test/mine", "1", "echo", "[[targets]]\nos = 'windows'\n");
        await using var bench = new BuildBench(docker);

        var failure = await bench.FailAsync(bench.Request with { Buildpacks = ["./mine"], BaseFolder = _folder.Path });

        Assert.Equal(("BuildpackTargetIncompatible", "test/mine@1"), (failure.ErrorId, failure.Target));
        Assert.DoesNotContain(bench.Calls.Calls, call => call.Operation is EngineOperation.ContainerCreate or EngineOperation.VolumeCreate);
        Assert.Empty(await bench.LeftoversAsync());
    }

    [SkippableFact]
    public async Task A_package_comes_from_an_address_an_engine_and_a_registry()
    {
        Write("first", "test/first", "1", "echo first");
        var package = await TestPackage.WriteAsync(_folder["first.cnb"], _folder["first"]);
        await using var server = new FileServer();
        server.Files["/first.cnb"] = await File.ReadAllBytesAsync(package);
        foreach (var fixture in new IBuildFixture[] { podman, docker })
        {
            await using var bench = new BuildBench(fixture);
            var held = "localhost/test/package:" + Guid.NewGuid().ToString("N")[..8];
            await ImageCopier.CopyAsync(
                new CopyRequest(CopyPlace.At(package) with { Format = PackImageFormat.OciArchive }, CopyPlace.In(bench.Engine)) { NewName = held },
                new RecordingSink(), CancellationToken.None);
            var published = registry.Image("team/package:" + Guid.NewGuid().ToString("N")[..8]);
            await bench.Engine.Images.TagAsync(held, published, CancellationToken.None);
            await bench.Engine.Images.PushAsync(new ImageTransfer(published) { Insecure = true }, null, CancellationToken.None);
            await bench.Engine.Images.RemoveAsync(published, force: false, CancellationToken.None);
            var images = await ImagesAsync(bench);
            var ids = new List<string>();
            await IndexAsync(bench.Folder("index"), published);
            foreach (var place in new[] { server.Address + "first.cnb", "docker://" + held, published, "registry:" + published, "urn:cnb:registry:test/first@1", "test/first" })
            {
                var request = bench.Request with { PreBuildpacks = [place], InsecureRegistries = [registry.Host] };
                var result = await bench.BuildAsync(request);
                var again = await bench.BuildAsync(request);

                Assert.Equal(["test/first@1", "test/app@1.2.3"], result.Buildpacks.Select(buildpack => $"{buildpack}"));
                Assert.True(again.Unchanged);
                Assert.DoesNotContain(again.EngineCalls, call => call.Operation is EngineOperation.ImageSave or EngineOperation.ImagePull);

                // The config, and no layer.
                Assert.InRange(again.EngineCalls.Count(call => call.Operation == "BlobGet"), 0, 1);
                ids.Add(result.Id);
            }

            Assert.Single(ids.Distinct());
            Assert.Equal([.. images.Append(ids[0]).Order(StringComparer.Ordinal)], await ImagesAsync(bench));
            var failure = await bench.FailAsync(bench.Request with { Buildpacks = ["docker://localhost/test/none"], InsecureRegistries = [registry.Host] });
            Assert.Equal(("BuildpackNotFound", PackErrorKind.NotFound), (failure.ErrorId, failure.Kind));
            var noPackage = await bench.FailAsync(bench.Request with { Buildpacks = ["docker://" + fixture.RunImage] });
            Assert.Equal("BuildpackArchiveInvalid", noPackage.ErrorId);
            Assert.Contains("has no label io.buildpacks.buildpack", noPackage.Message, StringComparison.Ordinal);
        }
    }

    /// <summary>Makes the index of a buildpack registry that has one package.</summary>
    private static async Task IndexAsync(string folder, string published)
    {
        var image = ImageReference.Parse(published);
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Head, $"http://{image.Registry}/v2/{image.Repository}/manifests/{image.Tag}");
        request.Headers.Accept.ParseAdd(MediaTypes.Manifest);
        request.Headers.Accept.ParseAdd(MediaTypes.DockerManifest);
        using var answer = await client.SendAsync(request);
        var digest = answer.Headers.GetValues("Docker-Content-Digest").Single();
        Directory.CreateDirectory(Path.Combine(folder, "fi/rs"));
        await File.WriteAllTextAsync(
            Path.Combine(folder, "fi/rs/test_first"), $$"""{"ns":"test","name":"first","version":"1","yanked":false,"addr":"{{image.Name}}@{{digest}}"}""" + "\n");
        foreach (var arguments in new string[][] { ["init", "--quiet"], ["add", "."], ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false", "commit", "--quiet", "-m", "x"] })
        {
            ToolRun.Run("git", ["-C", folder, .. arguments]).Checked();
        }
    }

    private static async Task<string> LineAsync(BuildBench bench, BuildRequest request)
    {
        var sink = new RecordingSink();
        await bench.BuildAsync(request, sink);
        return sink.Text.Split('\n').Single(line => line.StartsWith("files: ", StringComparison.Ordinal));
    }

    private static async Task<IReadOnlyList<string>> ImagesAsync(BuildBench bench) =>
        [.. (await bench.Engine.Images.ListAsync(new(), CancellationToken.None)).Select(image => image.Id).Order(StringComparer.Ordinal)];

    private void Write(string folder, string id, string version, string script, string more = "[[targets]]\nos = 'linux'\n")
    {
        _folder.File(folder + "/buildpack.toml", $"api = '0.10'\n[buildpack]\nid = '{id}'\nversion = '{version}'\n{more}");
        _folder.File(folder + "/bin/detect", "#!/bin/sh\n");
        _folder.File(folder + "/bin/build", $"#!/bin/sh\n{script}\n");
    }
}
