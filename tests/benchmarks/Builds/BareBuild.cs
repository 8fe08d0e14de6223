using Buildpacks.Benchmarks.Engines;
using Buildpacks.Benchmarks.Measuring;

namespace Buildpacks.Benchmarks.Builds;

/// <summary>The container of a build, made again with the same data, so that nothing but its run is measured.</summary>
internal sealed class BareBuild(EngineSession session, BuildCapture capture) : IDisposable
{
    /// <summary>Makes the container and fills it, runs it, removes it.</summary>
    /// <returns>How long it ran, from the start until its end was known.</returns>
    public async Task<TimeSpan> RunAsync(CancellationToken cancellationToken)
    {
        var container = await session.Engine.Containers.CreateAsync(capture.Container with { Name = null }, cancellationToken);
        try
        {
            await session.Engine.Containers.CopyToAsync(container, "/", CopyAsync, cancellationToken);
            return await SideBySide.TimeAsync(() => session.Bare.RunAsync(container));
        }
        finally
        {
            await session.Engine.Containers.RemoveAsync(container, force: true, CancellationToken.None);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => capture.Dispose();

    private async Task CopyAsync(Stream destination, CancellationToken cancellationToken)
    {
        await using var archive = File.OpenRead(capture.Archive);
        await archive.CopyToAsync(destination, cancellationToken);
    }
}
