using Buildpacks.Benchmarks.Engines;
using Buildpacks.Benchmarks.Measuring;
using Buildpacks.Benchmarks.Reporting;
using Buildpacks.Builds.Apps;
using Buildpacks.Engines;
using Buildpacks.IO;
using Buildpacks.Testing;
using Buildpacks.Testing.Images;
using Microsoft.Extensions.Logging.Abstractions;

namespace Buildpacks.Benchmarks.Benchmarks;

/// <summary>A big app folder into a container, against tar and a pipe.</summary>
internal sealed class UploadBenchmark : EngineBenchmark
{
    private const int Folders = 200;
    private const int FilesPerFolder = 100;
    private const int FileSize = 25_000;
    private const double Goal = 0.8;

    /// <inheritdoc/>
    public override string Name => "upload";

    /// <inheritdoc/>
    public override string Summary => "an app of 20,000 files and 500 MB into a container, against tar and a pipe";

    /// <inheritdoc/>
    protected override async Task<IReadOnlyList<Figure>> MeasureAsync(EngineSession session, BenchmarkSettings settings, CancellationToken cancellationToken)
    {
        using var app = new TestFolder("bench-app");
        Fill(app);
        var image = await new TestImage { Name = "localhost/bench/target:1" }.LoadAsync(session.Engine, cancellationToken);
        var source = AppSource.Open(app.Path, NullLogger.Instance);
        var comparison = await SideBySide.RunAsync(
            settings.FewRuns,
            () => session.Engine.Pipe is { } pipe
                ? SideBySide.TimeAsync(() => pipe.RunAsync(ThroughPipe(), new OutputCapture(), cancellationToken))
                : InContainerAsync(container => session.Engine.Containers.CopyToAsync(container, "/", WriteAsync, cancellationToken)),
            () => InContainerAsync(container => session.Bare.UploadAsync(app.Path, container)),
            cancellationToken);

        var throughput = new Series(comparison.Ratio.Values.Select(ratio => 1 / ratio));
        return
        [
            new Figure(
                $"Upload of 20,000 files / 500 MB, {session.Name}", Figure.Times(comparison.Ours), $"{Figure.Times(comparison.Bare)} tar, {session.Bare.Way}",
                Figure.Ratios(throughput) + " of the throughput", $"≥ {Figure.Number(Goal)}", throughput.Median >= Goal),
        ];

        // As builds do it: the container is made, run and removed in the same call, and so in the same time.
        PipedRun ThroughPipe() => new()
        {
            Container = new ContainerSpec { Image = image, Network = "none", Command = ["/bin/true"] },
            WriteInput = WriteAsync,
            OutputPath = "/tmp",
            ReadOutput = (stream, cancellation) => stream.CopyToAsync(Stream.Null, cancellation),
        };

        Task WriteAsync(Stream stream, CancellationToken cancellation) => BufferedTar.WriteAsync(
            stream, (tar, token) => source.WriteAsync(tar, "workspace", TarOwner.Root, progress: null, special: null, token), cancellation);

        async Task<TimeSpan> InContainerAsync(Func<string, Task> upload)
        {
            var spec = new ContainerSpec { Image = image, Network = "none" };
            var container = await session.Engine.Containers.CreateAsync(spec, cancellationToken);
            try
            {
                return await SideBySide.TimeAsync(() => upload(container));
            }
            finally
            {
                await session.Engine.Containers.RemoveAsync(container, force: true, CancellationToken.None);
            }
        }
    }

    private static void Fill(TestFolder app)
    {
        var random = new Random(1);
        var content = new byte[FileSize];
        for (var folder = 0; folder < Folders; folder++)
        {
            var path = app.Folder($"folder-{folder}");
            for (var file = 0; file < FilesPerFolder; file++)
            {
                random.NextBytes(content);
                File.WriteAllBytes(Path.Combine(path, $"file-{file}.bin"), content);
            }
        }
    }
}
