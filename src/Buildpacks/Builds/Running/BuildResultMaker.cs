using Buildpacks.Builds.Planning;
using Buildpacks.Engines;
using Buildpacks.Stores;
using Buildpacks.Stores.Exports;

namespace Buildpacks.Builds.Running;

/// <summary>Says what a build made.</summary>
/// <param name="engine">The engine.</param>
/// <param name="plan">The build's plan.</param>
internal sealed class BuildResultMaker(IEngine engine, BuildPlan plan)
{
    /// <summary>Makes the result, but for what the engine's observer knows.</summary>
    /// <param name="outcome">The image.</param>
    /// <param name="phases">The steps.</param>
    /// <param name="duration">How long it took.</param>
    public BuildResult Make(WrittenImage outcome, IReadOnlyList<PackPhase> phases, TimeSpan duration)
    {
        var metadata = AppMetadata.Read(outcome.Config);
        var layers = AppLayers(outcome.Config.Rootfs.DiffIds);
        var before = plan.Previous?.Config.Rootfs.DiffIds.ToHashSet(StringComparer.Ordinal) ?? [];
        var reused = layers.Count(before.Contains);
        return new BuildResult
        {
            ImageName = plan.Target is { Place: var place } ? (place with { Image = plan.Image.ToFamiliarString() }).ToString() : plan.Image.ToString(),
            Tags = [.. plan.Names.Select(name => name.ToString())],
            Id = outcome.Id,
            Digest = outcome.Digest,
            Platform = plan.Platform.ToString(),
            Engine = engine.Kind,
            Endpoint = engine.Endpoint,
            Location = plan.Target is { } target ? target.Words : plan.Published is null ? EnginePlace.Of(engine) : $"registry {plan.Image.Registry}",
            ExportRoute = plan.Route,
            Builder = plan.Builder.Name,
            RunImage = plan.RunImageName.Spelling,
            Buildpacks = [.. metadata?.Buildpacks ?? []],
            Processes = [.. metadata?.Processes ?? []],
            Phases = [.. phases],
            LayersReused = reused,
            LayersAdded = layers.Count - reused,
            Unchanged = outcome.Unchanged,
            Duration = duration,
        };
    }

    /// <summary>The layers above the run image's.</summary>
    private List<string> AppLayers(IReadOnlyList<string> diffIds)
    {
        var runImage = plan.RunImage.Config.Rootfs.DiffIds;
        return [.. diffIds.Take(runImage.Count).SequenceEqual(runImage) ? diffIds.Skip(runImage.Count) : diffIds];
    }
}
