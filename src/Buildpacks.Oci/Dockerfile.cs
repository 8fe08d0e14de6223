using System.Text.RegularExpressions;

namespace Buildpacks.Oci;

/// <summary>An instruction of a Dockerfile, with its continuation lines joined.</summary>
/// <param name="Name">The instruction in upper case: <c>RUN</c>.</param>
/// <param name="Arguments">All that follows it, as it is written.</param>
/// <param name="Line">Its first line, from 1.</param>
public sealed record DockerfileInstruction(string Name, string Arguments, int Line)
{
    /// <summary>Its last line, which is another one when it is continued.</summary>
    public int LastLine { get; init; } = Line;

    /// <summary>Whether it begins a document within the Dockerfile, <c>&lt;&lt;EOF</c>, which some engines take for a part of the command.</summary>
    public bool HasHereDocument { get; init; }

    /// <summary>The options before its other arguments: <c>--from=IMAGE</c>.</summary>
    public IReadOnlyList<string> Flags => [.. Words.TakeWhile(IsFlag)];

    /// <summary>The image that a <c>FROM</c> names, as it is written.</summary>
    public string Image => Words.FirstOrDefault(word => !IsFlag(word)) ?? "";

    /// <summary>The name of the argument that an <c>ARG</c> declares.</summary>
    public string ArgumentName => Words.FirstOrDefault()?.Split('=')[0] ?? "";

    /// <summary>Whether an <c>ARG</c> declares an argument; it may declare several.</summary>
    public bool Declares(string argument) => Words.Any(word => word.Split('=')[0] == argument);

    private string[] Words => Arguments.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);

    private static bool IsFlag(string word) => word.StartsWith("--", StringComparison.Ordinal);
}

/// <summary>The instructions of a Dockerfile. It is read as the engines read it, and rejected where they do not agree.</summary>
public sealed partial class Dockerfile
{
    /// <summary>The most characters a Dockerfile may have.</summary>
    public const int MaximumLength = 1024 * 1024;

    /// <summary>The build argument that names the image to extend.</summary>
    public const string BaseImageArgument = "base_image";

    /// <summary>What a <c>FROM</c> names to extend the image that it is given.</summary>
    public const string BaseImage = "${base_image}";

    private static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER", "ONBUILD", "RUN", "SHELL",
        "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
    };

    private static readonly HashSet<string> ForExtensions = new(StringComparer.Ordinal)
    {
        "ADD", "ARG", "COPY", "ENV", "FROM", "LABEL", "RUN", "SHELL", "USER", "WORKDIR",
    };

    private static readonly HashSet<string> WithDocuments = new(StringComparer.Ordinal) { "ADD", "COPY", "RUN" };

    private Dockerfile(IReadOnlyList<DockerfileInstruction> instructions) => Instructions = instructions;

    /// <summary>The instructions, in their order.</summary>
    public IReadOnlyList<DockerfileInstruction> Instructions { get; }

    /// <summary>The <c>FROM</c> instructions, one a stage.</summary>
    public IReadOnlyList<DockerfileInstruction> Stages => [.. Instructions.Where(instruction => instruction.Name == "FROM")];

    /// <summary>The instructions before the first <c>FROM</c>.</summary>
    public IReadOnlyList<DockerfileInstruction> Preamble => [.. Instructions.TakeWhile(instruction => instruction.Name != "FROM")];

    /// <summary>The instructions after the first <c>FROM</c>, of all stages.</summary>
    public IReadOnlyList<DockerfileInstruction> Commands => [.. Instructions.Skip(Preamble.Count).Where(instruction => instruction.Name != "FROM")];

    /// <summary>The instructions that the specification does not list for image extensions.</summary>
    public IReadOnlyList<DockerfileInstruction> Unexpected => [.. Instructions.Where(instruction => !ForExtensions.Contains(instruction.Name))];

    /// <summary>Reads a Dockerfile.</summary>
    /// <exception cref="InvalidDataException">It is too long, or no Dockerfile; the message names the line.</exception>
    public static Dockerfile Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > MaximumLength)
        {
            throw new InvalidDataException($"it has {text.Length} characters, more than {MaximumLength}");
        }

        var lines = text.TrimStart('\uFEFF').Split('\n');
        var (next, escape) = ReadDirectives(lines);
        var instructions = new List<DockerfileInstruction>();
        while (next < lines.Length)
        {
            if (IsIgnored(lines[next]))
            {
                next++;
                continue;
            }

            instructions.Add(ReadInstruction(lines, ref next, escape));
        }

        return new Dockerfile(instructions);
    }

    // Directives are comments at the very top; the first line that is none ends them.
    private static (int Next, char Escape) ReadDirectives(string[] lines)
    {
        var escape = '\\';
        var next = 0;
        for (; next < lines.Length && Directive().Match(lines[next].TrimEnd('\r')) is { Success: true } directive; next++)
        {
            if (directive.Groups[1].Value.Equals("escape", StringComparison.OrdinalIgnoreCase))
            {
                escape = directive.Groups[2].Value.Trim() switch
                {
                    "\\" => '\\',
                    "`" => '`',
                    _ => throw new InvalidDataException($"line {next + 1}: the escape character must be \\ or `"),
                };
            }
        }

        return (next, escape);
    }

    private static DockerfileInstruction ReadInstruction(string[] lines, ref int next, char escape)
    {
        var first = next + 1;
        var last = first;
        var joined = new System.Text.StringBuilder();
        for (var continues = true; continues && next < lines.Length; next++)
        {
            if (joined.Length > 0 && IsIgnored(lines[next]))
            {
                continue;
            }

            var line = lines[next].TrimEnd('\r');
            var trimmed = line.TrimEnd(' ', '\t');
            continues = trimmed.EndsWith(escape);
            if (continues && trimmed.Length > 1 && trimmed[^2] == escape)
            {
                throw new InvalidDataException($"line {next + 1} ends with two escape characters, which engines read differently");
            }

            joined.Append(continues ? trimmed[..^1] : line);
            last = next + 1;
        }

        var text = joined.ToString().Trim();
        var end = text.AsSpan().IndexOfAny(' ', '\t');
        var name = (end < 0 ? text : text[..end]).ToUpperInvariant();
        if (!Known.Contains(name))
        {
            throw new InvalidDataException($"line {first}: unknown instruction: {(name.Length > 40 ? name[..40] : name)}");
        }

        var arguments = end < 0 ? "" : text[end..].Trim();
        if (arguments.Length == 0)
        {
            throw new InvalidDataException($"line {first}: {name} requires at least one argument");
        }

        IReadOnlyList<Match> documents = WithDocuments.Contains(name) ? [.. HereDocument().Matches(arguments).Cast<Match>()] : [];
        foreach (var document in documents)
        {
            last = SkipDocument(lines, ref next, document.Groups[3].Value, document.Groups[1].Length > 0);
        }

        return new DockerfileInstruction(name, arguments, first) { LastLine = last, HasHereDocument = documents.Count > 0 };
    }

    private static int SkipDocument(string[] lines, ref int next, string end, bool isIndented)
    {
        while (next < lines.Length)
        {
            var line = lines[next++].TrimEnd('\r');
            if ((isIndented ? line.TrimStart('\t') : line) == end)
            {
                return next;
            }
        }

        throw new InvalidDataException($"unterminated heredoc: {end}");
    }

    private static bool IsIgnored(string line) => line.AsSpan().Trim() is { Length: 0 } or ['#', ..];

    [GeneratedRegex(@"^#\s*([A-Za-z][A-Za-z0-9]*)\s*=\s*(.+?)\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex Directive();

    [GeneratedRegex("""(?<!<)<<(-?)(["']?)([A-Za-z_][A-Za-z0-9_]*)\2""", RegexOptions.CultureInvariant)]
    private static partial Regex HereDocument();
}
