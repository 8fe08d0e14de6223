using System.Management.Automation;

namespace Buildpacks.Commands.Tests.Streams;

/// <summary>A cmdlet of the tests: shows what the module's base class makes of a path.</summary>
[Cmdlet(VerbsDiagnostic.Resolve, "Probe")]
public sealed class ResolveProbeCommand : PackCmdlet
{
    [Parameter(Position = 0)]
    public string? Path { get; set; }

    [Parameter]
    public string? LiteralPath { get; set; }

    protected override void ProcessRecord()
    {
        if (Path is not null)
        {
            try
            {
                WriteObject(SessionPaths.Matching(SessionState, Path), enumerateCollection: true);
            }
            catch (PackException failure)
            {
                WriteFailure(failure, Path);
            }
        }

        if (LiteralPath is not null)
        {
            WriteObject(ResolveLiteralPath(LiteralPath));
        }
    }
}
