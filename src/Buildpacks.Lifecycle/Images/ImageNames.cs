using Buildpacks.Lifecycle.CommandLine;
using Buildpacks.Lifecycle.Errors;
using Buildpacks.Oci;

namespace Buildpacks.Lifecycle.Images;

/// <summary>Checks the image names that the platform gives, before anything is done.</summary>
internal static class ImageNames
{
    /// <summary>Checks the names that an app image is to get.</summary>
    /// <exception cref="LifecycleException">One is no name, or they are on several registries and no engine takes them: exit code 3.</exception>
    public static void CheckTargets(Arguments arguments, ImageNameParser parser, IReadOnlyList<string> names)
    {
        var registries = names.Select(name => Parse(parser, name).Registry).Distinct().ToList();
        if (registries.Count > 1 && !arguments.IsOn(Options.Daemon))
        {
            throw Invalid("writing to multiple registries is unsupported");
        }
    }

    /// <summary>Checks a name that an image is looked up by.</summary>
    /// <exception cref="LifecycleException">It is neither a name nor, with an engine, an image id: exit code 3.</exception>
    public static void CheckSource(Arguments arguments, ImageNameParser parser, string name)
    {
        if (!arguments.IsOn(Options.Daemon) || !OciDigest.IsValid(name))
        {
            Parse(parser, name);
        }
    }

    private static ImageReference Parse(ImageNameParser parser, string name) =>
        parser.TryParse(name, out var reference, out var problem) ? reference : throw Invalid(problem);

    private static LifecycleException Invalid(string problem) => new(ExitCodes.InvalidArguments, "failed to resolve inputs: " + problem);
}
