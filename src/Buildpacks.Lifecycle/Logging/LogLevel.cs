namespace Buildpacks.Lifecycle.Logging;

/// <summary>How much a phase says, from all to least.</summary>
internal enum LogLevel
{
    /// <summary>Everything.</summary>
    Debug,

    /// <summary>What a user wants to see.</summary>
    Info,

    /// <summary>Warnings and errors.</summary>
    Warn,

    /// <summary>Errors only.</summary>
    Error,
}
