using System.Globalization;
using Buildpacks.Benchmarks.Measuring;

namespace Buildpacks.Benchmarks.Reporting;

/// <summary>A line of the table.</summary>
/// <param name="What">What was measured, and on which engine.</param>
/// <param name="Ours">Our value, with its range.</param>
/// <param name="Bare">The value it is compared with, with its range.</param>
/// <param name="Ratio">How the two compare.</param>
/// <param name="Goal">What it should be; empty when there is no goal.</param>
/// <param name="Met">Whether it is; <see langword="null"/> when there is no goal.</param>
internal sealed record Figure(string What, string Ours, string Bare, string Ratio, string Goal = "", bool? Met = null)
{
    /// <summary>A comparison of times whose ratio is to be small.</summary>
    /// <param name="what">What was measured.</param>
    /// <param name="comparison">The times.</param>
    /// <param name="way">What it is compared with.</param>
    /// <param name="atMost">The ratio that it should not exceed.</param>
    public static Figure Slower(string what, Comparison comparison, string way, double? atMost = null) => new(
        what, Times(comparison.Ours), $"{Times(comparison.Bare)} {way}", Ratios(comparison.Ratio),
        atMost is { } limit ? $"≤ {Number(limit)}" : "", atMost is null ? null : comparison.Ratio.Median <= atMost);

    /// <summary>A line that says why there is no value.</summary>
    public static Figure NotMeasured(string what, string why) => new(what, $"not measured: {why}", "", "");

    /// <summary>Milliseconds with their range.</summary>
    public static string Times(Series times) => $"{Whole(times.Median)} ms ({Whole(times.Min)}..{Whole(times.Max)})";

    /// <summary>Ratios with their range.</summary>
    public static string Ratios(Series ratios) => $"{Number(ratios.Median)} ({Number(ratios.Min)}..{Number(ratios.Max)})";

    /// <summary>A number with two digits after the point.</summary>
    public static string Number(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);

    /// <summary>A number without digits after the point.</summary>
    public static string Whole(double value) => value.ToString("0", CultureInfo.InvariantCulture);
}
