using System.Diagnostics;

namespace Buildpacks.Benchmarks.Measuring;

/// <summary>Measures two things in turns, so that whatever else the machine does falls on both.</summary>
internal static class SideBySide
{
    /// <summary>Runs A B A B …, after one round that does not count.</summary>
    /// <param name="runs">How many rounds count.</param>
    /// <param name="ours">Does our thing once and says how long the part of it took that is to be measured.</param>
    /// <param name="bare">Does the other thing once.</param>
    /// <param name="cancellationToken">Ends the measuring between two runs.</param>
    public static async Task<Comparison> RunAsync(int runs, Func<Task<TimeSpan>> ours, Func<Task<TimeSpan>> bare, CancellationToken cancellationToken)
    {
        await ours();
        await bare();
        List<TimeSpan> left = [], right = [];
        for (var run = 0; run < runs; run++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            left.Add(await ours());
            right.Add(await bare());
        }

        return new Comparison(left, right);
    }

    /// <summary>Measures an action.</summary>
    public static async Task<TimeSpan> TimeAsync(Func<Task> action)
    {
        var started = Stopwatch.GetTimestamp();
        await action();
        return Stopwatch.GetElapsedTime(started);
    }
}
