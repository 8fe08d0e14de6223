using Buildpacks.Lifecycle.Files;

namespace Buildpacks.Lifecycle.Descriptors;

/// <summary>The buildpacks and image extensions of the builder: &lt;folder&gt;/&lt;id with slashes as underscores&gt;/&lt;version&gt;/buildpack.toml.</summary>
/// <param name="buildpacks">The folder of buildpacks, <c>/cnb/buildpacks</c>.</param>
/// <param name="extensions">The folder of image extensions, <c>/cnb/extensions</c>.</param>
internal sealed class BuildpackStore(string buildpacks, string extensions)
{
    /// <summary>Reads the descriptor of a buildpack or an image extension.</summary>
    /// <exception cref="InvalidDataException">There is none, or its descriptor is malformed.</exception>
    public BuildpackDescriptor Find(GroupElement element)
    {
        var (directory, file, kind) = element.Extension ? (extensions, "extension.toml", "image extension") : (buildpacks, "buildpack.toml", "buildpack");
        var path = Path.Combine(directory, element.EscapedId, element.Version, file);
        if (!File.Exists(path))
        {
            throw new InvalidDataException($"{kind} {element} is not in the builder: there is no {path}");
        }

        return element.Extension ? BuildpackDescriptor.ReadExtension(path) : BuildpackDescriptor.Read(path);
    }
}
