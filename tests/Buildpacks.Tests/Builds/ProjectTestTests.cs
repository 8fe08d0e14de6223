using Buildpacks.Builds;
using Buildpacks.Builds.Explaining;
using Buildpacks.Caches;
using Buildpacks.Configuration;
using Buildpacks.Sessions;
using Buildpacks.Stores.LayerCaching;
using Buildpacks.Stores.Registry;
using Buildpacks.Testing;

namespace Buildpacks.Tests.Builds;

/// <summary>What is said of a project without an engine and without a registry.</summary>
public sealed class ProjectTestTests : IDisposable
{
    private readonly TestFolder _folder = new("project-test");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Each_value_has_its_source()
    {
        _folder.File("app/main.sh", "four");
        _folder.File("app/a.log", "x");
        _folder.File("app/logs/b.log", "x");
        _folder.File(
            "app/project.toml",
            """
            [_]
            schema-version = "0.3"
            version = "1.2"
            source-url = "https://example.com/app"

            [io.buildpacks]
            builder = "localhost/no/builder"
            exclude = ["*.log", "/logs/", "unused"]

            [[io.buildpacks.build.env]]
            name = "GREETING"
            value = "hello"

            [[io.buildpacks.build.env]]
            name = "ONLY_IN_TESTS"
            value = "x"
            exec-env = ["test"]
            """);
        var file = _folder.File("more.env", "# comment\nFROM_FILE=secret-1\n");

        var report = await TestAsync(new BuildRequest
        {
            ImageName = "registry.example.com/team/web", Path = _folder["app"], Env = ["TYPED=secret-2", "PATH"], EnvFiles = [file], Tags = [":two"], Volumes = ["/data:/data:ro"], Network = "none",
        });

        Assert.Equal("registry.example.com/team/web:latest", report["image"]!.Value);
        Assert.Equal(("localhost/no/builder", PackValueOrigin.Descriptor, 7), (report["Builder"]!.Value, report["Builder"]!.Origin, report["Builder"]!.Line));
        Assert.Equal(("0.3", _folder["app/project.toml"]), (report.SchemaVersion, report.Descriptor));
        Assert.Equal((PullPolicy.IfNotPresent.ToString(), "default"), (report["PullPolicy"]!.Value, report["PullPolicy"]!.Source));
        Assert.Equal(("none", "default"), (report["SourceMetadata"]!.Value, report["SourceMetadata"]!.Source));
        Assert.Equal(("none", "-Network"), (report["Network"]!.Value, report["Network"]!.Source));
        Assert.Equal("-Tag", report["Tag"]!.Source);
        Assert.Equal("/data:/data:ro", report["Volume"]!.Value);
        var environment = report.Values.Where(value => value.Name == "Env").Select(value => (value.Item, value.Value, value.Origin, value.Line)).ToList();
        Assert.Equal(
            [("FROM_FILE", "", PackValueOrigin.EnvFile, 2), ("GREETING", "hello", PackValueOrigin.Descriptor, 11), ("PATH", "", PackValueOrigin.Parameter, null), ("TYPED", "", PackValueOrigin.Parameter, null)],
            environment);
        Assert.DoesNotContain("secret", string.Join('\n', report.Values) + string.Join('\n', report.Problems), StringComparison.Ordinal);
        Assert.Equal((2, 2), (report.Files!.Count, report.Files.LeftOut));
        Assert.Equal([("*.log", 1), ("/logs/", 1), ("unused", 0)], report.Rules.Select(rule => (rule.Pattern, rule.Matches)));
        Assert.Equal(report.Files.Bytes, 4 + new FileInfo(_folder["app/project.toml"]).Length);
    }

    [Fact]
    public async Task All_problems_are_found_at_once_with_their_places()
    {
        _folder.File("app/main.sh", "x");
        _folder.File("app/project.toml", "[_]\nschema-version = '0.2'\n[io.buildpacks]\n  bilder = 'b'\n[io.buildpacks.bild]\nx = 1\n");
        var file = _folder.File("bad.env", "A=1\n=x\n.. = 2\n");

        var report = await TestAsync(new BuildRequest
        {
            ImageName = "UPPER", Path = _folder["app"], EnvFiles = [file, _folder["none.env"]], Volumes = ["relative"], Caches = ["type=odd"], Buildpacks = ["from=builder", "from=builder"],
        });

        Assert.False(report.IsValid);
        var errors = report.Problems.Where(problem => problem.Severity == PackProblemSeverity.Error).Select(problem => problem.ErrorId).ToList();
        Assert.Equal(
            new[] { "BuildpackInvalid", "CacheInvalid", "EnvFileInvalid", "EnvFileInvalid", "EnvFileNotFound", "ImageNameInvalid", "NoBuilder", "VolumeInvalid" }, errors.Order(StringComparer.Ordinal));
        var unknown = report.Problems.Where(problem => problem.Message.Contains("unknown key", StringComparison.Ordinal)).ToList();
        Assert.Equal([(_folder["app/project.toml"], 4, 3), (_folder["app/project.toml"], 5, 16)], unknown.Select(problem => (problem.File!, problem.Line!.Value, problem.Column!.Value)));
        Assert.Equal([2, 3], report.Problems.Where(problem => problem.File == file).Select(problem => problem.Line!.Value));
        Assert.Single(report.Problems, problem => problem.ErrorId == PackErrorIds.NoEngine && problem.Severity == PackProblemSeverity.Warning);
    }

    [Fact]
    public async Task A_broken_descriptor_has_a_problem_for_each_of_its_places()
    {
        _folder.File("app/main.sh", "x");
        _folder.File("app/project.toml", "[_]\nschema-version = '0.2'\n[io.buildpacks]\ninclude = 'a'\nbuilder = 3\n");

        var report = await TestAsync(new BuildRequest { ImageName = "web", Path = _folder["app"], Builder = "localhost/b" });

        Assert.Equal([4, 5], report.Problems.Where(problem => problem.ErrorId == PackErrorIds.ProjectTomlInvalid).Select(problem => problem.Line!.Value));
        File.WriteAllText(_folder["app/project.toml"], "[a\nb = 1\n");
        var syntax = (await TestAsync(new BuildRequest { ImageName = "web", Path = _folder["app"], Builder = "localhost/b" })).Problems.First(problem => problem.ErrorId == PackErrorIds.ProjectTomlInvalid);
        Assert.Equal((1, true), (syntax.Line, syntax.Column > 1));
    }

    [Fact]
    public async Task Without_an_engine_a_builder_that_cannot_be_looked_up_is_no_error()
    {
        _folder.File("app/main.sh", "x");

        var report = await TestAsync(new BuildRequest { ImageName = "web", Path = _folder["app"], Builder = "localhost/no/builder" });

        Assert.True(report.IsValid);
        Assert.False(report.IsComplete);
        Assert.Contains(report.Problems, problem => problem is { ErrorId: PackErrorIds.BuilderNotFound, Severity: PackProblemSeverity.Warning });
    }

    [Fact]
    public async Task What_the_configuration_says_has_its_line()
    {
        _folder.File("app/main.sh", "x");
        _folder.File("pack/config.toml", "# mine\ndefault-builder-image = 'localhost/configured'\npull-policy = 'never'\n");

        var report = await TestAsync(new BuildRequest { ImageName = "web", Path = _folder["app"] });

        Assert.Equal(("localhost/configured", PackValueOrigin.Configuration, 2), (report["Builder"]!.Value, report["Builder"]!.Origin, report["Builder"]!.Line));
        Assert.Equal(("Never", 3), (report["PullPolicy"]!.Value, report["PullPolicy"]!.Line));
    }

    [Fact]
    public async Task Metadata_of_the_source_is_that_of_the_descriptor()
    {
        _folder.File("app/project.toml", "[_]\nschema-version = '0.2'\nversion = '1.2'\nsource-url = 'https://me:secret@example.com/app'\n");
        _folder.File("pack/config.toml", "experimental = true\n");

        var report = await TestAsync(new BuildRequest { ImageName = "web", Path = _folder["app"], Builder = "localhost/b" });

        Assert.Equal(("https://example.com/app 1.2", 4), (report["SourceMetadata"]!.Value, report["SourceMetadata"]!.Line));
    }

    [Fact]
    public async Task An_app_in_a_git_repository_is_not_fetched()
    {
        var report = await TestAsync(new BuildRequest { ImageName = "web", Path = "git+https://a.invalid/web.git", Builder = "localhost/b" });

        Assert.False(report.IsComplete);
        Assert.Contains(report.Problems, problem => problem.Message.Contains("fetched only by a build", StringComparison.Ordinal));
    }

    private Task<PackProjectReport> TestAsync(BuildRequest request)
    {
        var places = new BuildPlaces(
            new BuildMarkers(_folder["markers"]), new VolumeKeys(_folder["volume-keys.toml"]), new Hints(_folder["run"]), new Hints(_folder["layouts"]), new Hints(_folder["stepwise"]),
            new LayerCache(_folder["layers"]), new LoadedManifests(_folder["manifests"]), new RegistryCredentials([]))
        {
            Configuration = new PackConfigFile(_folder["pack/config.toml"]).Read,
            Registries = () => new RegistryOptions(),
        };
        return ProjectTest.RunAsync(
            request, engine: null, default, new PackException(PackErrorIds.NoEngine, PackErrorKind.Unreachable, "No engine answers."), places, new SilentSink(), CancellationToken.None);
    }
}
