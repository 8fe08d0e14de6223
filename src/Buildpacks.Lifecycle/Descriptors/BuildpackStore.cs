using Buildpacks.Lifecycle.Files;

namespace Buildpacks.Lifecycle.Descriptors;

/// <summary>The buildpacks of the builder: &lt;folder&gt;/&lt;id with slashes as underscores&gt;/&lt;version&gt;/buildpack.toml.</summary>
/// <param name="directory">The folder, <c>/cnb/buildpacks</c>.</param>
internal sealed class BuildpackStore(string directory)
{
    /// <summary>Reads the buildpack's descriptor.</summary>
    /// <exception cref="InvalidDataException">There is no such buildpack, or its descriptor is malformed.</exception>
    public BuildpackDescriptor Find(GroupElement element)
    {
        var folder = Path.Combine(directory, element.EscapedId, element.Version);
        var path = Path.Combine(folder, "buildpack.toml");
        return File.Exists(path)
            ? BuildpackDescriptor.Read(path)
            : throw new InvalidDataException($"buildpack {element} is not in the builder: there is no {path}");
    }
}
