using Buildpacks.Builds.Tests.Support;
using Buildpacks.Testing.Builders;
using Buildpacks.Testing.Engines;
using Buildpacks.Testing.Samples;

namespace Buildpacks.Builds.Tests.Samples;

/// <summary>A real engine with the sample builder in it.</summary>
/// <typeparam name="TEngine">The engine.</typeparam>
public sealed class SampleFixture<TEngine> : IBuildFixture, IAsyncLifetime
    where TEngine : EngineFixture, new()
{
    private readonly TEngine _engine = new();

    /// <inheritdoc/>
    public EngineFixture Engine => _engine;

    /// <inheritdoc/>
    public string Builder => SampleBuilder.Name;

    /// <inheritdoc/>
    public string RunImage => SampleBuilder.RunImage;

    /// <inheritdoc/>
    public void Require()
    {
        Requirement.Meet(SampleBuilder.Missing);
        _engine.Require();
    }

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        await _engine.InitializeAsync();
        if ((_engine.Unavailable ?? SampleBuilder.Missing) is null)
        {
            await SampleBuilder.GetAsync(_engine);
        }
    }

    /// <inheritdoc/>
    public Task DisposeAsync() => _engine.DisposeAsync();
}
