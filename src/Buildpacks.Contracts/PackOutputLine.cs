namespace Buildpacks;

/// <summary>A line of output of the lifecycle's container.</summary>
/// <param name="Text">The line without its line end; long output without a line end comes in pieces.</param>
/// <param name="IsError">Whether it came on standard error.</param>
public sealed record PackOutputLine(string Text, bool IsError)
{
    /// <inheritdoc/>
    public override string ToString() => Text;
}
