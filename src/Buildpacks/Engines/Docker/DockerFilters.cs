namespace Buildpacks.Engines.Docker;

/// <summary>Filters as the API wants them: a name, its values, each true.</summary>
internal static class DockerFilters
{
    /// <summary>Only what carries a label.</summary>
    /// <param name="label"><c>name</c> or <c>name=value</c>.</param>
    public static Dictionary<string, IDictionary<string, bool>> Label(string label) => new()
    {
        ["label"] = new Dictionary<string, bool> { [label] = true },
    };
}
