using System.Management.Automation;
using Buildpacks.Help;

namespace Buildpacks.Commands.Tests.Help;

/// <summary>What a page says of a parameter in one parameter set, and what is so.</summary>
internal sealed record ParameterFacts(
    string Name, string Type, string Aliases, string AcceptedValues, bool Required, string Position, string Default, string Pipeline, bool Wildcards)
{
    public static ParameterFacts Of(ParameterPage page) => new(
        page.Name, page.Type, string.Join(", ", page.Aliases), string.Join(", ", page.AcceptedValues), page.Required, page.Position, page.Default,
        page.Pipeline, page.Wildcards);

    public static ParameterFacts Of(CmdletInfo cmdlet, CommandParameterInfo parameter)
    {
        var type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
        return new ParameterFacts(
            parameter.Name,
            type.Name,
            string.Join(", ", parameter.Aliases),
            AcceptedBy(type, parameter),
            parameter.IsMandatory,
            parameter.Position < 0 ? "Named" : $"{parameter.Position}",
            DefaultOf(cmdlet, parameter),
            PipelineOf(parameter),
            Property(cmdlet, parameter)?.IsDefined(typeof(SupportsWildcardsAttribute), inherit: true) ?? false);
    }

    private static string AcceptedBy(Type type, CommandParameterInfo parameter) => string.Join(", ", type.IsEnum
        ? Enum.GetNames(type)
        : parameter.Attributes.OfType<ValidateSetAttribute>().SelectMany(set => set.ValidValues));

    private static string PipelineOf(CommandParameterInfo parameter) => (parameter.ValueFromPipelineByPropertyName, parameter.ValueFromPipeline) switch
    {
        (true, true) => "True (ByPropertyName, ByValue)",
        (true, false) => "True (ByPropertyName)",
        (false, true) => "True (ByValue)",
        _ => "False",
    };

    /// <summary>The value of the property of a new cmdlet; -WhatIf and -Confirm have no property.</summary>
    private static string DefaultOf(CmdletInfo cmdlet, CommandParameterInfo parameter)
    {
        if (parameter.ParameterType == typeof(SwitchParameter))
        {
            return "False";
        }

        using var fresh = (IDisposable)Activator.CreateInstance(cmdlet.ImplementingType)!;
        return Property(cmdlet, parameter)!.GetValue(fresh) switch
        {
            null or "" or Array { Length: 0 } => "None",
            var value => $"{value}",
        };
    }

    private static System.Reflection.PropertyInfo? Property(CmdletInfo cmdlet, CommandParameterInfo parameter) =>
        cmdlet.ImplementingType.GetProperty(parameter.Name);
}
