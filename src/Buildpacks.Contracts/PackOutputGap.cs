namespace Buildpacks;

/// <summary>Output that was omitted because the output was too long.</summary>
/// <param name="After">The number of lines before the gap.</param>
/// <param name="Lines">The number of missing lines.</param>
/// <param name="Characters">The number of missing characters.</param>
public sealed record PackOutputGap(int After, long Lines, long Characters);
