namespace Buildpacks.Stores;

/// <summary>Failures of reading a layout.</summary>
internal static class LayoutErrors
{
    private const string NextStep = "Build again. If it happens again, the cause is the lifecycle of the builder: use another version of the builder.";

    /// <summary>A layout that is not what it should be.</summary>
    /// <param name="problem">What is wrong, as the end of a sentence.</param>
    /// <param name="cause">The cause, when the layout's bytes may have been damaged on their way: then it can be read again.</param>
    public static PackException Invalid(string problem, Exception? cause = null) =>
        new(PackErrorIds.LayoutInvalid, PackErrorKind.Failed, $"The image that the lifecycle wrote cannot be used: {problem}.", cause) { RecommendedAction = NextStep };

    /// <summary>A lifecycle that ended without an error and wrote no image.</summary>
    /// <param name="image">The image that was built.</param>
    /// <param name="cause">The cause, when it may be in the container all the same: then it can be looked for again.</param>
    public static PackException Missing(string image, Exception? cause = null) =>
        new(PackErrorIds.LayoutInvalid, PackErrorKind.Failed, $"The lifecycle ended without an error, but it did not write the image '{image}'.", cause)
        {
            RecommendedAction = NextStep,
            Target = image,
        };
}
