using System.Globalization;

namespace Buildpacks.Testing.Fuzzing;

/// <summary>How long to fuzz, and from where: a fixed short run by default, so that the same code gives the same result.</summary>
/// <param name="Seed"><c>BUILDPACKS_FUZZ_SEED</c>; every input follows from it and its number.</param>
/// <param name="Duration"><c>BUILDPACKS_FUZZ_SECONDS</c> for each parser; <see langword="null"/> for a fixed number of inputs.</param>
public sealed record FuzzSettings(int Seed, TimeSpan? Duration)
{
    private const int UsualSeed = 20;

    /// <summary>What the environment asks for.</summary>
    public static FuzzSettings Current { get; } = new(
        Number("BUILDPACKS_FUZZ_SEED") ?? UsualSeed,
        Number("BUILDPACKS_FUZZ_SECONDS") is { } seconds ? TimeSpan.FromSeconds(seconds) : null);

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
