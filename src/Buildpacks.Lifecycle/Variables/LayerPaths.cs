namespace Buildpacks.Lifecycle.Variables;

/// <summary>Which folders of a layer come into which variables.</summary>
internal sealed class LayerPaths
{
    private readonly IReadOnlyList<(string Folder, string Variable)> paths;

    private LayerPaths(params IReadOnlyList<(string Folder, string Variable)> paths) => this.paths = paths;

    /// <summary>While buildpacks run.</summary>
    public static LayerPaths Build { get; } = new(
        ("bin", "PATH"), ("lib", "LD_LIBRARY_PATH"), ("lib", "LIBRARY_PATH"), ("include", "CPATH"), ("pkgconfig", "PKG_CONFIG_PATH"));

    /// <summary>When the app starts.</summary>
    public static LayerPaths Launch { get; } = new(("bin", "PATH"), ("lib", "LD_LIBRARY_PATH"));

    /// <summary>Whether the variable is one of these paths.</summary>
    public bool Contains(string variable) => paths.Any(path => path.Variable == variable);

    /// <summary>The variables.</summary>
    public IEnumerable<string> Variables => paths.Select(path => path.Variable);

    /// <summary>Puts the folders of one buildpack's layers in front of the variables.</summary>
    /// <param name="variables">The variables to change.</param>
    /// <param name="layers">The layers' folders; within a variable they keep this order.</param>
    public void Prepend(IDictionary<string, string> variables, IReadOnlyList<string> layers)
    {
        foreach (var (folder, variable) in paths)
        {
            var present = layers.Select(layer => Path.Combine(layer, folder)).Where(Directory.Exists).ToList();
            if (present.Count > 0)
            {
                variables[variable] = Join(string.Join(':', present), variables.TryGetValue(variable, out var value) ? value : "");
            }
        }
    }

    /// <summary>Two path lists as one.</summary>
    public static string Join(string first, string second) => second.Length == 0 ? first : $"{first}:{second}";
}
