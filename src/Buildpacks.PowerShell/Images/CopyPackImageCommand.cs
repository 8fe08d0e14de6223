using System.Management.Automation;
using Buildpacks.Commands.Completion;
using Buildpacks.Engines.Location;
using Buildpacks.Oci;
using Buildpacks.Stores;
using Buildpacks.Stores.Copies;
using Buildpacks.Stores.Registry;

namespace Buildpacks.Commands;

/// <summary>Copies images between engines, registries, OCI layouts and archives.</summary>
[Cmdlet(VerbsCommon.Copy, "PackImage", DefaultParameterSetName = FileToEngineSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low, HelpUri = OnlineHelp.Address)]
[OutputType(typeof(PackImageCopy))]
public sealed class CopyPackImageCommand : PackCmdlet
{
    private const string EngineToEngineSet = "EngineToEngine";
    private const string EngineToFileSet = "EngineToFile";
    private const string FileToEngineSet = "FileToEngine";
    private const string FileToFileSet = "FileToFile";
    private const string EngineToRegistrySet = "EngineToRegistry";
    private const string FileToRegistrySet = "FileToRegistry";
    private const string RegistryToEngineSet = "RegistryToEngine";
    private const string RegistryToFileSet = "RegistryToFile";
    private const string RegistryToRegistrySet = "RegistryToRegistry";

    private bool _renamed;
    private bool _isFromTyped;
    private bool _isFromEndpointTyped;
    private PackException? _noDestination;

    /// <summary>
    /// Names or ids of images in the engine, where wildcards are allowed; with -FromRegistry, names of images in registries. An image elsewhere
    /// is <c>registry:NAME</c>, <c>oci:PATH</c>, <c>oci-archive:PATH</c> or <c>docker-archive:PATH</c>.
    /// </summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = EngineToEngineSet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = EngineToFileSet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = EngineToRegistrySet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = RegistryToEngineSet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = RegistryToFileSet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = RegistryToRegistrySet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("ImageName")]
    [ImageNameTransformation]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ImageNameCompleter))]
    public string[] Name { get; set; } = [];

    /// <summary>The engine to copy from. The default is the engine of this session.</summary>
    [Parameter(ParameterSetName = EngineToEngineSet, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = EngineToFileSet, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = EngineToRegistrySet, ValueFromPipelineByPropertyName = true)]
    [CellTransformation(Type = typeof(PackEngineKind))]
    [Alias("Engine")]
    public PackEngineKind? From { get; set; }

    /// <summary>The address of this engine.</summary>
    [Parameter(ParameterSetName = EngineToEngineSet, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = EngineToFileSet, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = EngineToRegistrySet, ValueFromPipelineByPropertyName = true)]
    [Alias("EngineEndpoint", "Endpoint")]
    [CellTransformation]
    [ArgumentCompleter(typeof(EngineEndpointCompleter))]
    public string? FromEndpoint { get; set; }

    /// <summary>The folder of an OCI layout, or a docker archive or OCI archive, to copy from.</summary>
    [Parameter(Mandatory = true, ParameterSetName = FileToEngineSet, ValueFromPipelineByPropertyName = true)]
    [Parameter(Mandatory = true, ParameterSetName = FileToFileSet, ValueFromPipelineByPropertyName = true)]
    [Parameter(Mandatory = true, ParameterSetName = FileToRegistrySet, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LiteralPath", "FullName")]
    [CellTransformation(IsRequired = true)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>The name of the image to copy when -Path contains several images.</summary>
    [Parameter(ParameterSetName = FileToEngineSet)]
    [Parameter(ParameterSetName = FileToFileSet)]
    [Parameter(ParameterSetName = FileToRegistrySet)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NewValueCompleter))]
    public string? SourceName { get; set; }

    /// <summary>Copies from the registries that the names begin with. A name without a registry means docker.io.</summary>
    [Parameter(Mandatory = true, ParameterSetName = RegistryToEngineSet)]
    [Parameter(Mandatory = true, ParameterSetName = RegistryToFileSet)]
    [Parameter(Mandatory = true, ParameterSetName = RegistryToRegistrySet)]
    public SwitchParameter FromRegistry { get; set; }

    /// <summary>The engine to copy to.</summary>
    [Parameter(Mandatory = true, ParameterSetName = EngineToEngineSet)]
    [Parameter(Mandatory = true, ParameterSetName = FileToEngineSet)]
    [Parameter(Mandatory = true, ParameterSetName = RegistryToEngineSet)]
    [CellTransformation(Type = typeof(PackEngineKind), IsRequired = true)]
    public PackEngineKind? To { get; set; }

    /// <summary>The address of this engine.</summary>
    [Parameter(ParameterSetName = EngineToEngineSet)]
    [Parameter(ParameterSetName = FileToEngineSet)]
    [Parameter(ParameterSetName = RegistryToEngineSet)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(EngineEndpointCompleter))]
    public string? ToEndpoint { get; set; }

    /// <summary>The folder of the OCI layout, or the archive, to write to. Images are added to an existing layout.</summary>
    [Parameter(Mandatory = true, ParameterSetName = EngineToFileSet)]
    [Parameter(Mandatory = true, ParameterSetName = FileToFileSet)]
    [Parameter(Mandatory = true, ParameterSetName = RegistryToFileSet)]
    [ValidateNotNullOrEmpty]
    public string DestinationPath { get; set; } = "";

    /// <summary>The format to write. The default is DockerArchive when -DestinationPath ends in .tar, otherwise Layout.</summary>
    [Parameter(ParameterSetName = EngineToFileSet)]
    [Parameter(ParameterSetName = FileToFileSet)]
    [Parameter(ParameterSetName = RegistryToFileSet)]
    [CellTransformation(Type = typeof(PackImageFormat))]
    public PackImageFormat? Format { get; set; }

    /// <summary>Copies to the registry that -NewName begins with; without -NewName, to the registries that the images' own names begin with.</summary>
    [Parameter(Mandatory = true, ParameterSetName = EngineToRegistrySet)]
    [Parameter(Mandatory = true, ParameterSetName = FileToRegistrySet)]
    [Parameter(Mandatory = true, ParameterSetName = RegistryToRegistrySet)]
    public SwitchParameter ToRegistry { get; set; }

    /// <summary>
    /// The platforms of an index that are copied, such as <c>linux/arm64</c>. One platform makes an image, several make an index. The default is
    /// all platforms in a registry or a layout, and the platform of the engine elsewhere.
    /// </summary>
    [Parameter(ParameterSetName = RegistryToEngineSet)]
    [Parameter(ParameterSetName = RegistryToFileSet)]
    [Parameter(ParameterSetName = RegistryToRegistrySet)]
    [Parameter(ParameterSetName = FileToRegistrySet)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(PlatformCompleter))]
    public string[] Platform { get; set; } = [];

    /// <summary>User and password for the registry to copy to, or else to copy from. The default is the logins that docker and podman keep.</summary>
    [Parameter(ParameterSetName = RegistryToEngineSet)]
    [Parameter(ParameterSetName = RegistryToFileSet)]
    [Parameter(ParameterSetName = RegistryToRegistrySet)]
    [Parameter(ParameterSetName = EngineToRegistrySet)]
    [Parameter(ParameterSetName = FileToRegistrySet)]
    [ValidateNotNull]
    [Credential]
    [ArgumentCompleter(typeof(NewValueCompleter))]
    public PSCredential? Credential { get; set; }

    /// <summary>Registries that may speak plain HTTP, and whose certificate is not checked, such as <c>registry.example.com:5000</c>.</summary>
    [Parameter(ParameterSetName = RegistryToEngineSet)]
    [Parameter(ParameterSetName = RegistryToFileSet)]
    [Parameter(ParameterSetName = RegistryToRegistrySet)]
    [Parameter(ParameterSetName = EngineToRegistrySet)]
    [Parameter(ParameterSetName = FileToRegistrySet)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NewValueCompleter))]
    public string[] InsecureRegistry { get; set; } = [];

    /// <summary>The new name of the copy.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NewValueCompleter))]
    public string? NewName { get; set; }

    /// <summary>Wildcards match all images, not only images that buildpacks built.</summary>
    [Parameter(ParameterSetName = EngineToEngineSet)]
    [Parameter(ParameterSetName = EngineToFileSet)]
    [Parameter(ParameterSetName = EngineToRegistrySet)]
    public SwitchParameter All { get; set; }

    /// <summary>Replaces an existing archive.</summary>
    [Parameter(ParameterSetName = EngineToFileSet)]
    [Parameter(ParameterSetName = FileToFileSet)]
    [Parameter(ParameterSetName = RegistryToFileSet)]
    public SwitchParameter Force { get; set; }

    private RegistryAccess Access => RegistryArguments.Access(Credential, InsecureRegistry);

    private IReadOnlyList<OciPlatform> Platforms => RegistryArguments.Platforms(Platform);

    private bool IsToEngine => ParameterSetName is EngineToEngineSet or FileToEngineSet or RegistryToEngineSet;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        _isFromTyped = MyInvocation.BoundParameters.ContainsKey(nameof(From));
        _isFromEndpointTyped = MyInvocation.BoundParameters.ContainsKey(nameof(FromEndpoint));
        if (EmptyArgument.Find(MyInvocation.BoundParameters, name => name == nameof(FromEndpoint)) is { } failure)
        {
            ThrowFailure(failure);
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName is FileToEngineSet or FileToFileSet or FileToRegistrySet)
        {
            if (TryResolve(Path) is { } path)
            {
                CopyFromFile(path, SourceName, null);
            }
        }
        else if (FromRegistry)
        {
            Array.ForEach(Name, name => CopyFromRegistry(ImagePlace.Find(name) is { Format: null } place ? place.Rest : name));
        }
        else if (CopyFromPlaces() is { Length: > 0 } names)
        {
            Name = names;
            CopyFromEngine(EngineArguments.Choose(From, FromEndpoint, _isFromTyped && !_isFromEndpointTyped));
        }
    }

    /// <summary>Copies the images whose names are places outside of an engine.</summary>
    /// <returns>The other names.</returns>
    private string[] CopyFromPlaces()
    {
        var names = new List<string>();
        foreach (var name in Name)
        {
            switch (ImagePlace.Find(name))
            {
                case null:
                    names.Add(name);
                    break;
                case { Format: { } format } place:
                    if (TryResolveFile(format, place.Rest) is { } file)
                    {
                        CopyFromFile(file.Path, file.Image, file.Format);
                    }

                    break;
                case var place:
                    CopyFromRegistry(place.Rest);
                    break;
            }
        }

        return [.. names];
    }

    private void CopyFromRegistry(string name) =>
        Copy(name, "its registry", (to, sink, cancellationToken) => ImageCopier.CopyAsync(
            new CopyRequest(CopyPlace.InRegistry(Access), to) { Image = name, NewName = NewName, Platforms = Platforms }, sink, cancellationToken));

    private void CopyFromFile(string path, string? image, PackImageFormat? format) =>
        Copy(image ?? path, path, (to, sink, cancellationToken) => ImageCopier.CopyAsync(
            new CopyRequest(CopyPlace.At(path) with { Format = format }, to) { Image = image, NewName = NewName, Platforms = Platforms }, sink, cancellationToken));

    private void CopyFromEngine(EngineChoice choice)
    {
        var request = RequestFor(choice);
        var isPiped = (!_isFromTyped && From is not null) || (!_isFromEndpointTyped && !string.IsNullOrEmpty(FromEndpoint));
        SelectedImages? images;
        if (!isPiped)
        {
            images = Run(FindAsync);
        }
        else if (!TryRun(FindAsync, Name, out images) || images is null)
        {
            // Objects that are piped may name several engines, and one of them does not answer.
            return;
        }

        // What was found is copied from where it was found, also when nobody chose the engine.
        request = RequestFor(new EngineChoice(images.Engine, choice.Endpoint ?? images.Endpoint));
        foreach (var name in images.Names)
        {
            if (images.Find(name) is { } image)
            {
                CopyFromEngine(request, image, SelectedImage.Of(name, image).Names);
            }
            else
            {
                WriteFailure(images.Missing(name), name);
            }
        }

        foreach (var image in images.Listed)
        {
            CopyFromEngine(request, image, images.MatchingNames(image));
        }

        async Task<SelectedImages> FindAsync(IPackSink sink, CancellationToken cancellationToken)
        {
            await using var located = await EngineLocator.ForSink(sink).OpenAsync(request, cancellationToken);
            return await SelectedImages.FindAsync(located.Engine, Name, All, detailed: false, cancellationToken);
        }
    }

    private void CopyFromEngine(EngineRequest request, PackImage image, IReadOnlyList<string> names) =>
        Copy(names.Count > 0 ? names[0] : image.Name, $"{image.Engine}", async (to, sink, cancellationToken) =>
        {
            await using var from = await EngineLocator.ForSink(sink).OpenAsync(request, cancellationToken);
            return await ImageCopier.CopyAsync(
                new CopyRequest(CopyPlace.In(from.Engine), to) { Image = image.Id, Names = names, NewName = NewName }, sink, cancellationToken);
        });

    private void Copy(string name, string from, Func<CopyPlace, IPackSink, CancellationToken, Task<PackImageCopy>> work)
    {
        var destination = IsToEngine ? $"{To}" : ToRegistry ? "its registry" : ResolveLiteralPath(DestinationPath);
        if (!ShouldProcess(name, $"Copy the image from {from} to {destination}{(NewName is null ? "" : $" as {NewName}")}"))
        {
            return;
        }

        if (NewName is not null && _renamed)
        {
            WriteFailure(
                new PackException(PackErrorIds.NewNameTaken, PackErrorKind.InvalidInput, $"'{name}' was not copied: the first image already has the name '{NewName}'.")
                {
                    Target = name,
                    RecommendedAction = "Copy images one at a time to rename them, or omit -NewName.",
                },
                name);
            return;
        }

        var engine = RequestFor(new EngineChoice(To, ToEndpoint));
        var place = ToRegistry ? CopyPlace.InRegistry(Access) : CopyPlace.At(destination) with { Format = Format, Overwrite = Force };
        if (TryRun((sink, cancellationToken) => IsToEngine ? CopyToEngineAsync(engine, work, sink, cancellationToken) : work(place, sink, cancellationToken), name, out var copy)
            && _noDestination is null)
        {
            _renamed = true;
            WriteObject(copy);
        }

        // Without the engine that gets the images, none of them can be copied.
        if (_noDestination is not null)
        {
            ThrowFailure(_noDestination, name);
        }
    }

    private async Task<PackImageCopy> CopyToEngineAsync(
        EngineRequest request, Func<CopyPlace, IPackSink, CancellationToken, Task<PackImageCopy>> work, IPackSink sink, CancellationToken cancellationToken)
    {
        LocatedEngine to;
        try
        {
            to = await EngineLocator.ForSink(sink).OpenAsync(request, cancellationToken);
        }
        catch (PackException failure)
        {
            _noDestination = failure;
            return null!;
        }

        await using (to)
        {
            return await work(CopyPlace.In(to.Engine), sink, cancellationToken);
        }
    }

    private EngineRequest RequestFor(EngineChoice choice) => new()
    {
        Parameter = choice,
        Session = SessionEngine.Get(SessionState),
        Unresponsive = SessionEngine.Unresponsive(SessionState),
    };
}
