using System.Text.RegularExpressions;
using Buildpacks.Oci;

namespace Buildpacks.Engines.Podman;

/// <summary>
/// What image names mean to podman. A short name such as <c>web</c> is written as <c>docker.io/library/web:latest</c>, as docker
/// and pack mean it; podman itself tags what it builds as <c>localhost/web:latest</c>. So a short name is read as the former
/// when the store holds it, and else as podman resolves it: localhost, its aliases, its registries.
/// </summary>
internal static partial class PodmanImageNames
{
    private static readonly string[] DockerHub = ["docker.io/", "index.docker.io/", "registry-1.docker.io/"];

    /// <summary>The names to look for, the best first; none for a text that cannot be an image's name.</summary>
    public static IReadOnlyList<string> Candidates(string name)
    {
        if (IsFullId(name))
        {
            return [name];
        }

        if (!ImageReference.TryParse(name, out var reference, out _))
        {
            return [];
        }

        return IsShort(name, reference) ? [Spell(reference), name] : [Spell(reference)];
    }

    /// <summary>Whether a text is an id in full rather than a name.</summary>
    public static bool IsFullId(string name) => FullId().IsMatch(name);

    /// <summary>The full name to write.</summary>
    /// <param name="name">A name as people write it.</param>
    /// <param name="operation">What for.</param>
    /// <exception cref="PackException">InvalidInput: the text is no image name.</exception>
    public static ImageReference Parse(string name, string operation) =>
        ImageReference.TryParse(name, out var reference, out var problem) ? reference : throw Invalid(name, operation, problem);

    /// <summary>The failure of a text that cannot be an image's name.</summary>
    public static PackException Invalid(string name, string operation, string? problem = null) =>
        EngineErrors.Create(
            PackEngineKind.Podman, PackErrorKind.InvalidInput, operation, problem ?? $"'{name}' is not an image name", target: name);

    /// <summary>A reference as podman takes it: with a digest, the tag is left out, because podman takes one of them only.</summary>
    public static string Spell(ImageReference reference) =>
        reference.Digest is { } digest ? $"{reference.Name}@{digest}" : reference.ToString();

    private static bool IsShort(string name, ImageReference reference) =>
        reference.Registry == ImageReference.DefaultRegistry
        && !DockerHub.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal));

    [GeneratedRegex(@"^(sha256:)?[0-9a-f]{64}\z")]
    private static partial Regex FullId();
}
