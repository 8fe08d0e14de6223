using System.Management.Automation;
using Buildpacks.Commands.Completion;

namespace Buildpacks.Commands;

/// <summary>Publishes indexes of this machine to registries, with the images that a registry does not have.</summary>
[Cmdlet(VerbsData.Publish, "PackManifest", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium, HelpUri = OnlineHelp.Address)]
[OutputType(typeof(PackManifestPublication))]
public sealed class PublishPackManifestCommand : ManifestCmdlet
{
    /// <summary>The names of the indexes.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ImageNameTransformation]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ManifestNameCompleter))]
    public string[] Name { get; set; } = [];

    /// <summary>The names in registries. The default is the name of the index.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NewValueCompleter))]
    public string[] Destination { get; set; } = [];

    /// <summary>The format. The default is the format that the index was created in; Oci for an index of pack.</summary>
    [Parameter]
    [CellTransformation(Type = typeof(PackManifestFormat))]
    public PackManifestFormat? Format { get; set; }

    /// <summary>Removes the index from this machine after it was published.</summary>
    [Parameter]
    public SwitchParameter Purge { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        string[] destinations = Plain(Destination);
        foreach (var name in Name)
        {
            if (ShouldProcess(name, destinations.Length > 0 ? $"Publish the index as {string.Join(", ", destinations)}" : "Publish the index")
                && TryRunOnIndexes(
                    [name, .. destinations], (indexes, token) => indexes.PublishAsync(name, destinations, Format, Purge, token), name, out var publication))
            {
                WriteObject(publication);
            }
        }
    }
}
