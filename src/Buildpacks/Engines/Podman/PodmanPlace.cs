namespace Buildpacks.Engines.Podman;

/// <summary>Whether podman works by itself, on this machine, or is the client of a service.</summary>
internal static class PodmanPlace
{
    /// <summary>The address of a podman service.</summary>
    public const string HostVariable = "CONTAINER_HOST";

    /// <summary>The name of one of podman's connections.</summary>
    public const string ConnectionVariable = "CONTAINER_CONNECTION";

    /// <summary>The variables that make podman the client of a service.</summary>
    public static IReadOnlyList<string> ServiceVariables { get; } = [HostVariable, ConnectionVariable];

    /// <summary>Whether podman is known to work by itself. Only Linux has such a podman.</summary>
    public static bool IsHere(PodmanOptions options) =>
        OperatingSystem.IsLinux()
        && string.IsNullOrEmpty(options.Connection)
        && string.IsNullOrEmpty(options.Url)
        && ServiceVariables.All(name => string.IsNullOrEmpty(
            options.Environment.TryGetValue(name, out var value) ? value : Environment.GetEnvironmentVariable(name)))
        && !Path.GetFileNameWithoutExtension(options.Executable ?? "").EndsWith("-remote", StringComparison.Ordinal);
}
