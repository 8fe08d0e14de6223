using System.Text;

namespace Buildpacks.PackCommands;

/// <summary>Writes a command of pack as a command of this module.</summary>
public static class PackCommandConverter
{
    private const string Pack = "pack";

    /// <summary>Converts a command.</summary>
    /// <param name="line">The command as a Unix shell takes it; variables of the environment may stand before <c>pack</c>.</param>
    /// <returns>The command; <see langword="null"/> for a line that is empty or a comment.</returns>
    /// <exception cref="PackException"><c>PackCommandInvalid</c>, <c>PackCommandUnknown</c>.</exception>
    public static PackCommandConversion? Convert(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        var words = ShellWords.Read(line);
        if (words.Count == 0)
        {
            return null;
        }

        var text = new StringBuilder();
        var next = 0;
        for (; next < words.Count && Assignment(words[next]) is var (name, value); next++)
        {
            text.Append("$env:").Append(name).Append(" = ").Append(Quoted(value)).Append("; ");
        }

        if (next < words.Count && words[next].Text == "sudo")
        {
            next++;
        }

        if (next == words.Count || words[next].Text.Split('/', '\\')[^1] is not (Pack or Pack + ".exe"))
        {
            throw ShellWords.Invalid(line, "it does not begin with 'pack'");
        }

        var (command, rest) = Find(line, [.. words.Skip(next + 1)]);
        var reading = new Reading(line, command);
        reading.Read(rest);
        reading.AppendTo(text);
        string[] variables = next > 0 && words[0].Text != "sudo" ? ["The variables in front stay set in the PowerShell session."] : [];
        return new PackCommandConversion { Original = line.Trim(), Command = text.ToString(), Notes = [.. variables, .. reading.Notes] };
    }

    /// <summary>The flags of all commands that can be converted, and the parameters that they become.</summary>
    public static IReadOnlyList<PackCommandFlag> List() => [.. PackCommandTable.Rows()];

    private static (string Name, ShellWord Value)? Assignment(ShellWord word)
    {
        var parts = word.Text.Split('=', 2);
        return parts.Length == 2 && parts[0].Length > 0 && !char.IsAsciiDigit(parts[0][0]) && parts[0].All(character => char.IsAsciiLetterOrDigit(character) || character == '_')
            ? (parts[0], word with { Text = parts[1] })
            : null;
    }

    private static string Quoted(ShellWord word) => word.HasVariables ? word.ToArgument() : $"'{word.Text.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>The command that the first words name. Flags of every command may stand among them.</summary>
    private static (PackCommand Command, IReadOnlyList<ShellWord> Arguments) Find(string line, IReadOnlyList<ShellWord> words)
    {
        var named = words.Where(word => !word.Text.StartsWith('-')).Select(word => word.Text).ToList();
        var candidates =
            from command in PackCommandTable.Commands
            from spelling in command.Aliases.Prepend(command.Words)
            let parts = spelling.Split(' ')
            where named.Take(parts.Length).SequenceEqual(parts, StringComparer.Ordinal)
            orderby parts.Length descending
            select (command, parts);
        var (found, spelled) = candidates.FirstOrDefault();
        if (found is null)
        {
            throw new PackException(
                PackErrorIds.PackCommandUnknown, PackErrorKind.Unsupported, $"'{string.Join(' ', named.Take(2).Prepend(Pack))}' has no counterpart in this module.")
            {
                Target = line,
                RecommendedAction = "ConvertFrom-PackCommand -ListAvailable shows the commands that have one.",
            };
        }

        var rest = words.ToList();
        foreach (var part in spelled)
        {
            rest.RemoveAt(rest.FindIndex(word => word.Text == part));
        }

        return (found, rest);
    }

    /// <summary>One reading of the arguments of a command.</summary>
    private sealed class Reading(string line, PackCommand command)
    {
        private readonly List<ShellWord> _arguments = [];
        private readonly List<(PackFlag Flag, List<ShellWord> Values)> _flags = [];

        public List<string> Notes { get; } = [];

        private string NextStep => $"'pack {command.Words} --help' shows its arguments and flags; ConvertFrom-PackCommand -ListAvailable shows the parameters that they become.";

        public void Read(IReadOnlyList<ShellWord> words)
        {
            var flagsEnd = false;
            for (var index = 0; index < words.Count; index++)
            {
                var word = words[index];
                if (flagsEnd || !word.Text.StartsWith('-') || word.Text == "-")
                {
                    _arguments.Add(word);
                }
                else if (word.Text == "--")
                {
                    flagsEnd = true;
                }
                else if (word.Text.StartsWith("--", StringComparison.Ordinal))
                {
                    var parts = word.Text[2..].Split('=', 2);
                    var flag = Known(candidate => candidate.Name == parts[0], "--" + parts[0]);
                    index += Take(flag, parts.Length == 2 ? word with { Text = parts[1] } : null, words, index);
                }
                else
                {
                    index += TakeShort(word, words, index);
                }
            }

            if (_arguments.Count < command.Minimum)
            {
                throw ShellWords.Invalid(line, $"'pack {command.Words}' needs {(command.Minimum == 1 ? "a name" : "two names")}", NextStep);
            }

            if (!command.TakesMore && _arguments.Count > command.Positional.Count)
            {
                throw ShellWords.Invalid(line, $"'pack {command.Words}' does not take '{_arguments[command.Positional.Count].Text}'", NextStep);
            }

            AddNotes();
        }

        /// <summary>Writes the command.</summary>
        public void AppendTo(StringBuilder text)
        {
            if (command.CmdletWithoutArguments is { } other && _arguments.Count + _flags.Count == 0)
            {
                text.Append(other);
                return;
            }

            text.Append(command.Cmdlet);
            if (command.TableParameter is { } table)
            {
                AppendTable(text, table);
                return;
            }

            for (var index = 0; index < _arguments.Count; index++)
            {
                if (command.NamesArguments && index < command.Positional.Count)
                {
                    text.Append(" -").Append(command.Positional[index]);
                }

                // All that follow the last place are values of it.
                text.Append(index > 0 && index >= command.Positional.Count ? ", " : " ").Append(Argument(command.Translate, _arguments[index]));
            }

            if (command.Fixed is { } always)
            {
                text.Append(' ').Append(always);
            }

            foreach (var group in _flags.Where(flag => flag.Flag.Parameter is not null).GroupBy(flag => flag.Flag.Parameter))
            {
                var flag = group.First().Flag;
                ShellWord[] values = [.. group.SelectMany(one => one.Values)];
                if (values is [{ Text: var only }] && only == flag.Default)
                {
                    continue;
                }

                text.Append(flag.Companion is { } companion ? $" {companion}" : "").Append(" -").Append(flag.Parameter);
                if (flag.Constant is { } constant)
                {
                    text.Append(' ').Append(constant);
                }

                if (values.Length > 0)
                {
                    text.Append(' ').AppendJoin(", ", values.Select(value => Argument(flag.Translate, value)));
                }
            }
        }

        private static string Argument(Func<string, string>? translate, ShellWord value) =>
            (translate is not null && !value.HasVariables ? value with { Text = translate(value.Text) } : value).ToArgument();

        private void AppendTable(StringBuilder text, string parameter)
        {
            ShellWord[] values = [.. _flags.SelectMany(flag => flag.Values)];
            if (_arguments.Count != 1 || values.Length == 0)
            {
                throw ShellWords.Invalid(line, $"'pack {command.Words}' needs one name and at least one --{command.Flags[0].Name}", NextStep);
            }

            text.Append(" -").Append(parameter).Append(" @{ ").Append(Quoted(_arguments[0])).Append(" = ").AppendJoin(", ", values.Select(Quoted)).Append(" }");
        }

        /// <summary>Letters may stand together, the last of them with its value.</summary>
        private int TakeShort(ShellWord word, IReadOnlyList<ShellWord> words, int index)
        {
            for (var position = 1; position < word.Text.Length; position++)
            {
                var letter = word.Text[position];
                var flag = Known(candidate => candidate.Short == letter, "-" + letter);
                if (flag.Value != FlagValue.None)
                {
                    var value = word.Text[(position + 1)..];
                    return Take(flag, value.Length == 0 ? null : word with { Text = value.StartsWith('=') ? value[1..] : value }, words, index);
                }

                Take(flag, null, words, index);
            }

            return 0;
        }

        /// <summary>Takes a flag with its value.</summary>
        /// <returns>How many of the words behind it belong to it.</returns>
        private int Take(PackFlag flag, ShellWord? value, IReadOnlyList<ShellWord> words, int index)
        {
            if (flag.Value == FlagValue.None)
            {
                if (value?.Text is not ("false" or "0" or "f"))
                {
                    _flags.Add((flag, []));
                }

                return 0;
            }

            var given = value ?? (index + 1 < words.Count ? words[index + 1] : throw ShellWords.Invalid(line, $"--{flag.Name} has no value", NextStep));
            _flags.Add((flag, flag.Value == FlagValue.List ? [.. given.Split()] : [given]));
            return value is null ? 1 : 0;
        }

        private PackFlag Known(Func<PackFlag, bool> isMeant, string spelled) =>
            command.Flags.FirstOrDefault(isMeant) ?? PackCommandTable.Global.FirstOrDefault(isMeant)
            ?? throw ShellWords.Invalid(line, $"'pack {command.Words}' has no flag {spelled}", NextStep);

        private void AddNotes()
        {
            if (command.Note is { } note)
            {
                Notes.Add(note);
            }

            foreach (var flag in _flags.Select(flag => flag.Flag).Where(flag => flag.Parameter is null && command.TableParameter is null).Distinct())
            {
                Notes.Add($"--{flag.Name}: {flag.Note}");
            }

            // What a flag that is not there means differs too.
            foreach (var flag in command.Flags.Where(flag => flag is { Name: "pull-policy", Parameter: not null } && !_flags.Exists(given => given.Flag == flag)))
            {
                Notes.Add($"--{flag.Name}: {flag.Note}");
            }
        }
    }
}
