namespace Buildpacks;

/// <summary>The weight of a message.</summary>
public enum PackLogLevel
{
    /// <summary>Requests, responses, decisions: PowerShell's debug stream.</summary>
    Debug,

    /// <summary>Engine calls and what was chosen: PowerShell's verbose stream.</summary>
    Verbose,

    /// <summary>What a user wants to see: PowerShell's information stream.</summary>
    Information,

    /// <summary>Something is off and the work goes on: PowerShell's warning stream.</summary>
    Warning,
}
