namespace Buildpacks.Lifecycle.Descriptors;

/// <summary>The files of an image extension, and those that it generates.</summary>
internal static class ExtensionFiles
{
    /// <summary>The program that detects. Without it, the folder of this name has what it would write.</summary>
    public const string Detect = "detect";

    /// <summary>The program that generates Dockerfiles. Without it, the folder of this name has what it would write.</summary>
    public const string Generate = "generate";

    /// <summary>The Dockerfile for the build image.</summary>
    public const string BuildDockerfile = "build.Dockerfile";

    /// <summary>The Dockerfile for the run image.</summary>
    public const string RunDockerfile = "run.Dockerfile";

    /// <summary>The arguments of the Dockerfiles.</summary>
    public const string Config = "extend-config.toml";

    /// <summary>Both programs, which an extension may lack.</summary>
    public static IReadOnlyList<string> Programs { get; } = [Detect, Generate];
}
