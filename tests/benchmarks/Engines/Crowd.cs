using Buildpacks.Benchmarks.Builds;
using Buildpacks.Engines;
using Buildpacks.Testing.Samples;

namespace Buildpacks.Benchmarks.Engines;

/// <summary>What an engine holds that has been in use for years.</summary>
/// <param name="Images">Small app images.</param>
/// <param name="Volumes">Empty volumes.</param>
/// <param name="Containers">Containers that have ended.</param>
internal sealed record Crowd(int Images, int Volumes, int Containers)
{
    private const int AtOnce = 4;

    /// <summary>Puts all of it into an engine's store.</summary>
    public async Task GatherAsync(BuildStage stage, CancellationToken cancellationToken)
    {
        var engine = stage.Session.Engine;
        await engine.Images.LoadAsync(new ManyImages(Images).WriteAsync, progress: null, cancellationToken);
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, Volumes, options, async (number, token) =>
            await engine.Volumes.CreateAsync($"crowd-{number}", new Dictionary<string, string>(), token));
        await Parallel.ForAsync(0, Containers, options, async (number, token) =>
        {
            var container = await engine.Containers.CreateAsync(
                new ContainerSpec { Name = $"crowd-{number}", Image = SampleBuilder.RunImage, Entrypoint = [], Command = ["true"], Network = "none" }, token);
            await stage.Session.Bare.RunAsync(container);
        });
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Images:N0} images, {Volumes} volumes and {Containers} ended containers";
}
