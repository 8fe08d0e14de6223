namespace Buildpacks.Lifecycle.CommandLine;

/// <summary>One input of a phase: a flag, the variable that stands in for it, and the value when neither is given.</summary>
/// <param name="Flag">The flag without its dash: <c>app</c>.</param>
/// <param name="Variable">The environment variable, or <see langword="null"/> when the specification names none.</param>
/// <param name="Kind">What the value is.</param>
/// <param name="Default">The value when nothing is given. A leading <c>&lt;layers&gt;</c> stands for the layers folder.</param>
internal sealed record Option(string Flag, string? Variable, OptionKind Kind = OptionKind.Text, string? Default = null)
{
    /// <summary>What <see cref="Default"/> begins with when it lies in the layers folder.</summary>
    public const string LayersPlaceholder = "<layers>";

    /// <summary>The path taken when nothing is given and <see cref="Default"/> does not exist.</summary>
    public string? DefaultIfMissing { get; init; }
}
