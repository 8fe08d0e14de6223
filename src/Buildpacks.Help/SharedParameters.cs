using System.Text;
using System.Text.RegularExpressions;

namespace Buildpacks.Help;

/// <summary>
/// Copies syntax and parameters of Invoke-PackBuild to the page of Test-PackProject, which takes the same parameters. The page keeps the
/// parameters that it has beside them.
/// </summary>
internal static partial class SharedParameters
{
    private const string Source = "Invoke-PackBuild";
    private const string Target = "Test-PackProject";
    private const int Width = 118;

    /// <summary>Parameters that a cmdlet has because it changes something.</summary>
    private static readonly string[] NotShared = ["Confirm", "WhatIf"];

    /// <summary>Parameters of the target alone, with how its syntax has them.</summary>
    private static readonly (string Name, string Syntax)[] Own = [("Quiet", "[-Quiet]")];

    /// <summary>Copies them.</summary>
    /// <param name="docs">The folder of the pages.</param>
    public static void Copy(string docs)
    {
        var source = File.ReadAllText(Path.Combine(docs, Source + ".md"));
        var path = Path.Combine(docs, Target + ".md");
        var target = File.ReadAllText(path);
        var parameters = Parameters(source).Where(parameter => !NotShared.Contains(parameter.Key))
            .Concat(Parameters(target).Where(parameter => Own.Any(own => own.Name == parameter.Key)))
            .OrderBy(parameter => parameter.Key, StringComparer.Ordinal).Select(parameter => parameter.Value);
        var common = Section(target, "PARAMETERS");
        var rest = common[common.IndexOf("### CommonParameters", StringComparison.Ordinal)..];
        target = target.Replace(Section(target, "SYNTAX"), Syntax(Section(source, "SYNTAX")), StringComparison.Ordinal);
        target = target.Replace(common, "## PARAMETERS\n\n" + string.Concat(parameters) + rest, StringComparison.Ordinal);
        File.WriteAllText(path, target);
    }

    /// <summary>A section from its heading to the next.</summary>
    private static string Section(string page, string name)
    {
        var begin = page.IndexOf($"## {name}\n", StringComparison.Ordinal);
        var end = begin < 0 ? -1 : NextSection().Match(page, begin + 3) is { Success: true } next ? next.Index + 1 : page.Length;
        return end < 0 ? throw new FormatException($"a page has no section {name}") : page[begin..end];
    }

    private static Dictionary<string, string> Parameters(string page) =>
        Parameter().Matches(Section(page, "PARAMETERS")).ToDictionary(match => match.Groups[1].Value, match => match.Value, StringComparer.Ordinal);

    private static string Syntax(string section) => Code().Replace(section, match =>
    {
        var text = Regex.Replace(match.Groups[1].Value.Replace(Source, Target, StringComparison.Ordinal), @"\n ", " ");
        foreach (var name in NotShared)
        {
            text = text.Replace($" [-{name}]", "", StringComparison.Ordinal);
        }

        var own = string.Concat(Own.Select(parameter => parameter.Syntax + " "));
        return $"```\n{Wrapped(text.Replace("[-Descriptor ", own + "[-Descriptor ", StringComparison.Ordinal))}\n```";
    });

    private static string Wrapped(string text)
    {
        var lines = new StringBuilder();
        var length = 0;
        foreach (Match part in Part().Matches(text))
        {
            if (length > 0 && length + 1 + part.Length > Width)
            {
                lines.Append('\n');
                length = 0;
            }

            if (lines.Length > 0)
            {
                lines.Append(' ');
            }

            lines.Append(part.Value);
            length += part.Length + 1;
        }

        return lines.ToString();
    }

    [GeneratedRegex(@"\n## [A-Z]")]
    private static partial Regex NextSection();

    [GeneratedRegex(@"^### -(\w+)\n.*?(?=^### )", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Parameter();

    [GeneratedRegex(@"```\n(.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex Code();

    /// <summary>A word, a parameter with its value, or either in brackets.</summary>
    [GeneratedRegex(@"\[\[[^ ]+\] <[^>]+>\]|\[[^ \]]+ <[^>]+>\]|\[[^\]]+\]|-\w+ <[^>]+>|[^ ]+")]
    private static partial Regex Part();
}
