using Buildpacks.Oci;

namespace Buildpacks.Engines.Docker;

/// <summary>Takes names apart for requests that want the repository and the tag by themselves.</summary>
internal static class DockerTags
{
    /// <summary>The repository and the tag of a new name.</summary>
    /// <exception cref="PackException">InvalidInput: the name is none, or has a digest.</exception>
    public static (string Repository, string Tag) Split(string operation, string name)
    {
        var reference = Parse(operation, name);
        return reference.Digest is null
            ? (reference.Name, reference.Tag!)
            : throw DockerNames.Refuse(operation, name, "a valid tag: it has a digest");
    }

    /// <summary>The repository and the tag or digest of a name in a registry.</summary>
    /// <exception cref="PackException">InvalidInput: the name is none.</exception>
    public static (string Repository, string TagOrDigest, string Registry) Locate(string operation, string name)
    {
        var reference = Parse(operation, name);
        return (reference.Name, reference.Digest ?? reference.Tag!, reference.Registry);
    }

    private static ImageReference Parse(string operation, string name) =>
        ImageReference.TryParse(name, out var reference, out var problem)
            ? reference
            : throw EngineErrors.Create(PackEngineKind.Docker, PackErrorKind.InvalidInput, operation, problem, target: name);
}
