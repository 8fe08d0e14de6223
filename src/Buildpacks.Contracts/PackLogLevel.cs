namespace Buildpacks;

/// <summary>The level of a message.</summary>
public enum PackLogLevel
{
    /// <summary>Requests, responses, decisions: PowerShell's debug stream.</summary>
    Debug,

    /// <summary>Engine calls and decisions: PowerShell's verbose stream.</summary>
    Verbose,

    /// <summary>Information for the user: PowerShell's information stream.</summary>
    Information,

    /// <summary>A problem that does not stop the work: PowerShell's warning stream.</summary>
    Warning,
}
