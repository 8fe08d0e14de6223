namespace Buildpacks;

/// <summary>What a build that failed says of it, without values of the build's environment.</summary>
/// <param name="Message">What happened.</param>
/// <param name="RecommendedAction">What to do next.</param>
/// <param name="Target">What the failure is about.</param>
public sealed record BuildLogError(string Message, string? RecommendedAction, string? Target)
{
    /// <inheritdoc/>
    public override string ToString() => Message;
}
