using Buildpacks.Engines.Location;

namespace Buildpacks.Commands;

/// <summary>The engine that the arguments of a cmdlet name, some of which may be typed and some piped.</summary>
internal static class EngineArguments
{
    private const string Ssh = "ssh://";
    private const string Scheme = "://";

    /// <summary>The engine that is meant.</summary>
    /// <param name="kind">The engine.</param>
    /// <param name="endpoint">Where it is; empty for the place that the session or a search says.</param>
    /// <param name="isOnlyKindTyped">Whether the engine was typed and its place was not.</param>
    public static EngineChoice Choose(PackEngineKind? kind, string? endpoint, bool isOnlyKindTyped) =>
        new(kind, string.IsNullOrEmpty(endpoint) || (isOnlyKindTyped && kind == PackEngineKind.Docker && IsPodmans(endpoint)) ? null : endpoint);

    /// <summary>
    /// Whether only a podman can be there: images of podman are asked for in docker by their names. An address that either could have
    /// is tried, for it may be the typed engine's.
    /// </summary>
    private static bool IsPodmans(string endpoint) =>
        !endpoint.Contains(Scheme, StringComparison.Ordinal) || endpoint.StartsWith(Ssh, StringComparison.OrdinalIgnoreCase);
}
