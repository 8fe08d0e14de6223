using System.Management.Automation;
using Buildpacks.Engines.Location;

namespace Buildpacks.Commands;

/// <summary>Shows the container engine that this session's cmdlets use, or every engine there is.</summary>
[Cmdlet(VerbsCommon.Get, "PackEngine", DefaultParameterSetName = SessionSet, HelpUri = OnlineHelp.Address)]
[OutputType(typeof(PackEngine))]
public sealed class GetPackEngineCommand : EngineCmdlet
{
    private const string SessionSet = "Session";
    private const string AvailableSet = "ListAvailable";

    /// <summary>Every engine that was found, with what it says or why it does not answer. The one in use is marked.</summary>
    [Parameter(Mandatory = true, ParameterSetName = AvailableSet)]
    public SwitchParameter ListAvailable { get; set; }

    /// <summary>Asks for the storage driver and the like too, which costs podman most of a second.</summary>
    [Parameter]
    public SwitchParameter Detailed { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var request = CreateEngineRequest();
        if (!ListAvailable)
        {
            WriteObject(Run((sink, cancellationToken) => SessionEngineQuery.AskAsync(request, Detailed, sink, cancellationToken)));
            return;
        }

        var engines = Run((sink, cancellationToken) => EngineLocator.ForSink(sink).ListAvailableAsync(request, Detailed, cancellationToken));
        foreach (var engine in engines.Where(engine => Engine is null || engine.Engine == Engine))
        {
            WriteObject(engine);
        }
    }
}
