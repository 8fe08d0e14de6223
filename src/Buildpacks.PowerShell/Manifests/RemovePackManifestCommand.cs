using System.Management.Automation;
using Buildpacks.Commands.Completion;

namespace Buildpacks.Commands;

/// <summary>Removes indexes from this machine, or images from an index of this machine. Registries are not changed.</summary>
[Cmdlet(VerbsCommon.Remove, "PackManifest", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium, HelpUri = OnlineHelp.Address)]
[OutputType(typeof(PackManifest))]
public sealed class RemovePackManifestCommand : ManifestCmdlet
{
    /// <summary>The names of the indexes.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ImageNameTransformation]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ManifestNameCompleter))]
    public string[] Name { get; set; } = [];

    /// <summary>The images that are removed from the index: digests, platforms such as <c>linux/arm64</c>, or names. Without images, the index is removed.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string[] Image { get; set; } = [];

    /// <summary>Returns the removed index as it was before; with -Image, the index without the images.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var images = Plain(Image);
        foreach (var name in Name)
        {
            if (ShouldProcess(name, images.Length > 0 ? $"Remove {string.Join(", ", images)} from the index" : "Remove the index from this machine")
                && TryRunOnIndexes(
                    images, async (indexes, token) => images.Length > 0 ? await indexes.RemoveImagesAsync(name, images, token) : indexes.Remove(name), name, out var index)
                && PassThru && index is not null)
            {
                WriteObject(index);
            }
        }
    }
}
