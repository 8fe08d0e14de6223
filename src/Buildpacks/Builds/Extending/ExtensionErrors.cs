namespace Buildpacks.Builds.Extending;

/// <summary>Failures of image extensions.</summary>
internal static class ExtensionErrors
{
    /// <summary>A Dockerfile that the specification does not allow, or that engines do not read alike.</summary>
    /// <param name="extension">The extension.</param>
    /// <param name="file">The file that it generated.</param>
    /// <param name="problem">What is wrong, as the end of a sentence.</param>
    /// <param name="cause">The cause.</param>
    public static PackException Dockerfile(string extension, string file, string problem, Exception? cause = null) =>
        new(PackErrorIds.DockerfileInvalid, PackErrorKind.InvalidInput, $"The image extension '{extension}' generated a {file} that cannot be applied: {problem}.", cause)
        {
            Target = extension,
            RecommendedAction = "Correct the image extension, or build without it.",
        };

    /// <summary>What an extension generated cannot be read.</summary>
    /// <param name="image">The image that was to be built.</param>
    /// <param name="problem">What is wrong, as the end of a sentence.</param>
    /// <param name="cause">The cause.</param>
    public static PackException Unreadable(string image, string problem, Exception? cause = null) =>
        new(PackErrorIds.ExtendFailed, PackErrorKind.Failed, $"The build of '{image}' failed while extending: what the image extensions generated cannot be used: {problem}.", cause)
        {
            Phase = "extending",
            Target = image,
            RecommendedAction = "Correct the image extension, or build without it.",
        };

    /// <summary>A run image that an extension chose cannot be had.</summary>
    /// <param name="extension">The extension.</param>
    /// <param name="name">The run image.</param>
    /// <param name="cause">Why.</param>
    public static PackException RunImage(string extension, string name, PackException cause) =>
        new(cause.ErrorId, cause.Kind, $"The image extension '{extension}' chose the run image '{name}', which cannot be used. {cause.Message}", cause)
        {
            Phase = "extending",
            ExitCode = cause.ExitCode,
            Target = cause.Target ?? name,
            RecommendedAction = "Correct FROM in the run.Dockerfile that the image extension generates, or provide the image: with -PullPolicy Never it must be in the engine.",
        };

    /// <summary>The engine failed to apply a Dockerfile.</summary>
    /// <param name="image">The image that was to be built.</param>
    /// <param name="step">What was to be applied.</param>
    /// <param name="lastLines">The last lines of output.</param>
    /// <param name="cause">The engine's failure.</param>
    public static PackException Failed(string image, ExtensionStep step, IReadOnlyList<string> lastLines, PackException cause) =>
        new(PackErrorIds.ExtendFailed, cause.Kind, $"The build of '{image}' failed while extending the {step.KindName} image: the {step.FileName} of the image extension '{step.Extension}' failed. {cause.Message}", cause)
        {
            Phase = "extending",
            ExitCode = cause.ExitCode,
            Target = image,
            RecommendedAction = "Read the output above, and correct the image extension or its build context. Commands that need a network get the one of -Network.",
            Output = [.. lastLines],
        };

    /// <summary>The phases of a build with extensions share containers, which takes a shell.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="cause">The engine's failure.</param>
    public static PackException WithoutShell(string builder, Exception cause) =>
        new(PackErrorIds.ExtensionsUnsupported, PackErrorKind.Unsupported, $"The builder '{builder}' has image extensions, which cannot be applied: it has no shell, /bin/sh.", cause)
        {
            Target = builder,
            RecommendedAction = "Use a builder with a shell, or one without image extensions.",
        };

    /// <summary>The run image would run as root.</summary>
    /// <param name="image">The image that was to be built.</param>
    /// <param name="extension">The last extension.</param>
    public static PackException RootUser(string image, string extension) =>
        new(PackErrorIds.ExtendFailed, PackErrorKind.InvalidInput, $"The build of '{image}' failed while extending: the final user of the run image is root after the image extension '{extension}'.")
        {
            Phase = "extending",
            Target = image,
            RecommendedAction = "End the run.Dockerfile with USER ${user_id}:${group_id}, or add another extension that sets a user other than root.",
        };
}
