using System.Text.Json.Serialization;

namespace Buildpacks;

/// <summary>A line of output of the lifecycle's container.</summary>
/// <param name="Text">The line without its line end; long output without a line end is split into parts.</param>
/// <param name="IsError">Whether the line is from standard error.</param>
public sealed record PackOutputLine(string Text, bool IsError)
{
    /// <summary>Whether this is a part of a long line that continues with the next line of the same stream. In a log, the parts are joined.</summary>
    [JsonIgnore]
    public bool GoesOn { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Text;
}

/// <summary>Output that was omitted because the output was too long.</summary>
/// <param name="After">The number of lines before the gap.</param>
/// <param name="Lines">The number of missing lines.</param>
/// <param name="Characters">The number of missing characters.</param>
public sealed record PackOutputGap(int After, long Lines, long Characters);
