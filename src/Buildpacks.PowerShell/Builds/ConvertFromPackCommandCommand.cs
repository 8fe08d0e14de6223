using System.Management.Automation;
using Buildpacks.PackCommands;

namespace Buildpacks.Commands;

/// <summary>Writes commands of pack as commands of this module. Nothing is run.</summary>
[Cmdlet(VerbsData.ConvertFrom, "PackCommand", DefaultParameterSetName = CommandSet, HelpUri = OnlineHelp.Address)]
[OutputType(typeof(PackCommandConversion), ParameterSetName = [CommandSet])]
[OutputType(typeof(PackCommandFlag), ParameterSetName = [ListSet])]
public sealed class ConvertFromPackCommandCommand : PackCmdlet
{
    private const string CommandSet = "Command";
    private const string ListSet = "ListAvailable";

    private readonly List<string> _lines = [];

    /// <summary>The command of pack as a Unix shell takes it. A line that ends with a backslash continues with the next string.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = CommandSet)]
    [AllowEmptyString]
    [ArgumentCompleter(typeof(Completion.NewValueCompleter))]
    public string[] Command { get; set; } = [];

    /// <summary>Lists the commands of pack that can be converted, with their flags and the parameters that they become.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ListSet)]
    public SwitchParameter ListAvailable { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == ListSet)
        {
            WriteObject(PackCommandConverter.List(), enumerateCollection: true);
            return;
        }

        foreach (var line in Command.SelectMany(command => command.Split('\n')).Select(line => line.TrimEnd('\r')))
        {
            _lines.Add(line);
            if (!line.EndsWith('\\'))
            {
                Convert();
            }
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing() => Convert();

    private void Convert()
    {
        var line = string.Join('\n', _lines);
        _lines.Clear();
        try
        {
            if (PackCommandConverter.Convert(line.TrimEnd('\\')) is { } conversion)
            {
                WriteObject(conversion);
            }
        }
        catch (PackException failure)
        {
            WriteFailure(failure, line);
        }
    }
}
