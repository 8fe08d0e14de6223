using System.Management.Automation;
using Buildpacks.Commands.Completion;
using Buildpacks.Stores.Rebasing;

namespace Buildpacks.Commands;

/// <summary>Puts a new run image under app images, in an engine's store or in a registry, without building them again.</summary>
[Cmdlet(VerbsData.Update, "PackImage", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium, HelpUri = OnlineHelp.Address)]
[OutputType(typeof(PackImageUpdate))]
public sealed class UpdatePackImageCommand : EngineCmdlet
{
    private readonly ItemsByEngine<string> _names = new();
    private readonly List<string> _registryNames = [];

    /// <summary>Names or ids of app images. The name moves to the updated image; an id stands for all names of the image.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("ImageName")]
    [ImageNameTransformation]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ImageNameCompleter))]
    public string[] Name { get; set; } = [];

    // In a parameter set of its own, it would lose against the names of what is piped: those are bound without a conversion, too.

    /// <summary>Images as Get-PackImage gives them. Each is updated where it was found, in its engine or its registry.</summary>
    [Parameter(ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    public PackImage[] InputObject { get; set; } = [];

    /// <summary>The run image. Without it: the one that the image's labels name, as it is now in the engine or the registry.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(BaseImageCompleter))]
    public string? RunImage { get; set; }

    /// <summary>Updates the images in their registries. No engine is needed. A name without a registry means docker.io.</summary>
    [Parameter]
    public SwitchParameter Registry { get; set; }

    /// <summary>User and password for the registries of the images; without it the logins that docker and podman keep.</summary>
    [Parameter]
    [ValidateNotNull]
    [Credential]
    public PSCredential? Credential { get; set; }

    /// <summary>Registries that may speak plain HTTP, and whose certificate is not checked, such as <c>registry.example.com:5000</c>.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] InsecureRegistry { get; set; } = [];

    /// <summary>
    /// Uses a run image that the image does not name, or that is for another platform, and updates images that are marked as not rebasable.
    /// Each is a warning.
    /// </summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var image in InputObject)
        {
            if (Registry || image.Registry is not null)
            {
                _registryNames.Add(image.Name);
            }
            else
            {
                var endpoint = IsEndpointTyped ? EngineEndpoint : image.Endpoint;
                _names.Add(EngineArguments.Choose(image.Engine, endpoint, isOnlyKindTyped: false), image.MatchedTags is [_, ..] tags ? tags : [image.Tags is [] ? image.Id : image.Name]);
            }
        }

        if (InputObject.Length == 0 && Name.Length == 0)
        {
            ThrowFailure(new PackException(PackErrorIds.NameMissing, PackErrorKind.InvalidInput, "No image was named.")
            {
                RecommendedAction = "Name the images to be updated, or pipe them: Get-PackImage *web* | Update-PackImage.",
            });
        }

        // An image of the pipeline has a name, too; it was taken above.
        if (InputObject.Length == 0 && Registry)
        {
            _registryNames.AddRange(Name);
        }
        else if (InputObject.Length == 0)
        {
            _names.Add(Choice, Name);
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        foreach (var (engine, names) in _names.Groups)
        {
            Choice = engine;
            foreach (var name in names)
            {
                if (ShouldProcess(name, Action("")) && TryRunOnEngine(
                    (located, sink, cancellationToken) => ImageRebaser.RebaseAsync(Request(name), located.Engine, sink, cancellationToken), name, out var update))
                {
                    WriteObject(update);
                }
            }
        }

        if (_registryNames.Count > 0)
        {
            UpdateInRegistries();
        }
        else if (RegistryArguments.Misplaced(MyInvocation.BoundParameters.Keys, Registry) is { } failure)
        {
            WriteFailure(failure);
        }
    }

    private void UpdateInRegistries()
    {
        var access = RegistryArguments.Access(Credential, InsecureRegistry);
        foreach (var name in _registryNames)
        {
            if (ShouldProcess(name, Action(" in its registry"))
                && TryRun((sink, cancellationToken) => ImageRebaser.RebaseAsync(Request(name), access, sink, cancellationToken), name, out var update))
            {
                WriteObject(update);
            }
        }
    }

    private string Action(string place) => $"Put the run image {(RunImage is null ? "that it names" : RunImage)} under the image{place}";

    private RebaseRequest Request(string name) => new(name) { RunImage = RunImage, Force = Force };
}
