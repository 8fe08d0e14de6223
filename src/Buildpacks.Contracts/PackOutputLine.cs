using System.Text.Json.Serialization;

namespace Buildpacks;

/// <summary>A line of output of the lifecycle's container.</summary>
/// <param name="Text">The line without its line end; long output without a line end comes in pieces.</param>
/// <param name="IsError">Whether it came on standard error.</param>
public sealed record PackOutputLine(string Text, bool IsError)
{
    /// <summary>Whether this is a piece of a long line, which goes on with the next one of the same stream. Not so in a log: there the pieces are together.</summary>
    [JsonIgnore]
    public bool GoesOn { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Text;
}
