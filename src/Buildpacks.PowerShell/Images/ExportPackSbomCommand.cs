using System.Management.Automation;
using Buildpacks.Sboms;
using Buildpacks.Stores;

namespace Buildpacks.Commands;

/// <summary>Writes the SBOM files of app images to a folder, from an engine's store, a registry, a layout folder or an archive.</summary>
[Cmdlet(VerbsData.Export, "PackSbom", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low, HelpUri = OnlineHelp.Address)]
[OutputType(typeof(PackSbomFile))]
public sealed class ExportPackSbomCommand : AppImageCmdlet
{
    private readonly ItemsByEngine<Item> _items = new();
    private readonly List<Item> _fileItems = [];
    private readonly List<Item> _registryItems = [];

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
    [CellTransformation(Type = typeof(PackSbomFormat), IsList = true)]
    [ValidateNotNullOrEmpty]
    public PackSbomFormat[] MediaType { get; set; } = [];

    /// <summary>Replaces existing files.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var selected = Selected("Name the images, or pipe them: Get-PackImage *web* | Export-PackSbom.");
        if (TryResolve(DestinationPath) is not { } folder)
        {
            return;
        }

        foreach (var (engine, file, names) in selected)
        {
            var items = names.Select(name => new Item(name, folder, file));
            if (engine is not null)
            {
                _items.Add(engine, items);
            }
            else if (file is not null)
            {
                _fileItems.AddRange(items);
            }
            else
            {
                _registryItems.AddRange(items);
            }
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var groups = _items.Groups.ToList();
        var shared = groups.SelectMany(group => group.Items).Concat(_fileItems).Concat(_registryItems).Distinct()
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

        foreach (var item in _fileItems)
        {
            var request = Request(item);
            if (ShouldProcess(request.Image, Action(request)) && TryRun(
                (sink, cancellationToken) => SbomExporter.ExportAsync(request, item.File!, sink, cancellationToken), request.Image, out var files))
            {
                WriteObject(files, enumerateCollection: true);
            }
        }

        if (_registryItems.Count > 0)
        {
            ExportFromRegistries(_registryItems.Select(Request));
        }
        else if (Misplaced is { } failure)
        {
            WriteFailure(failure);
        }

        SbomRequest Request(Item item) =>
            new(item.Name, shared.Contains(item.Folder) ? item.OwnFolder : item.Folder) { Formats = MediaType, Force = Force };
    }

    private void ExportFromRegistries(IEnumerable<SbomRequest> requests)
    {
        var access = Access;
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

    private sealed record Item(string Name, string Folder, ImageFilePlace? File)
    {
        public string OwnFolder => File?.FolderIn(Folder) ?? SbomRequest.FolderOf(Folder, Name);
    }
}
