using System.Text.RegularExpressions;

namespace Buildpacks.Builds.Running;

/// <summary>Notices in the output and in the failure of a lifecycle that the cache is damaged.</summary>
internal sealed partial class CacheWatch
{
    private const int RestoreFailed = 42;
    private const string ErrorMark = "ERROR: ";

    /// <summary>The exit codes of lifecycles that could not do what a phase is for. A buildpack that fails has others.</summary>
    private static readonly int[] OwnFailures = [1, RestoreFailed, 62];

    private readonly HashSet<string> _skipped = new(StringComparer.Ordinal);

    /// <summary>
    /// What is wrong with a cache that a lifecycle left damaged although the build succeeded: the next builds would find it so again;
    /// <see langword="null"/> for nothing.
    /// </summary>
    public string? Damage { get; private set; }

    /// <summary>Takes a line of a phase in which no buildpack runs.</summary>
    public void Take(string line)
    {
        if (Unwritten().Match(line) is { Success: true } unwritten)
        {
            Damage ??= unwritten.Groups[1].Value.Trim();
        }
        else if (Skipped().Match(line) is { Success: true } skipped)
        {
            _skipped.Add(skipped.Groups[1].Value);
        }
        else if (Reused().Match(line) is { Success: true } reused && _skipped.Contains(reused.Groups[1].Value))
        {
            // The reference lifecycle looks at a layer before it keeps it, and writes a damaged one again.
            Damage ??= $"the layer {reused.Groups[1].Value} is damaged";
        }
    }

    /// <summary>Whether a build failed because of its cache.</summary>
    public static bool Explains(PackException failure) =>
        failure is { ExitCode: { } code, Kind: not PackErrorKind.NoSpace } && OwnFailures.Contains(code)
        && (code == RestoreFailed || failure.Output.Any(line => line.StartsWith(ErrorMark, StringComparison.Ordinal) && Cache().IsMatch(line)));

    /// <summary>What the lifecycle said of it.</summary>
    public static string ReasonOf(PackException failure) =>
        failure.Output.LastOrDefault(line => line.StartsWith(ErrorMark, StringComparison.Ordinal)) is { Length: > 0 } line ? line[ErrorMark.Length..].Trim().TrimEnd('.') + "." : failure.Message;

    [GeneratedRegex("Failed to export cache: (.+)")]
    private static partial Regex Unwritten();

    [GeneratedRegex(@"Skipping restore for layer ([^\s]+): ")]
    private static partial Regex Skipped();

    [GeneratedRegex("^Reusing cache layer '([^']+)'")]
    private static partial Regex Reused();

    [GeneratedRegex(@"/(launch-)?cache\b|\b(volume|launch|layer) cache\b|\bcache metadata\b", RegexOptions.IgnoreCase)]
    private static partial Regex Cache();
}
