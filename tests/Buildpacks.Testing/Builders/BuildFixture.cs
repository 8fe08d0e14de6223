using Buildpacks.Builders;
using Buildpacks.Stores;
using Buildpacks.Testing.Engines;
using Buildpacks.Testing.Images;
using Buildpacks.Testing.Samples;
using Microsoft.Extensions.Logging.Abstractions;

namespace Buildpacks.Testing.Builders;

/// <summary>A real engine with a real builder in it: busybox as build and run image, this repository's lifecycle, a buildpack of shell scripts.</summary>
/// <typeparam name="TEngine">The engine.</typeparam>
public class BuildFixture<TEngine> : IBuildFixture, IAsyncLifetime
    where TEngine : EngineFixture, new()
{
    private readonly TEngine _engine;
    private readonly TestFolder _folder = new("builder");

    /// <summary>A usual engine.</summary>
    public BuildFixture()
        : this(new TEngine())
    {
    }

    /// <summary>An engine made for a purpose.</summary>
    protected BuildFixture(TEngine engine) => _engine = engine;

    /// <inheritdoc/>
    public EngineFixture Engine => _engine;

    /// <inheritdoc/>
    public string Builder => "test/builder:1";

    /// <inheritdoc/>
    public string RunImage => "test/run:1";

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
        await new TestImage { Name = RunImage, User = "1000:1000", Environment = ["PATH=/bin"], Padding = 5_000_000 }.LoadAsync(engine);
        await new TestImage { Name = "test/build:1", User = "1000:1000", Environment = ["PATH=/bin", "CNB_USER_ID=1000", "CNB_GROUP_ID=1000"] }.LoadAsync(engine);
        TestBuildpack.Write(_folder);
        var config = _folder.File("builder.toml", $"""
            description = "test"
            [[buildpacks]]
            uri = "buildpack"
            [[order]]
            group = [{"{"} id = "{TestBuildpack.Id}", version = "{TestBuildpack.Version}" {"}"}]
            [build]
            image = "test/build:1"
            [[run.images]]
            image = "{RunImage}"
            [lifecycle]
            uri = "{await LifecycleArchiveFile.GetAsync()}"
            """);
        await new BuilderCreator(engine, NullLogger.Instance).CreateAsync(
            new BuilderRequest { ImageName = Builder, ConfigPath = config }, progress: null, CancellationToken.None);
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        await _engine.DisposeAsync();
        _folder.Dispose();
    }
}
