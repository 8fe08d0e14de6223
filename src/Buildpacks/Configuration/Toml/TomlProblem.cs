namespace Buildpacks.Configuration.Toml;

/// <summary>Something that is wrong in a TOML file.</summary>
/// <param name="Line">The line, counted from 1; <see langword="null"/> when it is about no line in particular.</param>
/// <param name="Message">What is wrong, naming the key.</param>
/// <param name="Column">The column, counted from 1, of what is no TOML.</param>
internal sealed record TomlProblem(int? Line, string Message, int? Column = null);
