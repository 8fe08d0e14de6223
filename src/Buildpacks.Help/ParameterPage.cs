namespace Buildpacks.Help;

/// <summary>A parameter as its page describes it.</summary>
internal sealed record ParameterPage
{
    public required string Name { get; init; }

    public IReadOnlyList<string> Description { get; init; } = [];

    /// <summary>The short type name, such as <c>String[]</c>.</summary>
    public string Type { get; init; } = "";

    /// <summary>The parameter sets, or <c>(All)</c>.</summary>
    public IReadOnlyList<string> Sets { get; init; } = [];

    public IReadOnlyList<string> Aliases { get; init; } = [];

    public IReadOnlyList<string> AcceptedValues { get; init; } = [];

    public bool Required { get; init; }

    /// <summary>A number from 0, or <c>Named</c>.</summary>
    public string Position { get; init; } = "Named";

    public string Default { get; init; } = "None";

    /// <summary><c>False</c>, or <c>True (ByPropertyName, ByValue)</c>.</summary>
    public string Pipeline { get; init; } = "False";

    public bool Wildcards { get; init; }

    public bool IsIn(string set) => Sets.Contains("(All)") || Sets.Contains(set);
}
