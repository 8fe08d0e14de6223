using Buildpacks.Lifecycle.Variables;

namespace Buildpacks.Lifecycle.Launching;

/// <summary>The variables of the process: those of the container without the launcher's own, and what the layers add.</summary>
internal sealed class LaunchVariables
{
    private static readonly HashSet<string> Own =
        ["CNB_LAYERS_DIR", "CNB_APP_DIR", "CNB_PROCESS_TYPE", "CNB_PLATFORM_API", "CNB_DEPRECATION_MODE"];

    private static readonly HashSet<string> OwnPaths = ["/cnb/process", "/cnb/lifecycle"];

    private readonly Dictionary<string, string> variables;

    /// <summary>Takes the container's variables.</summary>
    public LaunchVariables(IReadOnlyDictionary<string, string> environment)
    {
        variables = environment.Where(variable => !Own.Contains(variable.Key))
            .ToDictionary(variable => variable.Key, variable => variable.Value, StringComparer.Ordinal);
        if (variables.TryGetValue("PATH", out var path))
        {
            variables["PATH"] = string.Join(':', path.Split(':').Where(part => !OwnPaths.Contains(part)));
        }
    }

    /// <summary>The variables as they are now.</summary>
    public IReadOnlyDictionary<string, string> Current => variables;

    /// <summary>Applies the layers: of each buildpack all paths first, then the files of <c>env</c> and <c>env.launch</c>, layer by layer.</summary>
    /// <param name="layers">The launch layers.</param>
    /// <param name="processType">Its own files in <c>env.launch</c> come last; <see langword="null"/> when the user gave the command.</param>
    public void AddLayers(LaunchLayers layers, string? processType)
    {
        foreach (var buildpack in layers.ByBuildpack)
        {
            LayerPaths.Launch.Prepend(variables, buildpack);
            foreach (var layer in buildpack)
            {
                Apply(Path.Combine(layer, "env"));
                Apply(Path.Combine(layer, "env.launch"));
                if (processType is not null)
                {
                    Apply(Path.Combine(layer, "env.launch", processType));
                }
            }
        }
    }

    /// <summary>Sets a variable.</summary>
    public void Set(string name, string value) => variables[name] = value;

    private void Apply(string folder) => EnvironmentFiles.Apply(variables, folder, EnvironmentFiles.Unsuffixed.Override);
}
