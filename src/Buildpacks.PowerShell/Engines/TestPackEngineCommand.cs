using System.Management.Automation;
using Buildpacks.Diagnosis;

namespace Buildpacks.Commands;

/// <summary>Checks whether builds will work on an engine, and says what to do where they will not.</summary>
[Cmdlet(VerbsDiagnostic.Test, "PackEngine", HelpUri = OnlineHelp.Address)]
[OutputType(typeof(PackEngineCheck), typeof(bool))]
public sealed class TestPackEngineCommand : EngineCmdlet
{
    /// <summary>Registries at which your login is tried; a part of one, such as example.org/team, will do. No secret is shown.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] Registry { get; set; } = [];

    /// <summary>How long each check may take.</summary>
    [Parameter]
    [ValidateRange(1, 3600)]
    public int TimeoutSeconds { get; set; } = 30;

    /// <summary>Gives true when no check failed, else false, in the place of the checks.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var request = new CheckupRequest
        {
            Engine = CreateEngineRequest(),
            Registries = Registry,
            Limit = TimeSpan.FromSeconds(TimeoutSeconds),
        };
        var healthy = true;
        RunEach(
            (sink, cancellationToken) => EngineDoctor.ForSink(sink).RunAsync(request, cancellationToken),
            check =>
            {
                healthy &= check.Result != PackEngineCheckResult.Failed;
                if (!Quiet)
                {
                    WriteObject(check);
                }
            });
        if (Quiet)
        {
            WriteObject(healthy);
        }
    }
}
