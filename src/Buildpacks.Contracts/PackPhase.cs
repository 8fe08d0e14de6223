namespace Buildpacks;

/// <summary>A step of a build and its duration.</summary>
public sealed record PackPhase : ITimed
{
    /// <summary>Creates a step.</summary>
    /// <param name="name">A phase of the lifecycle (<c>analyzing</c>, <c>detecting</c>, …) or a step of the platform (<c>upload</c>, <c>import</c>, …).</param>
    /// <param name="duration">The duration.</param>
    public PackPhase(string name, TimeSpan duration) => (Name, Duration) = (name, duration);

    /// <summary>A phase of the lifecycle (<c>analyzing</c>, <c>detecting</c>, …) or a step of the platform (<c>upload</c>, <c>import</c>, …).</summary>
    public string Name { get; }

    /// <summary>The duration.</summary>
    internal TimeSpan Duration { get; init; }

    /// <summary>The duration in seconds.</summary>
    public double Seconds => Math.Round(Duration.TotalSeconds, 3);

    /// <inheritdoc/>
    TimeSpan ITimed.Duration => Duration;

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{Name} {Duration.TotalSeconds:0.00} s");
}
