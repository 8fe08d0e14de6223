using System.Collections;
using System.Management.Automation;
using Buildpacks.Commands.Completion;

namespace Buildpacks.Commands;

/// <summary>Creates an index of images for several platforms, on this machine or directly in its registry.</summary>
[Cmdlet(VerbsCommon.New, "PackManifest", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low, HelpUri = OnlineHelp.Address)]
[OutputType(typeof(PackManifest), typeof(PackManifestPublication))]
public sealed class NewPackManifestCommand : ManifestImageCmdlet
{
    /// <summary>The images in their registries.</summary>
    [Parameter(Position = 1, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("ImageName")]
    [ImageNameTransformation]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(Completion.ImageNameCompleter))]
    public string[] Image { get; set; } = [];

    /// <summary>The format. The default is Oci.</summary>
    [Parameter]
    [CellTransformation(Type = typeof(PackManifestFormat))]
    public PackManifestFormat Format { get; set; }

    /// <summary>Annotations of the index.</summary>
    [Parameter]
    [AnnotationTransformation]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(NewValueCompleter))]
    public IDictionary? Annotation { get; set; }

    /// <summary>Creates the index in the registry that its name begins with. Nothing is kept on this machine.</summary>
    [Parameter]
    public SwitchParameter Publish { get; set; }

    /// <summary>Replaces an index of this machine.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => Take(Image);

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (Addition(null) is not { } addition || !ShouldProcess(Name, Publish ? "Create the index in its registry" : "Create the index"))
        {
            return;
        }

        var (annotations, format, force) = (SetAnnotations(Annotation), Format, (bool)Force);
        if (Publish)
        {
            if (TryRunOnIndexes([Name, .. Images], (indexes, token) => indexes.CreatePublishedAsync(Name, format, addition, annotations, token), Name, out var publication))
            {
                WriteObject(publication);
            }
        }
        else if (TryRunOnIndexes(Images, (indexes, token) => indexes.CreateAsync(Name, format, addition, annotations, force, token), Name, out var index))
        {
            WriteObject(index);
        }
    }
}
