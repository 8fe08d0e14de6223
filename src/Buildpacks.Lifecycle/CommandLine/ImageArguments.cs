using Buildpacks.Lifecycle.Errors;

namespace Buildpacks.Lifecycle.CommandLine;

/// <summary>The image names that follow a phase's flags.</summary>
internal static class ImageArguments
{
    /// <summary>The one name.</summary>
    /// <exception cref="LifecycleException">There is none, or there are several: exit code 3.</exception>
    public static string One(Arguments arguments) => arguments.Positional is [var image]
        ? image
        : throw Invalid($"received {arguments.Positional.Count} arguments, but expected 1");

    /// <summary>All names.</summary>
    /// <exception cref="LifecycleException">There is none: exit code 3.</exception>
    public static IReadOnlyList<string> All(Arguments arguments) =>
        arguments.Positional.Count > 0 ? arguments.Positional : throw Invalid("at least one image argument is required");

    private static LifecycleException Invalid(string problem) => new(ExitCodes.InvalidArguments, "failed to parse arguments: " + problem);
}
