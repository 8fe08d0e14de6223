using System.Management.Automation;
using Buildpacks.Commands.Completion;
using Buildpacks.Configuration;
using Buildpacks.Engines;
using Buildpacks.Engines.Location;
using Buildpacks.Stores;
using Buildpacks.Stores.Copies;
using Buildpacks.Stores.Registry;

namespace Buildpacks.Commands;

/// <summary>Gets images from the store of an engine, from registries, layout folders or archives: images that buildpacks built, or all images.</summary>
[Cmdlet(VerbsCommon.Get, "PackImage", HelpUri = OnlineHelp.Address)]
[OutputType(typeof(PackImage))]
public sealed class GetPackImageCommand : RegistryCmdlet
{
    private const string CheckedType = "Buildpacks.PackImage#CheckRunImage";

    private readonly ItemsByEngine<string> _names = new();
    private readonly List<ImageFilePlace> _files = [];
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

    /// <summary>
    /// Compares the run image of app images with the run image of that name now, in its registry: the properties RunImageOutdated and
    /// NewerRunImage. One request per run image.
    /// </summary>
    [Parameter]
    public SwitchParameter CheckRunImage { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        if (!MyInvocation.ExpectingInput && !CheckRunImage && Name?.Any(name => ImagePlace.Find(name) is { Format: null }) != true && Misplaced is { } failure)
        {
            ThrowFailure(failure);
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var located in (Name ?? []).Select(Locate).OfType<LocatedName>())
        {
            if (located.File is { } file)
            {
                _files.Add(file);
            }
            else if (located.IsInRegistry)
            {
                _registryNames.Add(located.Name);
            }
            else
            {
                _names.Add(Choice, [located.Name]);
            }
        }

        if (Name is null && !Registry && !MyInvocation.ExpectingInput)
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

        if (_files.Count > 0)
        {
            Show(Run(async (sink, cancellationToken) =>
            {
                using var check = Check(null, [], sink);
                return await FileCatalog.FindAsync(_files, check, cancellationToken);
            }));
        }

        if (_registryNames.Count > 0)
        {
            var access = Access;
            Show(Run(async (sink, cancellationToken) =>
            {
                using var check = Check(null, _registryNames, sink);
                return await RegistryCatalog.FindAsync(_registryNames, access, check, sink, cancellationToken);
            }));
        }
        else if (Registry && !MyInvocation.ExpectingInput && Name is null)
        {
            ThrowFailure(new PackException(PackErrorIds.NameMissing, PackErrorKind.InvalidInput, "No image was named.")
            {
                RecommendedAction = "Name the images: a registry does not list them.",
            });
        }
        else if (!CheckRunImage && Misplaced is { } failure)
        {
            WriteFailure(failure);
        }
    }

    private RunImageCheck? Check(IEngine? engine, IReadOnlyList<string> images, IPackSink sink) =>
        CheckRunImage ? new RunImageCheck(engine, Access, images, PackConfigFile.OfUser().Read().RunImageMirrors, sink) : null;

    /// <summary>The image with the type name whose table shows the state of the run image.</summary>
    private static PSObject Checked(PackImage image)
    {
        var shown = new PSObject(image);
        shown.TypeNames.Insert(0, CheckedType);
        return shown;
    }

    private void Show(IReadOnlyList<ImageFinding> findings)
    {
        // A run image that cannot be checked is an error once, not once for each app.
        var told = new HashSet<string>();
        foreach (var finding in findings)
        {
            if (finding.Image is not null)
            {
                WriteObject(CheckRunImage ? Checked(finding.Image) : finding.Image);
            }

            if (finding.Failure is { } failure && (finding.Image is null || told.Add(failure.Message)))
            {
                WriteFailure(failure, finding.Name);
            }
        }
    }

    private void Show(IReadOnlyList<string> names)
    {
        if (!TryFind(names, All, Detailed, out var images))
        {
            return;
        }

        var found = new List<PackImage>();
        foreach (var name in images.Names)
        {
            if (images.Find(name) is { } image)
            {
                found.Add(image);
                if (!CheckRunImage)
                {
                    WriteObject(image);
                }
            }
            else
            {
                WriteFailure(images.Missing(name), name);
            }
        }

        if (!CheckRunImage)
        {
            WriteObject(images.Listed, enumerateCollection: true);
            return;
        }

        found.AddRange(images.Listed);
        Choice = new EngineChoice(images.Engine, Choice.Endpoint ?? images.Endpoint);
        Show(RunOnEngine(async (located, sink, cancellationToken) =>
        {
            using var check = Check(located.Engine, [], sink);
            return await check!.CheckAsync(found, cancellationToken);
        }));
    }
}
