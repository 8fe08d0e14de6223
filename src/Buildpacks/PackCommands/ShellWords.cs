using System.Text;

namespace Buildpacks.PackCommands;

/// <summary>A word of a command line of a Unix shell, as PowerShell writes it.</summary>
/// <param name="Text">The word's own text, with <c>$NAME</c> where a variable of the environment is used.</param>
/// <param name="HasVariables">Whether variables are used in it.</param>
internal sealed record ShellWord(string Text, bool HasVariables)
{
    private const string Bare = "_-./:@\\+=%~";

    /// <summary>The word as an argument in PowerShell.</summary>
    public string ToArgument()
    {
        if (HasVariables)
        {
            return $"\"{Text}\"";
        }

        return Text.Length > 0 && Text[0] is not ('-' or '@') && !Text.Contains('=')
            && Text.All(character => char.IsAsciiLetterOrDigit(character) || Bare.Contains(character, StringComparison.Ordinal))
            ? Text
            : $"'{Text.Replace("'", "''", StringComparison.Ordinal)}'";
    }

    /// <summary>The parts between commas.</summary>
    public IEnumerable<ShellWord> Split() => Text.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(part => this with { Text = part });
}

/// <summary>Reads a command line as a Unix shell does.</summary>
internal static class ShellWords
{
    /// <summary>The words of a line. A backslash at the end of a line joins it with the next; what follows <c>#</c> is a comment.</summary>
    /// <exception cref="PackException"><c>PackCommandInvalid</c>: a quotation mark is not closed, or the line does more than run a command.</exception>
    public static IReadOnlyList<ShellWord> Read(string line)
    {
        var words = new List<ShellWord>();
        var word = new Word();
        var quote = '\0';
        for (var index = 0; index < line.Length; index++)
        {
            var character = line[index];
            if (quote == '\'')
            {
                quote = character == '\'' ? '\0' : quote;
                word.AddUnless(character == '\'', character);
            }
            else if (character == '\\' && index + 1 < line.Length)
            {
                index++;
                if (line[index] == '\r' && index + 1 < line.Length && line[index + 1] == '\n')
                {
                    index++;
                }

                if (line[index] != '\n')
                {
                    if (quote == '"' && !"$`\"\\".Contains(line[index], StringComparison.Ordinal))
                    {
                        word.Add('\\');
                    }

                    word.Add(line[index]);
                }
            }
            else if (character is '"' or '\'' && (quote == '\0' || quote == character))
            {
                quote = quote == '\0' ? character : '\0';
                word.Begin();
            }
            else if (character == '$')
            {
                index = ReadVariable(line, index, word);
            }
            else if (character == '`')
            {
                throw Invalid(line, "it runs another command");
            }
            else if (quote == '"')
            {
                word.Add(character);
            }
            else if (char.IsWhiteSpace(character))
            {
                word.MoveTo(words);
            }
            else if (character == '#' && !word.IsBegun)
            {
                index = line.IndexOf('\n', index) is >= 0 and var end ? end : line.Length;
            }
            else if (character is '|' or ';' or '&' or '>' or '<' or '(' or ')')
            {
                throw Invalid(line, $"'{character}' in it does more than run one command");
            }
            else
            {
                word.Add(character);
            }
        }

        if (quote != '\0')
        {
            throw Invalid(line, $"the quotation mark {quote} is not closed");
        }

        word.MoveTo(words);
        return words;
    }

    /// <summary>The failure of a line that cannot be converted.</summary>
    /// <param name="line">The line.</param>
    /// <param name="problem">What is wrong, as the end of a sentence.</param>
    /// <param name="action">What to do; by default, how a command is written.</param>
    public static PackException Invalid(string line, string problem, string? action = null) =>
        new(PackErrorIds.PackCommandInvalid, PackErrorKind.InvalidInput, $"The command cannot be converted: {problem}.")
        {
            Target = line,
            RecommendedAction = action ?? "Specify one command as a Unix shell takes it, such as 'pack build web --builder example/builder'.",
        };

    private static int ReadVariable(string line, int dollar, Word word)
    {
        var isBraced = dollar + 1 < line.Length && line[dollar + 1] == '{';
        var start = dollar + (isBraced ? 2 : 1);
        var end = start;
        while (end < line.Length && (char.IsAsciiLetterOrDigit(line[end]) || line[end] == '_'))
        {
            end++;
        }

        if (end == start || char.IsAsciiDigit(line[start]))
        {
            if (isBraced || (start < line.Length && (line[start] is '(' or '@' or '*' or '#' or '?' or '!' or '$' || char.IsAsciiDigit(line[start]))))
            {
                throw Invalid(line, "it uses an expression of the shell");
            }

            word.Add('$');
            return dollar;
        }

        if (isBraced && (end == line.Length || line[end] != '}'))
        {
            throw Invalid(line, "it uses an expression of the shell");
        }

        word.AddVariable(line[start..end]);
        return isBraced ? end : end - 1;
    }

    /// <summary>A variable of the environment; the current folder and the home folder are variables of PowerShell itself.</summary>
    private static string Variable(string name) => name is "PWD" or "HOME" ? $"${{{name}}}" : $"${{env:{name}}}";

    /// <summary>The word that is being read.</summary>
    private sealed class Word
    {
        private readonly List<(string Text, bool IsVariable)> _parts = [];

        public bool IsBegun { get; private set; }

        public void Begin() => IsBegun = true;

        public void Add(char character)
        {
            IsBegun = true;
            _parts.Add((character.ToString(), false));
        }

        public void AddUnless(bool condition, char character)
        {
            if (!condition)
            {
                Add(character);
            }
        }

        public void AddVariable(string name)
        {
            IsBegun = true;
            _parts.Add((name, true));
        }

        public void MoveTo(List<ShellWord> words)
        {
            if (!IsBegun)
            {
                return;
            }

            var hasVariables = _parts.Exists(part => part.IsVariable);
            var text = new StringBuilder();
            foreach (var (part, isVariable) in _parts)
            {
                text.Append(isVariable ? Variable(part) : hasVariables && part is "$" or "`" or "\"" ? "`" + part : part);
            }

            words.Add(new ShellWord(text.ToString(), hasVariables));
            _parts.Clear();
            IsBegun = false;
        }
    }
}
