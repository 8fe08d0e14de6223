namespace Buildpacks.Testing;

/// <summary>
/// What a test needs of the machine. A test whose need is not met is skipped with the reason in its name; on a build server
/// (<c>CI=true</c>) it fails instead, so that nothing goes untested unseen.
/// </summary>
public static class Requirement
{
    /// <summary>Whether a missing engine is a failure.</summary>
    public static bool IsStrict =>
        string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase);

    /// <summary>Skips the running test, or fails it where skips are not allowed. Call it first in a <c>[SkippableFact]</c>.</summary>
    /// <param name="missing">What is missing; <see langword="null"/> when all is there.</param>
    public static void Meet(string? missing)
    {
        if (missing is not null && IsStrict)
        {
            throw new InvalidOperationException("CI=true allows no skipped test: " + missing);
        }

        Skip.If(missing is not null, missing ?? "");
    }

    /// <summary>Says which of the tools is not on PATH or in the system's folders.</summary>
    /// <returns>A sentence; <see langword="null"/> when all are there.</returns>
    public static string? MissingTool(params string[] names)
    {
        var missing = names.Where(name => FindTool(name) is null).ToArray();
        return missing.Length == 0 ? null : $"not installed: {string.Join(", ", missing)}";
    }

    /// <summary>Says that root is needed when this process is not root.</summary>
    public static string? MissingRoot() => Environment.IsPrivilegedProcess ? null : "needs root";

    /// <summary>The full path of a tool.</summary>
    /// <returns>The path; <see langword="null"/> when there is none.</returns>
    public static string? FindTool(string name)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Concat(["/usr/sbin", "/sbin", "/usr/bin", "/bin"]);
        return folders.Where(folder => folder.Length > 0).Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
    }
}
