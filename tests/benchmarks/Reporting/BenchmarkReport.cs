namespace Buildpacks.Benchmarks.Reporting;

/// <summary>What came out of a benchmark.</summary>
/// <param name="Figures">Lines of the table.</param>
/// <param name="Profiles">What the time is made of.</param>
internal sealed record BenchmarkReport(IReadOnlyList<Figure> Figures, IReadOnlyList<Profile> Profiles)
{
    /// <summary>A report of lines only.</summary>
    public BenchmarkReport(IReadOnlyList<Figure> figures)
        : this(figures, [])
    {
    }
}
