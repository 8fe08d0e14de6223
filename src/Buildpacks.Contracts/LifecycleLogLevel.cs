namespace Buildpacks;

/// <summary>How much the lifecycle writes.</summary>
public enum LifecycleLogLevel
{
    /// <summary>Errors only.</summary>
    Error,

    /// <summary>Errors and warnings.</summary>
    Warn,

    /// <summary>What the lifecycle writes by default.</summary>
    Info,

    /// <summary>Details too, such as the output of the detection of each buildpack.</summary>
    Debug,
}
