namespace Buildpacks.Descriptors;

/// <summary>What project.toml says of the build of an app.</summary>
internal sealed record ProjectDescriptor
{
    /// <summary>The file, as messages name it.</summary>
    public required string Source { get; init; }

    /// <summary>The version of the schema: <c>0.1</c>, <c>0.2</c> or <c>0.3</c>.</summary>
    public required string SchemaVersion { get; init; }

    /// <summary>The builder.</summary>
    public string? Builder { get; init; }

    /// <summary>Patterns of the files that are sent, as .gitignore has them. Not beside <see cref="Exclude"/>.</summary>
    public IReadOnlyList<string> Include { get; init; } = [];

    /// <summary>Patterns of the files that are left out, as .gitignore has them.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>Build-time environment.</summary>
    public IReadOnlyList<ProjectVariable> Environment { get; init; } = [];

    /// <summary>The buildpacks that take the place of the builder's order.</summary>
    public ProjectGroup Group { get; init; } = ProjectGroup.None;

    /// <summary>The buildpacks before each group of the builder's order.</summary>
    public ProjectGroup Pre { get; init; } = ProjectGroup.None;

    /// <summary>The buildpacks after each group of the builder's order.</summary>
    public ProjectGroup Post { get; init; } = ProjectGroup.None;

    /// <summary>The line of the builder.</summary>
    public int? BuilderLine { get; init; }

    /// <summary>The line of <see cref="Include"/> or <see cref="Exclude"/>.</summary>
    public int? FilesLine { get; init; }

    /// <summary>The version of the project.</summary>
    public string? Version { get; init; }

    /// <summary>The address of the project's source code.</summary>
    public string? SourceUrl { get; init; }

    /// <summary>The line of <see cref="Version"/> or <see cref="SourceUrl"/>.</summary>
    public int? SourceLine { get; init; }

    /// <summary>What is odd, such as keys that are not known, with its place.</summary>
    public IReadOnlyList<PackFileProblem> Oddities { get; init; } = [];

    /// <summary>What is odd, as text.</summary>
    public IReadOnlyList<string> Warnings => [.. Oddities.Select(odd => $"{odd.File}{(odd.Line is { } line ? $", line {line}" : "")}: {odd.Message}")];
}

/// <summary>A variable of a project.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value.</param>
/// <param name="ExecEnv">The execution environments that it is for; none for all.</param>
/// <param name="Line">Its line.</param>
internal sealed record ProjectVariable(string Name, string Value, IReadOnlyList<string> ExecEnv, int? Line);

/// <summary>A list of buildpacks of a project.</summary>
/// <param name="Key">The key of the list: <c>io.buildpacks.group</c>.</param>
/// <param name="Buildpacks">The buildpacks in their order.</param>
internal sealed record ProjectGroup(string Key, IReadOnlyList<ProjectBuildpack> Buildpacks)
{
    /// <summary>No list.</summary>
    public static readonly ProjectGroup None = new("", []);
}

/// <summary>A buildpack of a project.</summary>
internal sealed record ProjectBuildpack
{
    /// <summary>The key of its entry: <c>io.buildpacks.group[0]</c>.</summary>
    public required string Key { get; init; }

    /// <summary>The line of the entry's first key.</summary>
    public int? Line { get; init; }

    /// <summary>The id.</summary>
    public string? Id { get; init; }

    /// <summary>The version.</summary>
    public string? Version { get; init; }

    /// <summary>Where it is.</summary>
    public string? Uri { get; init; }

    /// <summary>The script of an inline buildpack; <see langword="null"/> for all others.</summary>
    public ProjectScript? Script { get; init; }

    /// <summary>The execution environments that it is for; none for all.</summary>
    public IReadOnlyList<string> ExecEnv { get; init; } = [];
}

/// <summary>A buildpack that is a script in a project.</summary>
/// <param name="Api">The buildpack API that it is written for.</param>
/// <param name="Text">The script.</param>
/// <param name="Shell">The program that runs it; <see langword="null"/> for the default.</param>
internal sealed record ProjectScript(string Api, string Text, string? Shell);
