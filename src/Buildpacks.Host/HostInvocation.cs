using System.Management.Automation.Language;
using System.Text.RegularExpressions;

namespace Buildpacks.Host;

/// <summary>What the command line asks for, as PowerShell text: a call of a script file with arguments, or a command.</summary>
/// <param name="Text">The text to run.</param>
internal sealed partial record HostInvocation(string Text)
{
    public const string Usage = """
        Usage: pshost FILE.ps1 [ARGUMENT | -Name VALUE | -Switch | -Name:VALUE]...
               pshost -Command TEXT
        """;

    /// <summary>Whether the text is PowerShell at all.</summary>
    public bool IsValid
    {
        get
        {
            Parser.ParseInput(Text, out _, out var errors);
            return errors is [];
        }
    }

    /// <summary>Reads a command line.</summary>
    /// <returns>What to run, or why nothing can be run.</returns>
    public static (HostInvocation? Invocation, string? Problem) Parse(IReadOnlyList<string> args)
    {
        switch (args)
        {
            case []:
                return (null, "pshost needs a script.");
            case ["-Command" or "-c"]:
                return (null, "-Command needs a text.");
            case ["-Command" or "-c", ..]:
                return (new HostInvocation(string.Join(' ', args.Skip(1))), null);
            case ["-File" or "-f"]:
                return (null, "-File needs a script.");
            case ["-File" or "-f", ..]:
                args = [.. args.Skip(1)];
                break;
        }

        var path = Path.GetFullPath(args[0]);
        return File.Exists(path)
            ? (new HostInvocation($"& {Quoted(path)} {string.Join(' ', args.Skip(1).Select(Argument))}"), null)
            : (null, $"There is no script '{args[0]}'.");
    }

    /// <summary>
    /// A parameter's name stays a bare word, so that PowerShell decides by the parameter's type whether the next argument is its
    /// value; everything else is a string, whatever is in it.
    /// </summary>
    private static string Argument(string argument)
    {
        var match = ParameterPattern().Match(argument);
        if (!match.Success)
        {
            return Quoted(argument);
        }

        var value = match.Groups["value"];
        return match.Groups["name"].Value + (value.Success ? ":" + Value(value.Value) : "");
    }

    private static string Value(string text) => text.ToUpperInvariant() is "$TRUE" or "$FALSE" ? text : Quoted(text);

    private static string Quoted(string text) => $"'{CodeGeneration.EscapeSingleQuotedStringContent(text)}'";

    [GeneratedRegex(@"^(?<name>-[A-Za-z_]\w*)(:(?<value>.*))?\z", RegexOptions.Singleline)]
    private static partial Regex ParameterPattern();
}
