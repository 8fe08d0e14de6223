namespace Buildpacks;

/// <summary>Output that was not kept, because there was too much of it.</summary>
/// <param name="After">How many lines were kept before it.</param>
/// <param name="Lines">How many lines are missing.</param>
/// <param name="Characters">How many characters they have.</param>
public sealed record PackOutputGap(int After, long Lines, long Characters);
