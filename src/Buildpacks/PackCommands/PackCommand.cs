namespace Buildpacks.PackCommands;

/// <summary>What follows a flag.</summary>
internal enum FlagValue
{
    /// <summary>Nothing: it is there or not.</summary>
    None,

    /// <summary>One value.</summary>
    One,

    /// <summary>A value; the flag can be repeated.</summary>
    Repeated,

    /// <summary>Values with commas between them; the flag can be repeated too.</summary>
    List,
}

/// <summary>A flag of a pack command.</summary>
/// <param name="Name">Its name without dashes.</param>
/// <param name="Value">What follows it.</param>
/// <param name="Parameter">The parameter of the cmdlet, without its dash; <see langword="null"/> when there is none.</param>
internal sealed record PackFlag(string Name, FlagValue Value, string? Parameter)
{
    /// <summary>The letter of its short form.</summary>
    public char? Short { get; init; }

    /// <summary>What differs, or why there is no counterpart.</summary>
    public string? Note { get; init; }

    /// <summary>Changes a value from pack's words into those of the parameter; <see langword="null"/> to take it as it is.</summary>
    public Func<string, string>? Translate { get; init; }

    /// <summary>What the parameter gets, for a flag that takes no value.</summary>
    public string? Constant { get; init; }

    /// <summary>Further parameters that come with this one, as they are written.</summary>
    public string? Companion { get; init; }

    /// <summary>A value for which the flag says nothing.</summary>
    public string? Default { get; init; }

    /// <summary>How the flag is written.</summary>
    public string Text => Short is { } letter ? $"--{Name}, -{letter}" : "--" + Name;
}

/// <summary>A command of pack and the cmdlet that does the same.</summary>
/// <param name="Words">The words behind <c>pack</c>.</param>
/// <param name="Cmdlet">The cmdlet.</param>
/// <param name="Flags">The flags.</param>
internal sealed record PackCommand(string Words, string Cmdlet, IReadOnlyList<PackFlag> Flags)
{
    /// <summary>Other words for the same command.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>The parameters of the arguments without a flag, in their order; the last takes all that follow.</summary>
    public IReadOnlyList<string> Positional { get; init; } = [];

    /// <summary>Whether more arguments than places may follow: they are values of the last one.</summary>
    public bool TakesMore { get; init; }

    /// <summary>How many arguments there have to be.</summary>
    public int Minimum { get; init; }

    /// <summary>Whether the arguments are written with the names of their parameters, which have no positions.</summary>
    public bool NamesArguments { get; init; }

    /// <summary>The parameter that takes a table: the argument is the key, and the values of the command's one flag are the value.</summary>
    public string? TableParameter { get; init; }

    /// <summary>The cmdlet for a command that has neither arguments nor flags; <see langword="null"/> for the same.</summary>
    public string? CmdletWithoutArguments { get; init; }

    /// <summary>Changes an argument from pack's words into those of the parameter; <see langword="null"/> to take it as it is.</summary>
    public Func<string, string>? Translate { get; init; }

    /// <summary>Parameters that the cmdlet always gets, as they are written.</summary>
    public string? Fixed { get; init; }

    /// <summary>What differs for every command of this kind.</summary>
    public string? Note { get; init; }
}
