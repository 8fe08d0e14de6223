using Buildpacks.Benchmarks.Builds;
using Buildpacks.Benchmarks.Measuring;
using Buildpacks.Benchmarks.Reporting;
using Buildpacks.Testing;
using Buildpacks.Testing.Samples;

namespace Buildpacks.Benchmarks.Benchmarks;

/// <summary>A build of 20,000 files whose project.toml has 30 rules that exclude none of them, against the same without rules.</summary>
internal sealed class IgnoreBenchmark(BuildStages stages) : BuildBenchmark(stages)
{
    private const double RatioGoal = 1.1;
    private const int Folders = 200;
    private const int FilesPerFolder = 100;
    private const int SmallFolders = 20;

    private static readonly string[] Rules =
    [
        "*.log", "*.tmp", "*.swp", "*~", ".git/", ".svn/", ".idea/", ".vscode/", "node_modules/", "vendor/", "/dist/", "/build/", "/out/", "target/", "bin/", "obj/", "*.class", "*.pyc", "__pycache__/",
        "docs/**/*.pdf", "**/coverage/", "**/*.min.js.map", "secrets.*", ".env*", "!keep.log", "test/[a-z]*/fixtures/", "*.[oa]", "Thumbs.db", ".DS_Store", "tmp-????/",
    ];

    /// <inheritdoc/>
    public override string Name => "ignore";

    /// <inheritdoc/>
    public override string Summary => "a build of 20,000 files with 30 rules in project.toml, against one without";

    /// <inheritdoc/>
    protected override async Task<BenchmarkReport> MeasureAsync(BuildStage stage, BenchmarkSettings settings, CancellationToken cancellationToken)
    {
        using var app = new TestFolder("bench-ignore");
        foreach (var file in Directory.EnumerateFiles(SampleFiles.App("shell-web"), "*", SearchOption.AllDirectories))
        {
            app.File(Path.GetRelativePath(SampleFiles.App("shell-web"), file), await File.ReadAllTextAsync(file, cancellationToken));
        }

        var folders = settings.IsSmall ? SmallFolders : Folders;
        for (var folder = 0; folder < folders; folder++)
        {
            for (var file = 0; file < FilesPerFolder; file++)
            {
                app.File($"content/folder-{folder}/part-{file % 10}/file-{file}.txt", $"{folder} {file}");
            }
        }

        using var rules = new TestFolder("bench-ignore-rules");
        var descriptor = rules.File("project.toml", $"[_]\nschema-version = \"0.2\"\n[io.buildpacks]\nexclude = [{string.Join(", ", Rules.Select(rule => $"'{rule}'"))}]\n");

        // The app has no project.toml of its own: both builds send the same files.
        var plain = BuildStage.Request("shell-web", "ignore-none") with { Path = app.Path };
        var ruled = BuildStage.Request("shell-web", "ignore-rules") with { Path = app.Path, Descriptor = descriptor };
        await stage.BuildAsync(plain, cancellationToken);
        await stage.BuildAsync(ruled, cancellationToken);
        var comparison = await SideBySide.RunAsync(
            settings.FewRuns,
            () => SideBySide.TimeAsync(() => stage.BuildAsync(ruled, cancellationToken)),
            () => SideBySide.TimeAsync(() => stage.BuildAsync(plain, cancellationToken)),
            cancellationToken);
        return new BenchmarkReport(
            [Figure.Slower($"Rebuild of {folders * FilesPerFolder:N0} files with {Rules.Length} rules in project.toml, {stage.Session.Name}", comparison, "without rules", RatioGoal)]);
    }
}
