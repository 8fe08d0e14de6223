namespace Buildpacks.Help;

/// <summary>A cmdlet's page in docs/, as PlatyPS lays it out.</summary>
internal sealed record CommandPage
{
    public required string Name { get; init; }

    public string HelpFile { get; init; } = "";

    public string OnlineVersion { get; init; } = "";

    public string Synopsis { get; init; } = "";

    public IReadOnlyList<string> Description { get; init; } = [];

    /// <summary>Parameter set names in the order of the SYNTAX section.</summary>
    public IReadOnlyList<SyntaxPage> Syntax { get; init; } = [];

    public IReadOnlyList<ExamplePage> Examples { get; init; } = [];

    /// <summary>The parameters; one that is not the same in all sets is here once for each group of sets.</summary>
    public IReadOnlyList<ParameterPage> Parameters { get; init; } = [];

    public IReadOnlyList<TypePage> Inputs { get; init; } = [];

    public IReadOnlyList<TypePage> Outputs { get; init; } = [];

    public IReadOnlyList<string> Notes { get; init; } = [];

    public IReadOnlyList<LinkPage> Links { get; init; } = [];
}

/// <summary>One parameter set's line of syntax.</summary>
internal sealed record SyntaxPage(string Set, string Text);

/// <summary>An example: what is typed, what it prints, and what is said of it.</summary>
internal sealed record ExamplePage(string Title, string Code, string Output, IReadOnlyList<string> Remarks);

/// <summary>An input or output type.</summary>
internal sealed record TypePage(string Name, IReadOnlyList<string> Description);

/// <summary>A related link; its address may be empty.</summary>
internal sealed record LinkPage(string Text, string Address);
