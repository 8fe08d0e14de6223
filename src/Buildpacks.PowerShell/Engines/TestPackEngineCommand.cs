using System.Management.Automation;
using Buildpacks.Diagnosis;

namespace Buildpacks.Commands;

/// <summary>Checks whether an engine can run builds, and shows how to fix problems.</summary>
[Cmdlet(VerbsDiagnostic.Test, "PackEngine", HelpUri = OnlineHelp.Address)]
[OutputType(typeof(PackEngineCheck), typeof(bool))]
public sealed class TestPackEngineCommand : EngineCmdlet
{
    /// <summary>Registries to log in to, or parts of a registry such as example.org/team. No secret is shown.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(Completion.NewValueCompleter))]
    public string[] Registry { get; set; } = [];

    /// <summary>The maximum duration of each check.</summary>
    [Parameter]
    [ValidateRange(1, 3600)]
    [ArgumentCompleter(typeof(Completion.NewValueCompleter))]
    public int TimeoutSeconds { get; set; } = 30;

    /// <summary>Returns true when no check failed, otherwise false. The checks are not returned.</summary>
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
