using Buildpacks.Benchmarks.Builds;
using Buildpacks.Benchmarks.Measuring;
using Buildpacks.Benchmarks.Reporting;
using Buildpacks.Testing;

namespace Buildpacks.Benchmarks.Benchmarks;

/// <summary>An unchanged rebuild with an image extension that extends the run image, against one without.</summary>
internal sealed class ExtensionBenchmark(BuildStages stages) : BuildBenchmark(stages)
{
    private const double RatioGoal = 1.5;

    private const string Generate = """
        #!/bin/sh
        cat > "$CNB_OUTPUT_DIR/run.Dockerfile" <<'END'
        ARG base_image
        FROM ${base_image}
        USER root
        RUN echo extended > /extended.txt
        ARG user_id
        ARG group_id
        USER ${user_id}:${group_id}
        END
        """;

    /// <inheritdoc/>
    public override string Name => "extension";

    /// <inheritdoc/>
    public override string Summary => "an unchanged rebuild with an extended run image, against one without";

    /// <inheritdoc/>
    protected override async Task<BenchmarkReport> MeasureAsync(
        BuildStage stage, BenchmarkSettings settings, CancellationToken cancellationToken)
    {
        using var folder = new TestFolder("extension");
        folder.File("extension/extension.toml", "api = '0.10'\n[extension]\nid = 'bench/extension'\nversion = '1'\n");
        folder.File("extension/bin/detect", "#!/bin/sh\n");
        folder.File("extension/bin/generate", Generate);
        var plain = BuildStage.Request("perl-app", "extension-none");
        var extended = BuildStage.Request("perl-app", "extension-run") with { Extensions = [folder["extension"]] };
        await stage.BuildAsync(plain, cancellationToken);
        await stage.BuildAsync(extended, cancellationToken);
        var comparison = await SideBySide.RunAsync(
            settings.Runs,
            () => SideBySide.TimeAsync(() => stage.BuildAsync(extended, cancellationToken)),
            () => SideBySide.TimeAsync(() => stage.BuildAsync(plain, cancellationToken)),
            cancellationToken);
        return new BenchmarkReport([Figure.Slower($"Unchanged rebuild of perl-app with an extended run image, {stage.Session.Name}", comparison, "without it", RatioGoal)], []);
    }
}
