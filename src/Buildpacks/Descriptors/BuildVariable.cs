namespace Buildpacks.Descriptors;

/// <summary>A variable that a builder sets for every build.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value.</param>
/// <param name="Suffix">How it meets a variable of that name that the user set; <see langword="null"/> for the lifecycle's own rule.</param>
/// <param name="Delimiter">What parts appended and prepended values; <see langword="null"/> when nothing is appended.</param>
public sealed record BuildVariable(string Name, string Value, BuildVariableSuffix? Suffix = null, string? Delimiter = null);
