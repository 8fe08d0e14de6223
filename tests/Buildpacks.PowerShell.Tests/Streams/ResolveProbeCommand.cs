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
            WriteObject(ResolvePath(Path), enumerateCollection: true);
        }

        if (LiteralPath is not null)
        {
            WriteObject(ResolveLiteralPath(LiteralPath));
        }
    }
}
