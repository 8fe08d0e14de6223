using System.Globalization;
using System.Text.RegularExpressions;

namespace Buildpacks.Engines.Tests.Podman;

/// <summary>A podman command that failed.</summary>
/// <param name="Arguments">Its arguments; <c>ID</c> for an id.</param>
/// <param name="Words">What it wrote on standard error.</param>
/// <param name="ExitCode">Its exit code.</param>
public sealed partial record RecordedFailure(string Arguments, string Words, int ExitCode)
{
    private const string Prompt = "$ podman ";
    private const string End = "(exit code ";

    /// <summary>Reads a file of failures.</summary>
    public static IReadOnlyList<RecordedFailure> ReadAll(IEnumerable<string> lines)
    {
        var failures = new List<RecordedFailure>();
        var arguments = "";
        var words = new List<string>();
        foreach (var line in lines)
        {
            if (line.StartsWith(Prompt, StringComparison.Ordinal))
            {
                arguments = Id().Replace(line[Prompt.Length..], "ID");
                words = [];
            }
            else if (line.StartsWith(End, StringComparison.Ordinal))
            {
                failures.Add(new RecordedFailure(
                    arguments, string.Join('\n', words), int.Parse(line[End.Length..].TrimEnd(')'), CultureInfo.InvariantCulture)));
            }
            else
            {
                words.Add(line);
            }
        }

        return failures;
    }

    [GeneratedRegex("[0-9a-f]{64}")]
    private static partial Regex Id();
}
