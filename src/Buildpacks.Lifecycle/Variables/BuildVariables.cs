namespace Buildpacks.Lifecycle.Variables;

/// <summary>The variables that buildpacks see: those of the base image that are meant for them, and what earlier buildpacks added.</summary>
internal sealed class BuildVariables
{
    // What the specification has buildpacks inherit, and what every network tool needs.
    private static readonly HashSet<string> Inherited =
    [
        "CNB_STACK_ID", "HOSTNAME", "HOME", "HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy",
        .. LayerPaths.Build.Variables,
    ];

    private readonly Dictionary<string, string> variables;

    /// <summary>Takes from the lifecycle's own variables those that buildpacks inherit.</summary>
    public BuildVariables(IReadOnlyDictionary<string, string> environment) =>
        variables = environment.Where(variable => Inherited.Contains(variable.Key))
            .ToDictionary(variable => variable.Key, variable => variable.Value, StringComparer.Ordinal);

    /// <summary>
    /// Offers one buildpack's build layers to later buildpacks: first all their paths, then the files of <c>env</c> and
    /// <c>env.build</c>, layer by layer.
    /// </summary>
    /// <param name="layers">The layers' folders, in ascending order of their names.</param>
    public void AddLayers(IReadOnlyList<string> layers)
    {
        LayerPaths.Build.Prepend(variables, layers);
        foreach (var layer in layers)
        {
            EnvironmentFiles.Apply(variables, Path.Combine(layer, "env"), EnvironmentFiles.Unsuffixed.Override);
            EnvironmentFiles.Apply(variables, Path.Combine(layer, "env.build"), EnvironmentFiles.Unsuffixed.Override);
        }
    }

    /// <summary>The variables for one buildpack.</summary>
    /// <param name="platformDirectory">The platform's folder, whose <c>env</c> holds the user's variables; <see langword="null"/> to leave those out.</param>
    /// <param name="buildConfigDirectory">The folder whose <c>env</c> holds the operator's variables.</param>
    public Dictionary<string, string> For(string? platformDirectory, string buildConfigDirectory)
    {
        var result = new Dictionary<string, string>(variables, StringComparer.Ordinal);
        if (platformDirectory is not null)
        {
            foreach (var (name, content) in EnvironmentFiles.Read(Path.Combine(platformDirectory, "env")))
            {
                result[name] = LayerPaths.Build.Contains(name) ? LayerPaths.Join(content, result.GetValueOrDefault(name, "")) : content;
            }
        }

        EnvironmentFiles.Apply(result, Path.Combine(buildConfigDirectory, "env"), EnvironmentFiles.Unsuffixed.Default);
        return result;
    }
}
