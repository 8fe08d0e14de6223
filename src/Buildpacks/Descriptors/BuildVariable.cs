namespace Buildpacks.Descriptors;

/// <summary>A variable that a builder sets for every build.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value.</param>
/// <param name="Suffix">How it meets a variable of that name that the user set; <see langword="null"/> for the lifecycle's own rule.</param>
/// <param name="Delimiter">What parts appended and prepended values; <see langword="null"/> when nothing is appended.</param>
internal sealed record BuildVariable(string Name, string Value, BuildVariableSuffix? Suffix = null, string? Delimiter = null);

/// <summary>How a builder's variable meets one that the user set.</summary>
internal enum BuildVariableSuffix
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
