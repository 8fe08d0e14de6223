using System.Collections;
using System.Management.Automation;

namespace Buildpacks.Commands;

/// <summary>Adds images to an index of this machine.</summary>
[Cmdlet(VerbsCommon.Add, "PackManifest", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low, HelpUri = OnlineHelp.Address)]
[OutputType(typeof(PackManifest))]
public sealed class AddPackManifestCommand : ManifestImageCmdlet
{
    /// <summary>The images in their registries.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("ImageName")]
    [ImageNameTransformation]
    [ValidateNotNullOrEmpty]
    public string[] Image { get; set; } = [];

    /// <summary>Annotations of the images.</summary>
    [Parameter]
    [AnnotationTransformation]
    [ValidateNotNull]
    public IDictionary? Annotation { get; set; }

    /// <summary>Returns the index.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => Take(Image);

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (Images.Count > 0 && Addition(Annotation) is { } addition
            && ShouldProcess(Name, $"Add {string.Join(", ", Images)} to the index")
            && TryRunOnIndexes(Images, (indexes, token) => indexes.AddAsync(Name, addition, token), Name, out var index)
            && PassThru)
        {
            WriteObject(index);
        }
    }
}
