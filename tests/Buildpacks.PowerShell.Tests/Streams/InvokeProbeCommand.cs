using System.Management.Automation;

namespace Buildpacks.Commands.Tests.Streams;

/// <summary>A cmdlet of the tests: runs what a test gives it through the module's base class.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "Probe")]
public sealed class InvokeProbeCommand : PackCmdlet
{
    [Parameter(Mandatory = true, Position = 0)]
    public required Func<IPackSink, CancellationToken, Task<string>> Work { get; set; }

    [Parameter(ValueFromPipeline = true)]
    public string? Item { get; set; }

    [Parameter]
    public SwitchParameter PerItem { get; set; }

    protected override void ProcessRecord()
    {
        if (!PerItem)
        {
            WriteObject(Run(Work, Item));
        }
        else if (TryRun(Work, Item, out var result))
        {
            WriteObject(result);
        }
    }
}
