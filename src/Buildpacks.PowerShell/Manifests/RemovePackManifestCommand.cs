using System.Management.Automation;
using Buildpacks.Commands.Completion;
using Buildpacks.Stores.Indexes;

namespace Buildpacks.Commands;

/// <summary>Removes indexes from this machine, or images from an index of this machine. With -Registry, removes them from an index in its registry, or its tag.</summary>
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
    [ArgumentCompleter(typeof(NewValueCompleter))]
    public string[] Image { get; set; } = [];

    /// <summary>Returns the removed index as it was before; with -Image, the index without the images.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>Changes the index in the registry of its name, and none of this machine. A name such as registry:NAME does the same.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [InRegistryTransformation]
    public SwitchParameter Registry { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var images = Plain(Image);
        foreach (var (name, isInRegistry) in Name.Select(name => Located(name, Registry)))
        {
            var place = isInRegistry ? "its registry" : "this machine";
            if (ShouldProcess(name, images.Length > 0 ? $"Remove {string.Join(", ", images)} from the index{(isInRegistry ? " in its registry" : "")}" : $"Remove the index from {place}")
                && TryRunOnIndexes(
                    isInRegistry ? images.Append(name) : images, (indexes, token) => RemoveAsync(indexes, name, isInRegistry, images, token), name, out var index)
                && PassThru && index is not null)
            {
                WriteObject(index);
            }
        }
    }

    private static async Task<PackManifest?> RemoveAsync(ManifestIndexes indexes, string name, bool isInRegistry, string[] images, CancellationToken cancellationToken) =>
        (isInRegistry, images.Length > 0) switch
        {
            (true, true) => await indexes.RemovePublishedImagesAsync(name, images, cancellationToken),
            (true, false) => await indexes.RemovePublishedAsync(name, cancellationToken),
            (false, true) => await indexes.RemoveImagesAsync(name, images, cancellationToken),
            _ => indexes.Remove(name),
        };
}
