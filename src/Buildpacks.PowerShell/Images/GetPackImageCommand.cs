using System.Management.Automation;
using Buildpacks.Commands.Completion;

namespace Buildpacks.Commands;

/// <summary>Shows images of an engine's store: those that buildpacks built, or all.</summary>
[Cmdlet(VerbsCommon.Get, "PackImage", HelpUri = OnlineHelp.Address)]
[OutputType(typeof(PackImage))]
public sealed class GetPackImageCommand : EngineCmdlet
{
    private readonly ItemsByEngine<string> _names = new();

    /// <summary>
    /// Names, with or without wildcards, or ids. A name without wildcards finds any image, with all details; without names, all app
    /// images are listed.
    /// </summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("ImageName")]
    [ImageNameTransformation]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ImageNameCompleter))]
    public string[]? Name { get; set; }

    /// <summary>Lists every image, not only those that buildpacks built.</summary>
    [Parameter]
    public SwitchParameter All { get; set; }

    /// <summary>Asks for the platform of listed images too: one more call on podman, one for each image on docker.</summary>
    [Parameter]
    public SwitchParameter Detailed { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (Name is not null)
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
