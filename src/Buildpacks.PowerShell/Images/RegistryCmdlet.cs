using System.Management.Automation;
using Buildpacks.Engines.Location;
using Buildpacks.Stores.Registry;
using Buildpacks.Commands.Completion;

namespace Buildpacks.Commands;

/// <summary>The base class of cmdlets for images of an engine's store or, with -Registry, of registries.</summary>
public abstract class RegistryCmdlet : EngineCmdlet
{
    /// <summary>Uses the images in their registries. No engine is needed. A name without a registry means docker.io.</summary>
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

    /// <summary>What the parameters say of registries.</summary>
    private protected RegistryAccess Access => RegistryArguments.Access(Credential, InsecureRegistry);

    /// <summary>The failure of parameters of registries without -Registry; <see langword="null"/> when there is none.</summary>
    private protected PackException? Misplaced => RegistryArguments.Misplaced(MyInvocation.BoundParameters.Keys, Registry);
}

/// <summary>The base class of cmdlets for app images that are named or come from the pipeline.</summary>
public abstract class AppImageCmdlet : RegistryCmdlet
{
    /// <summary>Names or ids of app images.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("ImageName")]
    [ImageNameTransformation]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ImageNameCompleter))]
    public string[] Name { get; set; } = [];

    // In a parameter set of its own, it would lose against the names of what is piped: those are bound without a conversion, too.

    /// <summary>Images as Get-PackImage gives them. Each is used where it was found, in its engine or its registry.</summary>
    [Parameter(ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    public PackImage[] InputObject { get; set; } = [];

    /// <summary>The images of this call, by where they are.</summary>
    /// <param name="nextStep">What to do when none was named.</param>
    /// <returns>Names and the engine that has them; without an engine, they are in their registries.</returns>
    private protected IReadOnlyList<(EngineChoice? Engine, IReadOnlyList<string> Names)> Selected(string nextStep)
    {
        if (InputObject.Length == 0 && Name.Length == 0)
        {
            ThrowFailure(new PackException(PackErrorIds.NameMissing, PackErrorKind.InvalidInput, "No image was named.") { RecommendedAction = nextStep });
        }

        // An image of the pipeline has a name, too, which is bound to Name.
        return InputObject.Length == 0 ? [(Registry ? null : Choice, Name)] : [.. InputObject.Select(Place)];
    }

    /// <summary>The names of an image of an engine.</summary>
    private protected virtual IReadOnlyList<string> NamesOf(PackImage image) => [image.Tags is [] ? image.Id : image.Name];

    private (EngineChoice? Engine, IReadOnlyList<string> Names) Place(PackImage image) => Registry || image.Registry is not null
        ? (null, [image.Name])
        : (EngineArguments.Choose(image.Engine, IsEndpointTyped ? EngineEndpoint : image.Endpoint, isOnlyKindTyped: false), NamesOf(image));
}
