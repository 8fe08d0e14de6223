namespace Buildpacks.Benchmarks.Builds;

/// <summary>The stages of a run: made when first asked for, shared by the benchmarks that build, removed at the end.</summary>
internal sealed class BuildStages : IAsyncDisposable
{
    private readonly Dictionary<PackEngineKind, Task<BuildStage>> stages = [];

    /// <summary>The stage of an engine.</summary>
    public Task<BuildStage> GetAsync(PackEngineKind kind)
    {
        if (!stages.TryGetValue(kind, out var stage))
        {
            stage = stages[kind] = BuildStage.StartAsync(kind);
        }

        return stage;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var stage in stages.Values.Where(stage => stage.IsCompletedSuccessfully))
        {
            await (await stage).DisposeAsync();
        }
    }
}
