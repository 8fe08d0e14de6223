using System.Management.Automation;
using Buildpacks.Builds;
using Buildpacks.Builds.Explaining;
using Buildpacks.Engines.Location;

namespace Buildpacks.Commands;

/// <summary>Shows what a build of an app would use, and where each value comes from. Nothing runs, and nothing is pulled.</summary>
[Cmdlet(VerbsDiagnostic.Test, "PackProject", DefaultParameterSetName = PathSet, HelpUri = OnlineHelp.Address)]
[OutputType(typeof(PackProjectReport), typeof(bool))]
public sealed class TestPackProjectCommand : BuildCmdlet
{
    /// <summary>Returns true when a build would start, otherwise false. The report is not returned.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    private protected override bool NamesImageAfterPath => true;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        BuildRequest request;
        try
        {
            request = CreateRequest();
        }
        catch (PackException failure)
        {
            WriteFailure(failure, ImageName.Length > 0 ? ImageName : InputObject?.Path);
            return;
        }

        foreach (var platform in Platforms.Length == 0 ? new string?[] { null } : Platforms)
        {
            Test(request with { Platform = platform });
        }
    }

    private void Test(BuildRequest request)
    {
        try
        {
            var engine = RequestFor(EngineFor(request.Platform), calls: null);
            if (TryRun((sink, cancellationToken) => TestAsync(request, engine, sink, cancellationToken), request.ImageName, out var report))
            {
                WriteObject(Quiet ? report!.IsValid : report);
            }
        }
        catch (PackException failure)
        {
            WriteFailure(failure, request.ImageName);
        }
    }

    /// <summary>What needs no engine is tested without one.</summary>
    private static async Task<PackProjectReport> TestAsync(BuildRequest request, EngineRequest engine, IPackSink sink, CancellationToken cancellationToken)
    {
        LocatedEngine located;
        try
        {
            located = await EngineLocator.ForSink(sink).OpenAsync(engine, cancellationToken);
        }
        catch (PackException failure)
        {
            return await ProjectTest.RunAsync(request, engine: null, engine.Parameter?.Kind ?? default, failure, sink, cancellationToken);
        }

        await using (located)
        {
            return await ProjectTest.RunAsync(request, located.Engine, located.Engine.Kind, noEngine: null, sink, cancellationToken);
        }
    }
}
