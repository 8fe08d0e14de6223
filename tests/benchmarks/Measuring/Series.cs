namespace Buildpacks.Benchmarks.Measuring;

/// <summary>The same quantity measured several times.</summary>
/// <param name="values">The values, at least one.</param>
internal sealed class Series(IEnumerable<double> values)
{
    private readonly double[] sorted = [.. values.Order()];

    /// <summary>The values, the least first.</summary>
    public IReadOnlyList<double> Values => sorted;

    /// <summary>The middle value: one slow run does not move it.</summary>
    public double Median => (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;

    /// <summary>The least.</summary>
    public double Min => sorted[0];

    /// <summary>The greatest.</summary>
    public double Max => sorted[^1];
}
