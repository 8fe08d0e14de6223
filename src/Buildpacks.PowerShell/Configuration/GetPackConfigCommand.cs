using System.Management.Automation;
using Buildpacks.Configuration;
using Buildpacks.Engines.Location;

namespace Buildpacks.Commands;

/// <summary>Gets the user's configuration, which is shared with pack.</summary>
[Cmdlet(VerbsCommon.Get, "PackConfig", HelpUri = OnlineHelp.Address)]
[OutputType(typeof(PackConfig))]
public sealed class GetPackConfigCommand : PackCmdlet
{
    /// <inheritdoc/>
    protected override void ProcessRecord() =>
        WriteObject(Run((_, _) => Task.FromResult(new EngineSettingsFile(EngineEnvironment.Current()).ReadConfig())));
}
