using System.Management.Automation;
using Buildpacks.Commands.Completion;
using Buildpacks.Stores.Registry;

namespace Buildpacks.Commands;

/// <summary>Gets images from the store of an engine, or from registries: images that buildpacks built, or all images.</summary>
[Cmdlet(VerbsCommon.Get, "PackImage", HelpUri = OnlineHelp.Address)]
[OutputType(typeof(PackImage))]
public sealed class GetPackImageCommand : RegistryCmdlet
{
    private readonly ItemsByEngine<string> _names = new();
    private readonly List<string> _registryNames = [];

    /// <summary>
    /// Names or ids of images. Wildcards are allowed. A name without wildcards returns any image, with all details. Without names, all app
    /// images are listed.
    /// </summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("ImageName")]
    [ImageNameTransformation]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ImageNameCompleter))]
    public string[]? Name { get; set; }

    /// <summary>Lists all images, not only images that buildpacks built.</summary>
    [Parameter]
    public SwitchParameter All { get; set; }

    /// <summary>Also returns the platform of listed images: one more call on podman, one call per image on docker.</summary>
    [Parameter]
    public SwitchParameter Detailed { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        if (Misplaced is { } failure)
        {
            ThrowFailure(failure);
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (Registry)
        {
            _registryNames.AddRange(Name ?? []);
        }
        else if (Name is not null)
        {
            _names.Add(Choice, Name);
        }
        else if (!MyInvocation.ExpectingInput)
        {
            _names.Add(Choice, ["*"]);
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        foreach (var (engine, names) in _names.Groups)
        {
            Choice = engine;
            Show(names);
        }

        if (Registry)
        {
            ShowFromRegistries();
        }
    }

    private void ShowFromRegistries()
    {
        if (_registryNames.Count == 0)
        {
            if (!MyInvocation.ExpectingInput)
            {
                ThrowFailure(new PackException(PackErrorIds.NameMissing, PackErrorKind.InvalidInput, "No image was named.")
                {
                    RecommendedAction = "Name the images: a registry does not list them.",
                });
            }

            return;
        }

        var access = Access;
        foreach (var finding in Run((sink, cancellationToken) => RegistryCatalog.FindAsync(_registryNames, access, sink, cancellationToken)))
        {
            if (finding.Failure is { } failure)
            {
                WriteFailure(failure, finding.Name);
            }
            else
            {
                WriteObject(finding.Image);
            }
        }
    }

    private void Show(IReadOnlyList<string> names)
    {
        if (!TryFind(names, All, Detailed, out var images))
        {
            return;
        }

        foreach (var name in images.Names)
        {
            if (images.Find(name) is { } image)
            {
                WriteObject(image);
            }
            else
            {
                WriteFailure(images.Missing(name), name);
            }
        }

        WriteObject(images.Listed, enumerateCollection: true);
    }
}
