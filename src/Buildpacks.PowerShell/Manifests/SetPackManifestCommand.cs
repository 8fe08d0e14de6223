using System.Collections;
using System.Management.Automation;
using Buildpacks.Commands.Completion;
using Buildpacks.Stores.Indexes;

namespace Buildpacks.Commands;

/// <summary>Changes the platform and the annotations of images in an index of this machine or of a registry, or the annotations of the index.</summary>
[Cmdlet(VerbsCommon.Set, "PackManifest", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low, HelpUri = OnlineHelp.Address)]
[OutputType(typeof(PackManifest))]
public sealed class SetPackManifestCommand : ManifestCmdlet
{
    /// <summary>The name of the index.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [CellTransformation(IsRequired = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ManifestNameCompleter))]
    public string Name { get; set; } = "";

    /// <summary>The images: digests, platforms such as <c>linux/arm64</c>, or names. Without images, the annotations of the index are changed.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NewValueCompleter))]
    public string[] Image { get; set; } = [];

    /// <summary>The operating system of the images.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(PlatformPartCompleter))]
    public string? Os { get; set; }

    /// <summary>The architecture of the images.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(PlatformPartCompleter))]
    public string? Architecture { get; set; }

    /// <summary>The variant of the architecture; an empty string removes it.</summary>
    [Parameter]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(PlatformPartCompleter))]
    public string? Variant { get; set; }

    /// <summary>Annotations. A value of $null removes an annotation.</summary>
    [Parameter]
    [AnnotationTransformation]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(NewValueCompleter))]
    public IDictionary? Annotation { get; set; }

    /// <summary>Returns the index.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>Changes the index in the registry of its name, and none of this machine. A name such as registry:NAME does the same.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [InRegistryTransformation]
    public SwitchParameter Registry { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        var hasPlatform = Os is not null || Architecture is not null || MyInvocation.BoundParameters.ContainsKey(nameof(Variant));
        if (!hasPlatform && Annotation is null)
        {
            ThrowFailure(new PackException(PackErrorIds.ManifestChangeMissing, PackErrorKind.InvalidInput, "Nothing was specified to change.")
            {
                RecommendedAction = "Use -Os, -Architecture, -Variant or -Annotation.",
            });
        }

        if (hasPlatform && Image.Length == 0)
        {
            ThrowFailure(new PackException(PackErrorIds.ManifestChangeMissing, PackErrorKind.InvalidInput, "An index has no platform: no image was specified.")
            {
                RecommendedAction = "Specify the images with -Image.",
            });
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var change = new ManifestChange
        {
            Images = Plain(Image),
            Os = Os,
            Architecture = Architecture,
            Variant = MyInvocation.BoundParameters.ContainsKey(nameof(Variant)) ? Variant : null,
            Annotations = Annotations(Annotation),
        };
        var (name, isInRegistry) = Located(Name, Registry);
        var where = isInRegistry ? " in its registry" : "";
        if (ShouldProcess(name, Image.Length > 0 ? $"Change {string.Join(", ", Image)} in the index{where}" : $"Change the annotations of the index{where}")
            && TryRunOnIndexes(
                isInRegistry ? change.Images.Append(name) : change.Images,
                (indexes, token) => isInRegistry ? indexes.ChangePublishedAsync(name, change, token) : indexes.ChangeAsync(name, change, token), name, out var index)
            && PassThru)
        {
            WriteObject(index);
        }
    }
}
