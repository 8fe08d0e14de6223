using System.Management.Automation;
using Buildpacks.Commands.Completion;
using Buildpacks.Stores.Rebasing;

namespace Buildpacks.Commands;

/// <summary>Puts a new run image under app images, in an engine's store or in a registry, without building them again.</summary>
[Cmdlet(VerbsData.Update, "PackImage", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium, HelpUri = OnlineHelp.Address)]
[OutputType(typeof(PackImageUpdate))]
public sealed class UpdatePackImageCommand : AppImageCmdlet
{
    private readonly ItemsByEngine<string> _names = new();
    private readonly List<string> _registryNames = [];

    /// <summary>The run image. Without it: the one that the image's labels name, as it is now in the engine or the registry.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(BaseImageCompleter))]
    public string? RunImage { get; set; }

    /// <summary>
    /// Uses a run image that the image does not name, or that is for another platform, and updates images that are marked as not rebasable.
    /// Each is a warning.
    /// </summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var (engine, names) in Selected("Name the images to be updated, or pipe them: Get-PackImage *web* | Update-PackImage."))
        {
            if (engine is null)
            {
                _registryNames.AddRange(names);
            }
            else
            {
                _names.Add(engine, names);
            }
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
        else if (Misplaced is { } failure)
        {
            WriteFailure(failure);
        }
    }

    /// <summary>The names move to the new image: those that were asked for, where some were.</summary>
    private protected override IReadOnlyList<string> NamesOf(PackImage image) => image.MatchedTags is [_, ..] tags ? tags : base.NamesOf(image);

    private void UpdateInRegistries()
    {
        var access = Access;
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
