using Buildpacks.Builds.Planning;
using Buildpacks.Engines;

namespace Buildpacks.Builds.Running;

/// <summary>The failure of a build whose builder is for another processor than the engine's.</summary>
internal static class PlatformFailure
{
    /// <summary>What a kernel says of a program for another processor.</summary>
    private const string WrongFormat = "exec format error";

    /// <summary>Whether the first program could not run: engines say so themselves, or in the output of the container.</summary>
    public static bool Explains(PackException failure) =>
        failure.Message.Contains(WrongFormat, StringComparison.OrdinalIgnoreCase)
        || (failure.Phase is null && failure.Output.Any(line => line.Contains(WrongFormat, StringComparison.OrdinalIgnoreCase)));

    /// <summary>The failure.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="plan">The build.</param>
    /// <param name="cause">What the engine said.</param>
    public static PackException Create(IEngine engine, BuildPlan plan, PackException cause) => new(
        PackErrorIds.PlatformNotRunnable, PackErrorKind.Unsupported, $"{engine.Kind} cannot run the builder '{plan.Builder.Name}', which is for {plan.Platform}: {WrongFormat}.", cause)
    {
        Target = plan.Builder.Name,
        ExitCode = cause.ExitCode,
        Output = cause.Output,
        RecommendedAction = "Use an engine on a machine of this platform (-Engine, -EngineEndpoint, -PlatformEngine), or install QEMU user emulation on the engine's machine.",
    };
}
