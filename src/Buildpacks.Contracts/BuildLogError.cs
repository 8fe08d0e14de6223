namespace Buildpacks;

/// <summary>The error of a failed build, without values of the build environment.</summary>
/// <param name="Message">The message.</param>
/// <param name="RecommendedAction">The recommended action.</param>
/// <param name="Target">The affected object.</param>
public sealed record BuildLogError(string Message, string? RecommendedAction, string? Target)
{
    /// <inheritdoc/>
    public override string ToString() => Message;
}
