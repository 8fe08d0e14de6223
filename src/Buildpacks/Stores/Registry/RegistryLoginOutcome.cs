namespace Buildpacks.Stores.Registry;

/// <summary>What a registry says to a login.</summary>
public enum RegistryLoginOutcome
{
    /// <summary>It asks for none.</summary>
    Open,

    /// <summary>It takes it.</summary>
    Accepted,

    /// <summary>It does not take it, or wants one and got none.</summary>
    Refused,
}
