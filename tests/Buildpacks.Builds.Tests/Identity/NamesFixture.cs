using Buildpacks.Builders;
using Buildpacks.Stores;
using Buildpacks.Testing;
using Buildpacks.Testing.Builders;
using Buildpacks.Testing.Engines;
using Buildpacks.Testing.Images;
using Buildpacks.Testing.Samples;
using Microsoft.Extensions.Logging.Abstractions;

namespace Buildpacks.Builds.Tests.Identity;

/// <summary>A real engine with builders whose lifecycles read <c>localhost</c> in each of the two ways, under names of each kind.</summary>
/// <typeparam name="TEngine">The engine.</typeparam>
public sealed class NamesFixture<TEngine> : IBuildFixture, IAsyncLifetime
    where TEngine : EngineFixture, new()
{
    private readonly TEngine _engine = new();
    private readonly TestFolder _folder = new("names");

    /// <inheritdoc/>
    public EngineFixture Engine => _engine;

    /// <inheritdoc/>
    public string Builder => NamesFixture.BuilderName("localhost", "registry");

    /// <inheritdoc/>
    public string RunImage => NamesFixture.RunImageName("localhost");

    /// <inheritdoc/>
    public void Require()
    {
        Requirement.Meet(LifecycleArchiveFile.Missing);
        Requirement.Meet(TestImage.Unavailable);
        _engine.Require();
    }

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        await _engine.InitializeAsync();
        if (_engine.Unavailable is not null || LifecycleArchiveFile.Missing is not null)
        {
            return;
        }

        await using var engine = _engine.CreateEngine();
        foreach (var registry in NamesFixture.Registries)
        {
            await new TestImage
            {
                Name = NamesFixture.RunImageName(registry),
                User = "1000:1000",
                Environment = ["PATH=/bin"],
                Padding = 100_000,
                Extensions = new Dictionary<string, string>
                {
                    ["Healthcheck"] = """{"Test":["CMD","true"],"Interval":5000000000}""", ["ArgsEscaped"] = "true",
                },
            }.LoadAsync(engine);
        }

        await new TestImage { Name = NamesFixture.StepsRunImage, User = "1000:1000", Environment = ["PATH=/bin"], Padding = 100_000, EmptyStep = true }.LoadAsync(engine);
        TestBuildpack.Write(_folder);
        foreach (var reading in NamesFixture.Readings)
        {
            await new TestImage
            {
                Name = "localhost/test/build:1",
                User = "1000:1000",
                Environment = ["PATH=/bin", "CNB_USER_ID=1000", "CNB_GROUP_ID=1000", $"BUILDPACKS_LIFECYCLE_LOCALHOST={reading}"],
            }.LoadAsync(engine);
            var config = _folder.File("builder.toml", $"""
                [[buildpacks]]
                uri = "buildpack"
                [[order]]
                group = [{"{"} id = "{TestBuildpack.Id}", version = "{TestBuildpack.Version}" {"}"}]
                [build]
                image = "localhost/test/build:1"
                [[run.images]]
                image = "{RunImage}"
                mirrors = ["{NamesFixture.Mirror}"]
                [lifecycle]
                uri = "{await LifecycleArchiveFile.GetAsync()}"
                """);
            var first = NamesFixture.BuilderName(NamesFixture.Registries[0], reading);
            await new BuilderCreator(engine, NullLogger.Instance).CreateAsync(
                new BuilderRequest { ImageName = first, ConfigPath = config }, progress: null, CancellationToken.None);
            foreach (var registry in NamesFixture.Registries.Skip(1))
            {
                await engine.Images.TagAsync(first, NamesFixture.BuilderName(registry, reading), CancellationToken.None);
            }
        }
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        await _engine.DisposeAsync();
        _folder.Dispose();
    }
}

/// <summary>The names of the images.</summary>
internal static class NamesFixture
{
    /// <summary>What the images' names begin with.</summary>
    public static readonly string[] Registries = ["localhost", "example.com", "localhost:5000"];

    /// <summary>The two ways in which lifecycles read a name that begins with <c>localhost/</c>.</summary>
    public static readonly string[] Readings = ["registry", "repository"];

    /// <summary>A run image whose history has a step that made no layer.</summary>
    public const string StepsRunImage = "localhost/test/run-steps:1";

    /// <summary>A mirror of the builder's run image, which no engine has.</summary>
    public const string Mirror = "mirror.example.com/test/run:1";

    /// <summary>A builder.</summary>
    public static string BuilderName(string registry, string reading) => $"{registry}/test/builder-{reading}:1";

    /// <summary>The run image.</summary>
    public static string RunImageName(string registry) => $"{registry}/test/run:1";
}
