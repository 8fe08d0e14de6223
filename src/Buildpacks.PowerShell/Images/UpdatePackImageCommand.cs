using System.Management.Automation;
using Buildpacks.Commands.Completion;
using Buildpacks.Configuration;
using Buildpacks.Engines.Location;
using Buildpacks.Stores;
using Buildpacks.Stores.Rebasing;

namespace Buildpacks.Commands;

/// <summary>Puts a new run image under app images, in an engine's store, a registry or a layout folder, without building them again.</summary>
[Cmdlet(VerbsData.Update, "PackImage", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium, HelpUri = OnlineHelp.Address)]
[OutputType(typeof(PackImageUpdate))]
public sealed class UpdatePackImageCommand : AppImageCmdlet
{
    private readonly ItemsByEngine<string> _names = new();
    private readonly List<(ImageFilePlace Place, EngineChoice Engine)> _files = [];
    private readonly List<string> _registryNames = [];
    private LocatedName? _runImage;
    private LocatedName? _previousImage;
    private string? _reportFolder;
    private string? _reported;

    /// <summary>
    /// The run image. The default is the one that the image's labels name, as it is now in the engine or the registry, or a mirror of it: those
    /// of the configuration come first, and in a registry those on the image's own registry. For an image in a layout folder: a name in the
    /// engine, <c>registry:NAME</c>, <c>oci:PATH</c>, or an archive.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(BaseImageCompleter))]
    public string? RunImage { get; set; }

    /// <summary>
    /// The app image to update, which stays as it is: the new image gets -Name. A name or an id of the engine, a name of a registry, or a name of the
    /// same layout folder.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ImageNameCompleter))]
    public string? PreviousImage { get; set; }

    /// <summary>
    /// When an engine pulls the run image: IfNotPresent, Always or Never. The default is the pull policy of the configuration (Set-PackConfig), then
    /// IfNotPresent (with pack, Always).
    /// </summary>
    [Parameter]
    public PullPolicy? PullPolicy { get; set; }

    /// <summary>The folder for report.toml, with the names and the id or digest of the image.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ReportOutputFolder { get; set; }

    /// <summary>
    /// Uses a run image that the image does not name, or that is for another platform, and updates images that are marked as not rebasable.
    /// Each is a warning.
    /// </summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var (engine, file, names) in Selected("Name the images to be updated, or pipe them: Get-PackImage *web* | Update-PackImage."))
        {
            if (engine is not null)
            {
                _names.Add(engine, names);
            }
            else if (file is not null)
            {
                _files.Add((file, Choice));
            }
            else
            {
                _registryNames.AddRange(names);
            }
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if ((RunImage is not null && (_runImage = Locate(RunImage)) is null) || (PreviousImage is not null && (_previousImage = Locate(PreviousImage)) is null))
        {
            return;
        }

        _reportFolder = ReportOutputFolder is null ? null : ResolveLiteralPath(ReportOutputFolder);
        try
        {
            if (_reportFolder is not null)
            {
                ImageRebaser.CheckReportFolder(_reportFolder);
            }
        }
        catch (PackException failure)
        {
            ThrowFailure(failure, ReportOutputFolder);
        }

        foreach (var (engine, names) in _names.Groups)
        {
            Choice = engine;
            foreach (var name in names)
            {
                if (IsToUpdate(name, "") && TryRunOnEngine(
                    (located, sink, cancellationToken) => ReportedAsync(ImageRebaser.RebaseAsync(Request(name), located.Engine, sink, cancellationToken), cancellationToken), name, out var update))
                {
                    WriteObject(update);
                }
            }
        }

        foreach (var (place, engine) in _files)
        {
            Choice = engine;
            UpdateInLayout(place);
        }

        if (_registryNames.Count > 0)
        {
            UpdateInRegistries();
        }
        else if (_files.Count == 0 && Misplaced is { } failure)
        {
            WriteFailure(failure);
        }
    }

    /// <summary>The names move to the new image: those that were asked for, where some were.</summary>
    private protected override IReadOnlyList<string> NamesOf(PackImage image) => image.MatchedTags is [_, ..] tags ? tags : base.NamesOf(image);

    private void UpdateInLayout(ImageFilePlace place)
    {
        var name = place.ToString();
        var (access, engine) = (Access, CreateEngineRequest());
        if (IsToUpdate(name, "") && TryRun(UpdateAsync, name, out var update))
        {
            WriteObject(update);
        }

        async Task<PackImageUpdate> UpdateAsync(IPackSink sink, CancellationToken cancellationToken)
        {
            LocatedEngine? located = null;
            try
            {
                var places = new RunImagePlaces
                {
                    Access = access,
                    OpenEngine = async token => (located ??= await EngineLocator.ForSink(sink).OpenAsync(engine, token)).Engine,
                };
                return await ReportedAsync(ImageRebaser.RebaseAsync(Request(name), place, places, sink, cancellationToken), cancellationToken);
            }
            finally
            {
                await (located?.DisposeAsync() ?? ValueTask.CompletedTask);
            }
        }
    }

    private void UpdateInRegistries()
    {
        var access = Access;
        foreach (var name in _registryNames)
        {
            if (IsToUpdate(name, " in its registry")
                && TryRun((sink, cancellationToken) => ReportedAsync(ImageRebaser.RebaseAsync(Request(name), access, sink, cancellationToken), cancellationToken), name, out var update))
            {
                WriteObject(update);
            }
        }
    }

    private bool IsToUpdate(string name, string place)
    {
        if (!ShouldProcess(name, $"Replace the run image of the image{place} with {(RunImage is null ? "the current one of the same name" : $"'{RunImage}'")}"))
        {
            return false;
        }

        if (ReportOutputFolder is not null && _reported is not null)
        {
            WriteWarning($"The report of {name} replaces that of {_reported}. Specify a folder for each image.");
        }

        _reported = name;
        return true;
    }

    private async Task<PackImageUpdate> ReportedAsync(Task<PackImageUpdate> updating, CancellationToken cancellationToken)
    {
        var update = await updating;
        if (_reportFolder is not null)
        {
            await ImageRebaser.WriteReportAsync(update, _reportFolder, cancellationToken);
        }

        return update;
    }

    private RebaseRequest Request(string name)
    {
        var config = PackConfigFile.OfUser().Read();
        return new RebaseRequest(name)
        {
            PreviousImage = _previousImage?.Name,
            PreviousImageFile = _previousImage?.File,
            RunImage = _runImage?.Name,
            IsRunImageInRegistry = _runImage is { IsInRegistry: true },
            RunImageFile = _runImage?.File,
            RunImageMirrors = config.RunImageMirrors,
            PullPolicy = PullPolicy ?? config.PullPolicy ?? Buildpacks.PullPolicy.IfNotPresent,
            Force = Force,
        };
    }
}
