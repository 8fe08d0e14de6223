using Buildpacks.Oci;
using Buildpacks.Reporting;

namespace Buildpacks.Configuration;

/// <summary>Checks values before they are written into the configuration.</summary>
public static class ConfigValues
{
    private const string AnyRegistry = "*";

    private static readonly string[] RegistryTypes = ["github", "git"];

    /// <summary>Names of docker's registry. pack knows it by the second only.</summary>
    private static readonly string[] DockerHub = ["docker.io", "index.docker.io", "registry-1.docker.io"];

    /// <summary>Checks the name of an image.</summary>
    /// <param name="name">The name.</param>
    /// <param name="what">What the image is.</param>
    /// <exception cref="PackException"><c>ConfigurationValueInvalid</c>.</exception>
    public static string Image(string name, string what) =>
        ImageReference.TryParse(name, out _, out var problem) ? name : throw Invalid(name, $"The name of the {what} is not valid: {problem}.", "Name the image as [registry/]repository[:tag].");

    /// <summary>Checks a mirror of a run image.</summary>
    /// <exception cref="PackException"><c>ConfigurationValueInvalid</c>.</exception>
    public static PackRunImageMirror Check(PackRunImageMirror mirror)
    {
        ArgumentNullException.ThrowIfNull(mirror);
        Image(mirror.Image, "run image");
        Image(mirror.Mirror, "mirror");
        return mirror;
    }

    /// <summary>Checks the mirror of a registry, and writes docker's registry as pack does.</summary>
    /// <param name="mirror">The mirror.</param>
    /// <param name="now">The configuration: an entry that it has keeps its spelling.</param>
    /// <exception cref="PackException"><c>ConfigurationValueInvalid</c>.</exception>
    public static PackRegistryMirror Check(PackRegistryMirror mirror, PackConfig now)
    {
        ArgumentNullException.ThrowIfNull(mirror);
        ArgumentNullException.ThrowIfNull(now);
        const string action = "Write the host of the registry and the host of its mirror, such as @{ 'docker.io' = 'mirror.example.com:5000' }.";
        if (mirror.Registry != AnyRegistry && !IsPlace(mirror.Registry, mayHavePath: false))
        {
            throw Invalid(mirror.Registry, $"'{mirror.Registry}' is not the host of a registry.", action);
        }

        if (!IsPlace(mirror.Mirror, mayHavePath: true))
        {
            throw Invalid(mirror.Mirror, $"'{mirror.Mirror}' is not the host of a registry.", action);
        }

        return !DockerHub.Contains(mirror.Registry) ? mirror
            : mirror with { Registry = now.RegistryMirrors.FirstOrDefault(known => DockerHub.Contains(known.Registry))?.Registry ?? DockerHub[1] };
    }

    /// <summary>One spelling for the names of docker's registry; other names as they are.</summary>
    public static string Spelling(string registry) => DockerHub.Contains(registry) ? DockerHub[0] : registry;

    /// <summary>Checks a buildpack registry.</summary>
    /// <param name="registry">The registry.</param>
    /// <param name="now">The configuration: an address that was shown without its password stays as it is there.</param>
    /// <exception cref="PackException"><c>ConfigurationValueInvalid</c>.</exception>
    public static PackBuildpackRegistry Check(PackBuildpackRegistry registry, PackConfig now)
    {
        ArgumentNullException.ThrowIfNull(registry);
        ArgumentNullException.ThrowIfNull(now);
        return registry switch
        {
            { Name: PackConfigFile.OfficialRegistry } => throw Invalid(registry.Name, $"'{registry.Name}' is the name of a registry that everybody has.", "Choose another name."),
            _ when !RegistryTypes.Contains(registry.Type) =>
                throw Invalid(registry.Type, $"'{registry.Type}' is not a type of buildpack registry.", $"Use {string.Join(" or ", RegistryTypes)}."),
            _ when registry.Url.Any(char.IsControl) || string.IsNullOrWhiteSpace(registry.Url) || registry.Url.StartsWith('-') =>
                throw Invalid(registry.Url, $"'{registry.Url}' is not the address of a git repository.", "Write an address such as https://github.com/me/registry-index."),
            _ when !UrlMask.HasPassword(registry.Url) => registry,
            _ => now.Registries.FirstOrDefault(known => registry == known with { Url = UrlMask.HidePassword(known.Url) })
                ?? throw Invalid(
                    registry.Url, $"The address of the buildpack registry '{registry.Name}' contains a password: '{registry.Url}'.",
                    "Write the address without the password, and use ssh keys or a credential helper of git for a login."),
        };
    }

    private static bool IsPlace(string text, bool mayHavePath) =>
        (mayHavePath || !text.Contains('/', StringComparison.Ordinal))
        && ImageReference.TryParse(text + "/x", out var reference, out _)
        && (DockerHub.Contains(text.Split('/')[0]) || (text + "/").StartsWith(reference.Registry + "/", StringComparison.OrdinalIgnoreCase));

    private static PackException Invalid(string value, string message, string action) =>
        new(PackErrorIds.ConfigurationValueInvalid, PackErrorKind.InvalidInput, message.Replace(value, ConfigPasswords.Hide(value), StringComparison.Ordinal))
        {
            Target = ConfigPasswords.Hide(value),
            RecommendedAction = action,
        };
}
