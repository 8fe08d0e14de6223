using System.Text.RegularExpressions;

namespace Buildpacks.Engines.Docker;

/// <summary>
/// Lets only such names into a request's path as docker could know. What is no name at all is refused here, in the same words for
/// every operation, and never becomes another request's path.
/// </summary>
internal static partial class DockerNames
{
    /// <summary>Whether an image could have this name or id.</summary>
    public static bool IsImage(string name) => ImagePattern().IsMatch(name);

    /// <summary>An image's name for a path.</summary>
    /// <exception cref="PackException">InvalidInput: it cannot be one.</exception>
    public static string Image(string operation, string name) =>
        IsImage(name) ? name : throw Refuse(operation, name, "an image name or id");

    /// <summary>A container's name or id for a path.</summary>
    /// <exception cref="PackException">NotFound: no container can have it.</exception>
    public static string Container(string operation, string name) =>
        ObjectPattern().IsMatch(name) ? name : throw Missing(operation, name, "container");

    /// <summary>A volume's name for a path.</summary>
    /// <exception cref="PackException">NotFound: no volume can have it.</exception>
    public static string Volume(string operation, string name) =>
        ObjectPattern().IsMatch(name) ? name : throw Missing(operation, name, "volume");

    /// <summary>A failure of input.</summary>
    public static PackException Refuse(string operation, string name, string expected) =>
        EngineErrors.Create(PackEngineKind.Docker, PackErrorKind.InvalidInput, operation, $"'{name}' is not {expected}", target: name);

    private static PackException Missing(string operation, string name, string thing) =>
        EngineErrors.Create(PackEngineKind.Docker, PackErrorKind.NotFound, operation, $"no such {thing}: '{name}'", target: name);

    [GeneratedRegex(@"^[A-Za-z0-9\[]([A-Za-z0-9_.:@+\[\]-]|/(?=[A-Za-z0-9]))*\z")]
    private static partial Regex ImagePattern();

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9_.-]*\z")]
    private static partial Regex ObjectPattern();
}
