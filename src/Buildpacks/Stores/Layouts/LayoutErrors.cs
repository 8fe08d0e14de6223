namespace Buildpacks.Stores.Layouts;

/// <summary>Failures of reading a layout.</summary>
internal static class LayoutErrors
{
    /// <summary>The id of the failure.</summary>
    public const string InvalidId = "LayoutInvalid";

    /// <summary>A layout that is not what it should be.</summary>
    /// <param name="problem">What is wrong, as the end of a sentence.</param>
    /// <param name="cause">The cause, when the layout's bytes may have been damaged on their way: then it can be read again.</param>
    public static PackException Invalid(string problem, Exception? cause = null) =>
        new(InvalidId, PackErrorKind.Failed, $"The image that the lifecycle wrote cannot be used: {problem}.", cause)
        {
            RecommendedAction = "Build again. If it happens again, the cause is the lifecycle of the builder: use another version of the builder.",
        };
}
