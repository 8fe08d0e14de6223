namespace Buildpacks.Oci;

/// <summary>Annotation names that give an index entry its image name.</summary>
public static class OciAnnotations
{
    /// <summary>The OCI image layout's name of an entry: a tag or a full reference.</summary>
    public const string RefName = "org.opencontainers.image.ref.name";

    /// <summary>containerd's name of an entry: a full reference.</summary>
    public const string ContainerdImageName = "io.containerd.image.name";

    /// <summary>The annotations of an entry with a name, as all tools read it.</summary>
    /// <param name="name">The full reference.</param>
    public static IReadOnlyDictionary<string, string> OfName(string name) =>
        new Dictionary<string, string> { [RefName] = name, [ContainerdImageName] = name };
}
