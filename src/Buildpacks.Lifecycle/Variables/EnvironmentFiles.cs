namespace Buildpacks.Lifecycle.Variables;

/// <summary>
/// Applies a folder of files to variables. A file's name up to its first period is the variable; the rest says what to do:
/// <c>append</c>, <c>prepend</c>, <c>override</c>, <c>default</c>; <c>delim</c> is what append and prepend put between.
/// </summary>
internal static class EnvironmentFiles
{
    /// <summary>What a file without a suffix does.</summary>
    internal enum Unsuffixed
    {
        /// <summary>Sets the variable.</summary>
        Override,

        /// <summary>Sets the variable when it is empty.</summary>
        Default,
    }

    /// <summary>Applies the files in the order of their names. Nothing happens when the folder does not exist.</summary>
    public static void Apply(IDictionary<string, string> variables, string folder, Unsuffixed unsuffixed)
    {
        foreach (var (file, content) in Read(folder))
        {
            var period = file.IndexOf('.', StringComparison.Ordinal);
            var name = period < 0 ? file : file[..period];
            var current = variables.TryGetValue(name, out var value) ? value : "";
            var action = period >= 0 ? file[(period + 1)..] : unsuffixed == Unsuffixed.Override ? "override" : "default";
            switch (action)
            {
                case "override":
                case "default" when current.Length == 0:
                    variables[name] = content;
                    break;
                case "append":
                    variables[name] = current.Length == 0 ? content : current + Delimiter(folder, name) + content;
                    break;
                case "prepend":
                    variables[name] = current.Length == 0 ? content : content + Delimiter(folder, name) + current;
                    break;
            }
        }
    }

    /// <summary>The files of a folder with their contents, by name in ascending order; subfolders are left out.</summary>
    public static IEnumerable<(string Name, string Content)> Read(string folder) =>
        Directory.Exists(folder)
            ? Directory.EnumerateFileSystemEntries(folder)
                .Where(path => !Directory.Exists(path))
                .Order(StringComparer.Ordinal)
                .Select(path => (Path.GetFileName(path), File.ReadAllText(path)))
            : [];

    private static string Delimiter(string folder, string name)
    {
        var file = Path.Combine(folder, name + ".delim");
        return File.Exists(file) ? File.ReadAllText(file) : "";
    }
}
