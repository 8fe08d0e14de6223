using System.Management.Automation;
using Buildpacks.Caches;
using Buildpacks.Commands.Completion;
using Buildpacks.Engines.Location;
using Buildpacks.Stores;

namespace Buildpacks.Commands;

/// <summary>Removes images from the store of an engine, and optionally their build caches.</summary>
[Cmdlet(VerbsCommon.Remove, "PackImage", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium, HelpUri = OnlineHelp.Address)]
[OutputType(typeof(PackImage))]
public sealed class RemovePackImageCommand : EngineCmdlet
{
    private readonly ItemsByEngine<string> _names = new();
    private readonly ItemsByEngine<PackImage> _images = new();

    /// <summary>
    /// Names or ids of images. Wildcards are allowed. A name removes one tag; the image is removed with its last tag. An id removes all tags.
    /// </summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("ImageName")]
    [ImageNameTransformation]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ImageNameCompleter))]
    public string[] Name { get; set; } = [];

    // In a parameter set of its own, it would lose against the names of what is piped: those are bound without a conversion, too.

    /// <summary>Images from Get-PackImage: their requested tags are removed, or all tags when none was requested.</summary>
    [Parameter(ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NewValueCompleter))]
    public PackImage[] InputObject { get; set; } = [];

    /// <summary>Wildcards match all images, not only images that buildpacks built.</summary>
    [Parameter]
    public SwitchParameter All { get; set; }

    /// <summary>Also removes the cache volumes of the builds with these names.</summary>
    [Parameter]
    public SwitchParameter IncludeCache { get; set; }

    /// <summary>
    /// Removes an image that has several tags, and tags of an image that a container uses. The container and its layers are kept.
    /// </summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Returns the removed images as they were before.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var image in InputObject)
        {
            if (Misplaced(image.Name, image.Registry is not null, image.Format is not null) is { } failure)
            {
                WriteFailure(failure, image);
                continue;
            }

            var endpoint = IsEndpointTyped ? EngineEndpoint : image.Endpoint;
            _images.Add(EngineArguments.Choose(image.Engine, endpoint, isOnlyKindTyped: false), [image]);
        }

        if (InputObject.Length == 0 && Name.Length == 0)
        {
            ThrowFailure(new PackException(PackErrorIds.NameMissing, PackErrorKind.InvalidInput, "No image was specified.")
            {
                RecommendedAction = "Specify the images to remove, or pipe them: Get-PackImage *old* | Remove-PackImage.",
            });
        }

        // An image of the pipeline has a name, too; what is meant is the image.
        if (InputObject.Length == 0)
        {
            foreach (var name in Name)
            {
                var place = ImagePlace.Find(name);
                if (Misplaced(name, place is { Format: null }, place is { Format: not null }) is { } failure)
                {
                    WriteFailure(failure, name);
                }
                else
                {
                    _names.Add(Choice, [name]);
                }
            }
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        foreach (var (engine, names) in _names.Groups)
        {
            Choice = engine;
            Remove(names);
        }

        foreach (var (engine, images) in _images.Groups)
        {
            Choice = engine;
            foreach (var image in images)
            {
                Remove(SelectedImage.Of(image));
            }
        }
    }

    private static PackException? Misplaced(string name, bool isInRegistry, bool isInFile) =>
        isInRegistry ? new PackException(PackErrorIds.ImageInRegistry, PackErrorKind.Unsupported, $"The image {name} is in a registry.")
        {
            Target = name,
            RecommendedAction = "Remove-PackImage removes images from engines. Remove this one with the registry's own tools.",
        }
        : isInFile ? new PackException(PackErrorIds.ImageInFile, PackErrorKind.Unsupported, $"The image {name} is in a layout folder or an archive.")
        {
            Target = name,
            RecommendedAction = "Remove-PackImage removes images from engines. Delete the folder or the archive with Remove-Item.",
        }
        : null;

    private void Remove(IReadOnlyList<string> names)
    {
        if (!TryFind(names, All, detailed: false, out var images))
        {
            return;
        }

        // What was found is removed where it was found, also when nobody chose the engine.
        Choice = new EngineChoice(images.Engine, Choice.Endpoint ?? images.Endpoint);
        foreach (var name in images.Names)
        {
            if (images.Find(name) is { } image)
            {
                Remove(SelectedImage.Of(name, image));
            }
            else if (!RemoveCaches([name]))
            {
                WriteFailure(images.Missing(name), name);
            }
        }

        foreach (var image in images.Listed)
        {
            foreach (var selected in images.MatchingNames(image).Select(name => new SelectedImage(image, [name])).DefaultIfEmpty(SelectedImage.Whole(image)))
            {
                Remove(selected);
            }
        }
    }

    private void Remove(SelectedImage selected)
    {
        var target = selected.Names.Count > 0 ? string.Join(", ", selected.Names) : selected.Image.Name;
        var agreed = ShouldProcess(target, $"Remove the image from {selected.Image.Engine}");
        if (agreed && !TryRunOnEngine((located, _, cancellationToken) => RunAsync(new ImageRemover(located.Engine).RemoveAsync(selected, Force, cancellationToken)), target, out _))
        {
            return;
        }

        if (agreed && PassThru)
        {
            WriteObject(selected.Shown);
        }

        RemoveCaches(selected.Names);
    }

    /// <summary>Removes the caches of images, if that is asked for.</summary>
    /// <returns>Whether there were any.</returns>
    private bool RemoveCaches(IReadOnlyList<string> names)
    {
        if (!IncludeCache
            || !TryRunOnEngine((located, _, cancellationToken) => CacheVolumes.FindAsync(located.Engine, names, cancellationToken), names, out var volumes))
        {
            return false;
        }

        foreach (var volume in volumes!)
        {
            if (ShouldProcess(volume, $"Remove the cache volume from {Engine}"))
            {
                TryRunOnEngine((located, _, cancellationToken) => RunAsync(CacheVolumes.RemoveAsync(located.Engine, volume, cancellationToken)), volume, out _);
            }
        }

        return volumes.Count > 0;
    }

    private static async Task<bool> RunAsync(Task work)
    {
        await work;
        return true;
    }
}
