namespace Buildpacks.Benchmarks.Measuring;

/// <summary>Two things measured in turns: ours, and what it is compared with.</summary>
/// <param name="ours">Our times, in the order of the rounds.</param>
/// <param name="bare">The other times, of the same rounds.</param>
internal sealed class Comparison(IReadOnlyList<TimeSpan> ours, IReadOnlyList<TimeSpan> bare)
{
    /// <summary>Our times in milliseconds.</summary>
    public Series Ours { get; } = new(ours.Select(time => time.TotalMilliseconds));

    /// <summary>The other times in milliseconds.</summary>
    public Series Bare { get; } = new(bare.Select(time => time.TotalMilliseconds));

    /// <summary>Ours to the other's, round by round: what slowed the machine for a while slowed both.</summary>
    public Series Ratio { get; } = new(ours.Zip(bare, (left, right) => left / right));

    /// <summary>How much longer ours took, in milliseconds, round by round.</summary>
    public Series Difference { get; } = new(ours.Zip(bare, (left, right) => (left - right).TotalMilliseconds));
}
