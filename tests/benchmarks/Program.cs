using Buildpacks.Benchmarks;
using Buildpacks.Benchmarks.Benchmarks;
using Buildpacks.Benchmarks.Builds;
using Buildpacks.Benchmarks.Reporting;

await using var stages = new BuildStages();
IBenchmark[] all =
[
    new RebuildBenchmark(stages), new AddedBuildpacksBenchmark(stages), new RegistryRouteBenchmark(stages), new SeparatePhasesBenchmark(stages), new UntrustedBenchmark(stages), new ExtensionBenchmark(stages), new RunImageBenchmark(stages), new FirstBuildBenchmark(stages), new UploadBenchmark(), new ImportBenchmark(),
    new EightBuildsBenchmark(stages), new MemoryBenchmark(stages), new ListingBenchmark(), new PublishBenchmark(stages), new BlobBenchmark(), new RebaseBenchmark(stages),
    new InspectBenchmark(stages), new PublishMemoryBenchmark(stages), new IgnoreBenchmark(stages), new CrowdBenchmark(),
];

var settings = BenchmarkSettings.Parse(args);
if (settings is null || settings.Names.Any(name => all.All(benchmark => benchmark.Name != name)))
{
    Console.Error.WriteLine(BenchmarkSettings.Usage);
    foreach (var benchmark in all)
    {
        Console.Error.WriteLine($"  {benchmark.Name,-16}{benchmark.Summary}");
    }

    return 2;
}

using var cancellation = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    // What is running comes to its end, and what was made for it is removed.
    pressed.Cancel = true;
    cancellation.Cancel();
};
using var home = new PrivateHome();
var report = new ReportWriter();
try
{
    foreach (var benchmark in all.Where(benchmark => settings.Names.Count == 0 || settings.Names.Contains(benchmark.Name)))
    {
        Console.Error.WriteLine($"{benchmark.Name}: {benchmark.Summary}");
        report.Add(await benchmark.RunAsync(settings, cancellation.Token));
    }
}
catch (OperationCanceledException)
{
    Console.Error.WriteLine("Cancelled.");
    return 130;
}

Console.WriteLine(report.ToText());
if (settings.Page is { } page)
{
    report.WriteTo(page);
}

return 0;
