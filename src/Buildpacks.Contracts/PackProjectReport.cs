namespace Buildpacks;

/// <summary>What a build of an app would use, and where each value comes from: the result of Test-PackProject.</summary>
public sealed record PackProjectReport
{
    /// <summary>The name of the image.</summary>
    public required string ImageName { get; init; }

    /// <summary>The app's folder or zip file, or its git repository.</summary>
    public required string Path { get; init; }

    /// <summary>The project descriptor; <see langword="null"/> when the app has none.</summary>
    public string? Descriptor { get; init; }

    /// <summary>The version of the descriptor's schema; <see langword="null"/> without a descriptor.</summary>
    public string? SchemaVersion { get; init; }

    /// <summary>The engine that was asked; <see langword="null"/> when none answered.</summary>
    public PackEngineKind? Engine { get; init; }

    /// <summary>Whether no error was found. A build can still fail, for example when a buildpack does.</summary>
    public bool IsValid => Problems.All(problem => problem.Severity != PackProblemSeverity.Error);

    /// <summary>Whether everything was looked up. It was not when no engine answered, or when something must be downloaded first.</summary>
    public bool IsComplete { get; init; }

    /// <summary>Each value with its source, in the order of a build.</summary>
    public PackCollection<PackProjectValue> Values { get; init; } = [];

    /// <summary>The buildpacks of all groups, in the order they are tried; empty when they are not known.</summary>
    public PackCollection<PackProjectBuildpack> Order { get; init; } = [];

    /// <summary>The files of the app; <see langword="null"/> when they were not read.</summary>
    public PackProjectFiles? Files { get; init; }

    /// <summary>The rules of the project descriptor that include or exclude files, each with what it decided.</summary>
    public PackCollection<PackProjectRule> Rules { get; init; } = [];

    /// <summary>All problems, those of files with line and column.</summary>
    public PackCollection<PackProjectProblem> Problems { get; init; } = [];

    /// <summary>The first value of a name; <see langword="null"/> when there is none.</summary>
    /// <param name="name">The name, in any case, such as <c>Builder</c>.</param>
    public PackProjectValue? this[string name] => Values.FirstOrDefault(value => value.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <inheritdoc/>
    public override string ToString() => $"{ImageName}: {(IsValid ? "valid" : "not valid")}";
}

/// <summary>A value that a build would use.</summary>
public sealed record PackProjectValue
{
    /// <summary>The name of the value: <c>Builder</c>, <c>RunImage</c>, <c>Env</c>, …. A list has several values of one name.</summary>
    public required string Name { get; init; }

    /// <summary>What the value is about in a list: the name of an environment variable, the pattern of an include or exclude rule.</summary>
    public string? Item { get; init; }

    /// <summary>The value as text; empty when it is not known, and for environment variables that project.toml does not set.</summary>
    public string Value { get; init; } = "";

    /// <summary>The kind of the source.</summary>
    public PackValueOrigin Origin { get; init; }

    /// <summary>The source: a parameter such as <c>-Builder</c>, a file with its line, <c>label of the builder</c>, <c>default</c>.</summary>
    public required string Source { get; init; }

    /// <summary>The file that sets the value; <see langword="null"/> for other sources.</summary>
    public string? File { get; init; }

    /// <summary>The line in that file, counted from 1.</summary>
    public int? Line { get; init; }

    /// <summary>Why this value was chosen, where there was a choice; <see langword="null"/> otherwise.</summary>
    public string? Reason { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name}{(Item is null ? "" : $" {Item}")} = {Value} ({Source})";
}

/// <summary>Where a value comes from.</summary>
public enum PackValueOrigin
{
    /// <summary>Nothing sets the value.</summary>
    Default,

    /// <summary>A parameter.</summary>
    Parameter,

    /// <summary>The project descriptor.</summary>
    Descriptor,

    /// <summary>A file of environment variables.</summary>
    EnvFile,

    /// <summary>The environment of this process.</summary>
    Environment,

    /// <summary>The user's configuration (Get-PackConfig).</summary>
    Configuration,

    /// <summary>The builder.</summary>
    Builder,

    /// <summary>The app's source code.</summary>
    App,

    /// <summary>The engine.</summary>
    Engine,

    /// <summary>A registry.</summary>
    Registry,

    /// <summary>The value follows from other values.</summary>
    Derived,
}

/// <summary>A buildpack in an order.</summary>
public sealed record PackProjectBuildpack
{
    /// <summary>The number of its group, from 1. The first group whose buildpacks all participate is used.</summary>
    public required int Group { get; init; }

    /// <summary>Its id; for a buildpack that was not read, its address as it was written.</summary>
    public required string Id { get; init; }

    /// <summary>Its version; <see langword="null"/> for a buildpack that was not read.</summary>
    public string? Version { get; init; }

    /// <summary>Whether the group can pass without it.</summary>
    public bool Optional { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Version is null ? Id : $"{Id}@{Version}";
}

/// <summary>The files of an app that a build would send.</summary>
public sealed record PackProjectFiles
{
    /// <summary>How many files are sent, without folders and symbolic links.</summary>
    public int Count { get; init; }

    /// <summary>The size of these files in bytes.</summary>
    public long Bytes { get; init; }

    /// <summary>How many symbolic links are sent.</summary>
    public int Links { get; init; }

    /// <summary>How many files and folders are left out. What is in a folder that is left out is not counted.</summary>
    public int LeftOut { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Count} {(Count == 1 ? "file" : "files")}";
}

/// <summary>A rule that includes or excludes files.</summary>
public sealed record PackProjectRule
{
    /// <summary>The pattern, as .gitignore has it.</summary>
    public required string Pattern { get; init; }

    /// <summary>Whether the rule is one of <c>include</c>; otherwise it is one of <c>exclude</c>.</summary>
    public bool IsInclude { get; init; }

    /// <summary>For how many files and folders this rule decided. The last rule that matches decides.</summary>
    public int Matches { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{(IsInclude ? "include" : "exclude")} {Pattern}";
}

/// <summary>A problem of a project.</summary>
public sealed record PackProjectProblem
{
    /// <summary>The severity.</summary>
    public required PackProblemSeverity Severity { get; init; }

    /// <summary>The id of the error that a build would have; <see langword="null"/> for warnings that are no errors of a build.</summary>
    public string? ErrorId { get; init; }

    /// <summary>What is wrong.</summary>
    public required string Message { get; init; }

    /// <summary>The file; <see langword="null"/> when the problem is not in a file.</summary>
    public string? File { get; init; }

    /// <summary>The line, counted from 1.</summary>
    public int? Line { get; init; }

    /// <summary>The column, counted from 1.</summary>
    public int? Column { get; init; }

    /// <summary>The recommended action.</summary>
    public string? RecommendedAction { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Severity}: {(File is null ? "" : $"{File}{(Line is null ? "" : $":{Line}{(Column is null ? "" : $":{Column}")}")}: ")}{Message}";
}

/// <summary>How bad a problem is.</summary>
public enum PackProblemSeverity
{
    /// <summary>A build runs, or it is not known whether it does.</summary>
    Warning,

    /// <summary>A build fails.</summary>
    Error,
}

/// <summary>A problem in a file.</summary>
/// <param name="File">The file.</param>
/// <param name="Line">The line, counted from 1; <see langword="null"/> when the problem has no place.</param>
/// <param name="Column">The column, counted from 1.</param>
/// <param name="Message">What is wrong.</param>
public sealed record PackFileProblem(string File, int? Line, int? Column, string Message);
