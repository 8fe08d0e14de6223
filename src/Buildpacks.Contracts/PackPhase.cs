namespace Buildpacks;

/// <summary>A step of a build and how long it took.</summary>
/// <param name="Name">A phase of the lifecycle (<c>analyzing</c>, <c>detecting</c>, …) or a step of the platform (<c>upload</c>, <c>import</c>, …).</param>
/// <param name="Duration">How long it took.</param>
public sealed record PackPhase(string Name, TimeSpan Duration)
{
    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{Name} {Duration.TotalSeconds:0.00} s");
}
