using System.Xml.Linq;

namespace Buildpacks.Help;

/// <summary>Writes pages as MAML, the XML that Get-Help reads.</summary>
internal static class MamlWriter
{
    private static readonly XNamespace Root = "http://msh";
    private static readonly XNamespace Maml = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace Command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace Dev = "http://schemas.microsoft.com/maml/dev/2004/10";

    public static XDocument Write(IEnumerable<CommandPage> pages) => new(
        new XDeclaration("1.0", "utf-8", null),
        new XElement(
            Root + "helpItems",
            new XAttribute("schema", "maml"),
            new XAttribute(XNamespace.Xmlns + "maml", Maml),
            new XAttribute(XNamespace.Xmlns + "command", Command),
            new XAttribute(XNamespace.Xmlns + "dev", Dev),
            pages.Select(WriteCommand)));

    private static XElement WriteCommand(CommandPage page)
    {
        var dash = page.Name.IndexOf('-', StringComparison.Ordinal);
        return new XElement(
            Command + "command",
            new XElement(
                Command + "details",
                new XElement(Command + "name", page.Name),
                new XElement(Command + "verb", page.Name[..dash]),
                new XElement(Command + "noun", page.Name[(dash + 1)..]),
                new XElement(Maml + "description", Paragraphs([page.Synopsis]))),
            new XElement(Maml + "description", Paragraphs(page.Description)),
            new XElement(Command + "syntax", page.Syntax.Select(s => WriteSyntax(page, s))),
            new XElement(Command + "parameters", page.Parameters.DistinctBy(p => p.Name).Select(p => WriteParameter(p, inSyntax: false))),
            new XElement(Command + "inputTypes", page.Inputs.Select(t => WriteType("inputType", t))),
            new XElement(Command + "returnValues", page.Outputs.Select(t => WriteType("returnValue", t))),
            new XElement(Maml + "alertSet", new XElement(Maml + "alert", Paragraphs(page.Notes))),
            new XElement(Command + "examples", page.Examples.Select(WriteExample)),
            new XElement(
                Command + "relatedLinks",
                page.OnlineVersion.Length == 0 ? null : WriteLink(new LinkPage("Online Version:", page.OnlineVersion)),
                page.Links.Select(WriteLink)));
    }

    private static IEnumerable<XElement> Paragraphs(IEnumerable<string> texts) =>
        texts.Select(t => new XElement(Maml + "para", t));

    private static XElement WriteSyntax(CommandPage page, SyntaxPage syntax) => new(
        Command + "syntaxItem",
        new XElement(Maml + "name", page.Name),
        page.Parameters
            .Where(p => p.IsIn(syntax.Set))
            .OrderBy(p => int.TryParse(p.Position, out var position) ? position : int.MaxValue)
            .ThenByDescending(p => p.Required)
            .Select(p => WriteParameter(p, inSyntax: true)));

    private static XElement WriteParameter(ParameterPage parameter, bool inSyntax)
    {
        var isSwitch = parameter.Type == "SwitchParameter";
        return new XElement(
            Command + "parameter",
            new XAttribute("required", Lower(parameter.Required)),
            new XAttribute("variableLength", Lower(parameter.Type.EndsWith("[]", StringComparison.Ordinal))),
            new XAttribute("globbing", Lower(parameter.Wildcards)),
            new XAttribute("pipelineInput", parameter.Pipeline),
            new XAttribute("position", parameter.Position.ToLowerInvariant()),
            new XAttribute("aliases", parameter.Aliases.Count == 0 ? "none" : string.Join(", ", parameter.Aliases)),
            new XElement(Maml + "name", parameter.Name),
            new XElement(Maml + "description", Paragraphs(parameter.Description)),
            inSyntax && parameter.AcceptedValues.Count > 0
                ? new XElement(
                    Command + "parameterValueGroup",
                    parameter.AcceptedValues.Select(v => new XElement(
                        Command + "parameterValue",
                        new XAttribute("required", "false"),
                        new XAttribute("variableLength", "false"),
                        v)))
                : null,
            inSyntax && isSwitch
                ? null
                : new XElement(
                    Command + "parameterValue",
                    new XAttribute("required", Lower(!isSwitch)),
                    new XAttribute("variableLength", "false"),
                    parameter.Type),
            new XElement(Dev + "type", new XElement(Maml + "name", parameter.Type), new XElement(Maml + "uri")),
            new XElement(Dev + "defaultValue", parameter.Default));
    }

    private static XElement WriteType(string element, TypePage type) => new(
        Command + element,
        new XElement(Dev + "type", new XElement(Maml + "name", type.Name)),
        new XElement(Maml + "description", Paragraphs(type.Description)));

    private static XElement WriteExample(ExamplePage example) => new(
        Command + "example",
        new XElement(Maml + "title", example.Title),
        new XElement(Dev + "code", example.Output.Length == 0 ? example.Code : $"{example.Code}\n\n{example.Output}"),
        new XElement(Dev + "remarks", Paragraphs(example.Remarks)));

    private static XElement WriteLink(LinkPage link) => new(
        Maml + "navigationLink",
        new XElement(Maml + "linkText", link.Text),
        new XElement(Maml + "uri", link.Address.Contains("://", StringComparison.Ordinal) ? link.Address : ""));

    private static string Lower(bool value) => value ? "true" : "false";
}
