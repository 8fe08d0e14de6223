using System.Collections;
using System.Management.Automation;
using Buildpacks.Commands.Completion;

namespace Buildpacks.Commands;

/// <summary>Adds images to an index of this machine, or to an index in its registry.</summary>
[Cmdlet(VerbsCommon.Add, "PackManifest", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low, HelpUri = OnlineHelp.Address)]
[OutputType(typeof(PackManifest))]
public sealed class AddPackManifestCommand : ManifestImageCmdlet
{
    /// <summary>The images in their registries.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("ImageName")]
    [ImageNameTransformation]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(Completion.ImageNameCompleter))]
    public string[] Image { get; set; } = [];

    /// <summary>Annotations of the images.</summary>
    [Parameter]
    [AnnotationTransformation]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(NewValueCompleter))]
    public IDictionary? Annotation { get; set; }

    /// <summary>Returns the index.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>Changes the index in the registry of its name, and none of this machine. A name such as registry:NAME does the same.</summary>
    [Parameter]
    public SwitchParameter Registry { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => Take(Image);

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var (name, isInRegistry) = Located(Name, Registry);
        if (Images.Count > 0 && Addition(Annotation) is { } addition
            && ShouldProcess(name, $"Add {string.Join(", ", Images)} to the index{(isInRegistry ? " in its registry" : "")}")
            && TryRunOnIndexes(
                isInRegistry ? Images.Append(name) : Images,
                (indexes, token) => isInRegistry ? indexes.AddPublishedAsync(name, addition, token) : indexes.AddAsync(name, addition, token), name, out var index)
            && PassThru)
        {
            WriteObject(index);
        }
    }
}
