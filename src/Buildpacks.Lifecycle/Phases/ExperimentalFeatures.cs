using Buildpacks.Lifecycle.Errors;

namespace Buildpacks.Lifecycle.Phases;

/// <summary>What a platform gets only with its consent, in the words of the reference lifecycle.</summary>
internal static class ExperimentalFeatures
{
    /// <summary>The export to a layout.</summary>
    public const string LayoutExport = "export to OCI layout format";

    /// <summary>Image extensions, with platform APIs before 0.13.</summary>
    public const string Dockerfiles = "Dockerfiles";

    private const string ModeVariable = "CNB_EXPERIMENTAL_MODE";

    /// <summary>Warns, or refuses the feature, as the platform has it.</summary>
    /// <exception cref="LifecycleException">It is refused: exit code 1.</exception>
    public static void Allow(string feature, PhaseContext context)
    {
        switch (context.Environment.GetValueOrDefault(ModeVariable, ""))
        {
            case "quiet":
                break;
            case "" or "error":
                context.Log.Error($"Platform requested experimental feature '{feature}'");
                throw new LifecycleException(ExitCodes.Failed, $"experimental features are disabled by {ModeVariable}=error");
            default:
                context.Log.Warn($"Platform requested experimental feature '{feature}'");
                break;
        }
    }
}
