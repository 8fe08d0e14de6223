using System.Globalization;

namespace Buildpacks.Builds.Tests.Load;

/// <summary>The figures of a load test: a line of a Markdown table for each.</summary>
internal static class LoadReport
{
    private static readonly Lock Turn = new();

    /// <summary>Adds a line.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="what">What was done.</param>
    /// <param name="came">What came of it.</param>
    /// <param name="cleanUps">How long each clean-up took; none when that says nothing.</param>
    public static void Add(string engine, string what, string came, IReadOnlyCollection<TimeSpan> cleanUps)
    {
        if (LoadSettings.Report is { } path)
        {
            lock (Turn)
            {
                File.AppendAllText(path, $"| {engine} | {what} | {came} | {Times(cleanUps)} |\n");
            }
        }
    }

    private static string Times(IReadOnlyCollection<TimeSpan> times)
    {
        var sorted = times.Order().ToList();
        return sorted.Count == 0 ? "" : string.Create(
            CultureInfo.InvariantCulture, $"{sorted[sorted.Count / 2].TotalMilliseconds:0} ms, {sorted[^1].TotalMilliseconds:0} ms");
    }
}
