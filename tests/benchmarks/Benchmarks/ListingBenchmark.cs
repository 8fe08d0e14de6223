using Buildpacks.Benchmarks.Engines;
using Buildpacks.Benchmarks.Measuring;
using Buildpacks.Benchmarks.Reporting;
using Buildpacks.Stores;

namespace Buildpacks.Benchmarks.Benchmarks;

/// <summary>A list of 500 app images as Get-PackImage makes it, against the engine's own.</summary>
internal sealed class ListingBenchmark : EngineBenchmark
{
    private const int Images = 500;

    /// <inheritdoc/>
    public override string Name => "list";

    /// <inheritdoc/>
    public override string Summary => "a list of 500 app images, against the engine's own list";

    /// <inheritdoc/>
    protected override async Task<IReadOnlyList<Figure>> MeasureAsync(EngineSession session, BenchmarkSettings settings, CancellationToken cancellationToken)
    {
        await session.Engine.Images.LoadAsync(new ManyImages(Images).WriteAsync, progress: null, cancellationToken);
        var comparison = await SideBySide.RunAsync(
            settings.Runs,
            () => SideBySide.TimeAsync(() => ListAsync(session, cancellationToken)),
            () => SideBySide.TimeAsync(session.Bare.ListAsync),
            cancellationToken);
        return [Figure.Slower($"List of {Images} app images, {session.Name}", comparison, session.Bare.Way)];
    }

    private static async Task ListAsync(EngineSession session, CancellationToken cancellationToken)
    {
        var images = await ImageCatalog.ListAsync(session.Engine, new ImageQuery(), cancellationToken);
        if (images.Count(image => image.IsApp) != Images)
        {
            throw new InvalidOperationException($"{session.Name} lists {images.Count} images where {Images} are");
        }
    }
}
