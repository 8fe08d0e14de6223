using System.Management.Automation;
using Buildpacks.Engines.Location;

namespace Buildpacks.Commands;

/// <summary>Gets the container engine of this session, or all container engines.</summary>
[Cmdlet(VerbsCommon.Get, "PackEngine", DefaultParameterSetName = SessionSet, HelpUri = OnlineHelp.Address)]
[OutputType(typeof(PackEngine))]
public sealed class GetPackEngineCommand : EngineCmdlet
{
    private const string SessionSet = "Session";
    private const string AvailableSet = "ListAvailable";

    /// <summary>Lists every engine that was found, with its version or the reason why it does not answer. The engine in use is marked.</summary>
    [Parameter(Mandatory = true, ParameterSetName = AvailableSet)]
    public SwitchParameter ListAvailable { get; set; }

    /// <summary>Also returns details such as the storage driver. podman needs almost a second for them.</summary>
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
