using Buildpacks.Configuration.Toml;

namespace Buildpacks.Descriptors;

/// <summary>Reads <c>[[build.env]]</c> of builder.toml.</summary>
internal static class BuildEnvironmentReader
{
    /// <summary>The variables, in the file's order; of two that end in the same file the later one wins, with a warning.</summary>
    public static IReadOnlyList<BuildVariable> Read(TomlSection build, List<string> warnings)
    {
        var variables = new List<BuildVariable>();
        foreach (var section in build.Sections("env"))
        {
            var name = section.RequiredString("name");
            if (name.AsSpan().IndexOfAny("/=\0.") >= 0)
            {
                section.Problem("name", $"is '{name}': the name of a variable must not contain '/', '=' or '.'");
            }
            else if (name.Length > 0 && VariableName.ProblemOf(name) is { } problem)
            {
                section.Problem("name", $"is '{name}': {problem}");
            }

            var variable = new BuildVariable(
                name, section.String("value") ?? "", ReadSuffix(section), section.String("delim") is { Length: > 0 } delimiter ? delimiter : null);
            if (variable is { Suffix: BuildVariableSuffix.Append or BuildVariableSuffix.Prepend, Delimiter: null })
            {
                section.Problem("delim", "is missing: append and prepend need a delimiter");
            }

            if (variable.Value.Length == 0)
            {
                warnings.Add($"The build variable '{name}' has an empty value.");
            }

            if (variables.RemoveAll(other => other.Name == name && other.Suffix == variable.Suffix) > 0)
            {
                warnings.Add($"The build variable '{name}' is set twice; the later value is used.");
            }

            if (section.Strings("exec-env").Count > 0)
            {
                warnings.Add($"The build variable '{name}' is set in all execution environments: 'exec-env' of a builder variable is not supported.");
            }

            variables.Add(variable);
        }

        return variables;
    }

    private static BuildVariableSuffix? ReadSuffix(TomlSection section)
    {
        switch (section.String("suffix"))
        {
            case null or "":
                return null;
            case "default":
                return BuildVariableSuffix.Default;
            case "override":
                return BuildVariableSuffix.Override;
            case "append":
                return BuildVariableSuffix.Append;
            case "prepend":
                return BuildVariableSuffix.Prepend;
            case var other:
                section.Problem("suffix", $"is '{other}': it must be one of default, override, append and prepend");
                return null;
        }
    }
}
