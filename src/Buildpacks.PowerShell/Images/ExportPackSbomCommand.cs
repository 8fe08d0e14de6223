using System.Management.Automation;
using Buildpacks.Commands.Completion;
using Buildpacks.Sboms;

namespace Buildpacks.Commands;

/// <summary>Writes the SBOM files of app images to a folder, from an engine's store or from a registry.</summary>
[Cmdlet(VerbsData.Export, "PackSbom", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low, HelpUri = OnlineHelp.Address)]
[OutputType(typeof(PackSbomFile))]
public sealed class ExportPackSbomCommand : EngineCmdlet
{
    private readonly ItemsByEngine<Item> _items = new();
    private readonly List<Item> _registryItems = [];

    /// <summary>Names or ids of app images.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("ImageName")]
    [ImageNameTransformation]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ImageNameCompleter))]
    public string[] Name { get; set; } = [];

    // In a parameter set of its own, it would lose against the names of what is piped: those are bound without a conversion, too.

    /// <summary>Images as Get-PackImage gives them. Each is read where it was found, in its engine or its registry.</summary>
    [Parameter(ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    public PackImage[] InputObject { get; set; } = [];

    /// <summary>
    /// The folder. The files are written below <c>layers/sbom</c> in it. If several images have the same folder, each image has a folder of its
    /// own below it.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [CellTransformation(".")]
    [ValidateNotNullOrEmpty]
    public string DestinationPath { get; set; } = ".";

    /// <summary>The formats to write. The default is all files.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public PackSbomFormat[] MediaType { get; set; } = [];

    /// <summary>Reads the images from their registries. No engine is needed. A name without a registry means docker.io.</summary>
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

    /// <summary>Replaces existing files.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (InputObject.Length == 0 && Name.Length == 0)
        {
            ThrowFailure(new PackException(PackErrorIds.NameMissing, PackErrorKind.InvalidInput, "No image was named.")
            {
                RecommendedAction = "Name the images, or pipe them: Get-PackImage *web* | Export-PackSbom.",
            });
        }

        if (TryResolve(DestinationPath) is not { } folder)
        {
            return;
        }

        foreach (var image in InputObject)
        {
            if (Registry || image.Registry is not null)
            {
                _registryItems.Add(new Item(image.Name, folder));
            }
            else
            {
                var endpoint = IsEndpointTyped ? EngineEndpoint : image.Endpoint;
                _items.Add(EngineArguments.Choose(image.Engine, endpoint, isOnlyKindTyped: false), [new Item(image.Tags is [] ? image.Id : image.Name, folder)]);
            }
        }

        // An image of the pipeline has a name, too; it was taken above.
        var named = (InputObject.Length == 0 ? Name : []).Select(name => new Item(name, folder));
        if (Registry)
        {
            _registryItems.AddRange(named);
        }
        else if (InputObject.Length == 0)
        {
            _items.Add(Choice, named);
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var groups = _items.Groups.ToList();
        var shared = groups.SelectMany(group => group.Items).Concat(_registryItems).Distinct()
            .GroupBy(item => item.Folder).Where(items => items.Count() > 1).Select(items => items.Key).ToHashSet();
        foreach (var (engine, items) in groups)
        {
            Choice = engine;
            foreach (var request in items.Select(Request))
            {
                if (ShouldProcess(request.Image, Action(request)) && TryRunOnEngine(
                    (located, sink, cancellationToken) => SbomExporter.ExportAsync(request, located.Engine, sink, cancellationToken), request.Image, out var files))
                {
                    WriteObject(files, enumerateCollection: true);
                }
            }
        }

        if (_registryItems.Count > 0)
        {
            ExportFromRegistries(_registryItems.Select(Request));
        }
        else if (RegistryArguments.Misplaced(MyInvocation.BoundParameters.Keys, Registry) is { } failure)
        {
            WriteFailure(failure);
        }

        SbomRequest Request(Item item) =>
            new(item.Name, shared.Contains(item.Folder) ? SbomRequest.FolderOf(item.Folder, item.Name) : item.Folder) { Formats = MediaType, Force = Force };
    }

    private void ExportFromRegistries(IEnumerable<SbomRequest> requests)
    {
        var access = RegistryArguments.Access(Credential, InsecureRegistry);
        foreach (var request in requests)
        {
            if (ShouldProcess(request.Image, Action(request)) && TryRun(
                (sink, cancellationToken) => SbomExporter.ExportAsync(request, access, sink, cancellationToken), request.Image, out var files))
            {
                WriteObject(files, enumerateCollection: true);
            }
        }
    }

    private static string Action(SbomRequest request) => $"Write the SBOM files to {request.Destination}";

    private sealed record Item(string Name, string Folder);
}
