namespace Buildpacks.Descriptors;

/// <summary>How a builder's variable meets one that the user set.</summary>
public enum BuildVariableSuffix
{
    /// <summary>It counts only when the user set none.</summary>
    Default,

    /// <summary>It wins.</summary>
    Override,

    /// <summary>It is put after the user's value.</summary>
    Append,

    /// <summary>It is put before the user's value.</summary>
    Prepend,
}
