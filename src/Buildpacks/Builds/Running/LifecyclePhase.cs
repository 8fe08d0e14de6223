namespace Buildpacks.Builds.Running;

/// <summary>A phase of the lifecycle, in the order of a build.</summary>
internal enum LifecyclePhase
{
    /// <summary>None has begun.</summary>
    None,

    /// <summary>The previous image and the run image are read.</summary>
    Analyzing,

    /// <summary>The buildpacks for the app are looked for.</summary>
    Detecting,

    /// <summary>The platform changes the base images as image extensions ask.</summary>
    Extending,

    /// <summary>Layers come back from the cache.</summary>
    Restoring,

    /// <summary>The buildpacks build.</summary>
    Building,

    /// <summary>The image is written.</summary>
    Exporting,
}

/// <summary>Tells the headings of the lifecycle from lines of buildpacks that look the same.</summary>
internal static class LifecyclePhases
{
    private static readonly Dictionary<string, LifecyclePhase> Headings = new(StringComparer.Ordinal)
    {
        ["ANALYZING"] = LifecyclePhase.Analyzing,
        ["DETECTING"] = LifecyclePhase.Detecting,
        ["RESTORING"] = LifecyclePhase.Restoring,
        ["EXTENDING"] = LifecyclePhase.Extending,
        ["EXTENDING (RUN)"] = LifecyclePhase.Extending,
        ["EXTENDING (BUILD)"] = LifecyclePhase.Extending,
        ["BUILDING"] = LifecyclePhase.Building,
        ["EXPORTING"] = LifecyclePhase.Exporting,
    };

    /// <summary>The phase that begins with a heading.</summary>
    /// <param name="heading">The heading's words.</param>
    /// <param name="running">The phase that runs.</param>
    /// <returns><see langword="null"/> when the lifecycle does not print that heading at that point.</returns>
    public static LifecyclePhase? Begin(string heading, LifecyclePhase running)
    {
        if (!Headings.TryGetValue(heading, out var phase) || phase < running)
        {
            return null;
        }

        // Buildpacks run while detecting and while building. Nothing is exported that was not built, and a second heading for exporting
        // is the exporter's: the first was printed before it.
        return phase switch
        {
            LifecyclePhase.Exporting => running is LifecyclePhase.Analyzing or LifecyclePhase.Detecting or LifecyclePhase.Restoring ? null : phase,
            LifecyclePhase.Extending => phase,
            _ => phase == running ? null : phase,
        };
    }
}
