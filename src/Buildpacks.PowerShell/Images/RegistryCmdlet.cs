using System.Management.Automation;
using Buildpacks.Commands.Completion;
using Buildpacks.Engines.Location;
using Buildpacks.Stores;
using Buildpacks.Stores.Registry;

namespace Buildpacks.Commands;

/// <summary>A name as a place: an image of an engine, of a registry, or of a layout or an archive.</summary>
/// <param name="Name">The name; in an engine or a registry without a prefix.</param>
/// <param name="File">The layout or archive; <see langword="null"/> for an engine or a registry.</param>
/// <param name="IsInRegistry">Whether it is in a registry.</param>
internal sealed record LocatedName(string Name, ImageFilePlace? File, bool IsInRegistry);

/// <summary>The base class of cmdlets for images of an engine's store, of registries, of layouts and of archives.</summary>
public abstract class RegistryCmdlet : EngineCmdlet
{
    /// <summary>Uses the images in their registries. No engine is needed. A name without a registry means docker.io.</summary>
    [Parameter]
    public SwitchParameter Registry { get; set; }

    /// <summary>User and password for the registries of the images; without it the logins that docker and podman keep.</summary>
    [Parameter]
    [ValidateNotNull]
    [Credential]
    [ArgumentCompleter(typeof(NewValueCompleter))]
    public PSCredential? Credential { get; set; }

    /// <summary>Registries that may speak plain HTTP, and whose certificate is not checked, such as <c>registry.example.com:5000</c>.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NewValueCompleter))]
    public string[] InsecureRegistry { get; set; } = [];

    /// <summary>What the parameters say of registries.</summary>
    private protected RegistryAccess Access => RegistryArguments.Access(Credential, InsecureRegistry);

    /// <summary>The failure of parameters of registries without -Registry; <see langword="null"/> when there is none.</summary>
    private protected PackException? Misplaced => RegistryArguments.Misplaced(MyInvocation.BoundParameters.Keys, Registry);

    /// <summary>Reads a name as a place. A path that cannot be is a non-terminating error.</summary>
    /// <returns>The place; <see langword="null"/> when it cannot be.</returns>
    private protected LocatedName? Locate(string name) => ImagePlace.Find(name) switch
    {
        null => new LocatedName(name, null, Registry),
        { Format: null } place => new LocatedName(place.Rest, null, true),
        { Format: { } format } place => TryResolveFile(format, place.Rest) is { } file ? new LocatedName(file.ToString(), file, false) : null,
    };
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

    /// <summary>Images as Get-PackImage gives them. Each is used where it was found.</summary>
    [Parameter(ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NewValueCompleter))]
    public PackImage[] InputObject { get; set; } = [];

    /// <summary>The images of this call, by where they are.</summary>
    /// <param name="nextStep">What to do when none was named.</param>
    private protected IReadOnlyList<SelectedNames> Selected(string nextStep)
    {
        if (InputObject.Length == 0 && Name.Length == 0)
        {
            ThrowFailure(new PackException(PackErrorIds.NameMissing, PackErrorKind.InvalidInput, "No image was named.") { RecommendedAction = nextStep });
        }

        // An image of the pipeline has a name, too, which is bound to Name.
        return InputObject.Length == 0
            ? [.. Name.Select(Locate).OfType<LocatedName>().Select(located => new SelectedNames(located.File is null && !located.IsInRegistry ? Choice : null, located.File, [located.Name]))]
            : [.. InputObject.Select(Place).OfType<SelectedNames>()];
    }

    /// <summary>The names of an image of an engine.</summary>
    private protected virtual IReadOnlyList<string> NamesOf(PackImage image) => [image.Tags is [] ? image.Id : image.Name];

    private SelectedNames? Place(PackImage image) =>
        image.Format is not null ? Locate(image.Name) is { } located ? new SelectedNames(null, located.File, [located.Name]) : null
        : Registry || image.Registry is not null ? new SelectedNames(null, null, [image.Name])
        : new SelectedNames(EngineArguments.Choose(image.Engine, IsEndpointTyped ? EngineEndpoint : image.Endpoint, isOnlyKindTyped: false), null, NamesOf(image));

    /// <summary>Names of images in one place.</summary>
    /// <param name="Engine">The engine; <see langword="null"/> for another place.</param>
    /// <param name="File">The layout or archive; <see langword="null"/> for another place. Without both, the images are in their registries.</param>
    /// <param name="Names">The names.</param>
    private protected sealed record SelectedNames(EngineChoice? Engine, ImageFilePlace? File, IReadOnlyList<string> Names);
}
