using Buildpacks.Configuration;

namespace Buildpacks.Engines.Podman.Cli;

/// <summary>Finds the podman executable.</summary>
internal static class PodmanExecutable
{
    /// <summary>The full path of an executable.</summary>
    /// <param name="nameOrPath">A name to look for in PATH, a path, or <see langword="null"/> for <c>podman</c>.</param>
    /// <returns>The path; the name itself when PATH does not have it, so that the failure to start names it.</returns>
    public static string Resolve(string? nameOrPath)
    {
        var name = string.IsNullOrEmpty(nameOrPath) ? "podman" : nameOrPath;
        return Path.GetFileName(name) != name ? Path.GetFullPath(name) : EngineEnvironment.Current().FindProgram(name) ?? name;
    }
}
