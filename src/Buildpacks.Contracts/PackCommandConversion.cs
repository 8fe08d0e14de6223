namespace Buildpacks;

/// <summary>A command of pack, written as a command of this module.</summary>
public sealed record PackCommandConversion
{
    /// <summary>The command of pack.</summary>
    public required string Original { get; init; }

    /// <summary>The PowerShell command that does the same.</summary>
    public required string Command { get; init; }

    /// <summary>What differs, one sentence for each flag that has no counterpart or another meaning; empty when nothing does.</summary>
    public PackCollection<string> Notes { get; init; } = [];

    /// <summary>The PowerShell command.</summary>
    public override string ToString() => Command;
}

/// <summary>A flag of a pack command and the parameter that it becomes.</summary>
public sealed record PackCommandFlag
{
    /// <summary>The pack command, such as <c>pack build</c>.</summary>
    public required string PackCommand { get; init; }

    /// <summary>The flag with its dashes and, if it has one, its short form; the name in angle brackets for an argument without a flag.</summary>
    public required string Flag { get; init; }

    /// <summary>The cmdlet; empty for the flags of all commands.</summary>
    public required string Cmdlet { get; init; }

    /// <summary>The parameter with its dash; <see langword="null"/> when the flag has no counterpart.</summary>
    public string? Parameter { get; init; }

    /// <summary>What differs, or why there is no counterpart; <see langword="null"/> when nothing differs.</summary>
    public string? Note { get; init; }
}
