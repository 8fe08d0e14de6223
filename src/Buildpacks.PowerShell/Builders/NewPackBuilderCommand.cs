using System.Management.Automation;
using Buildpacks.Builders;

namespace Buildpacks.Commands;

/// <summary>Creates a builder from a builder.toml: an image with a lifecycle and buildpacks.</summary>
[Cmdlet(VerbsCommon.New, "PackBuilder", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low, HelpUri = OnlineHelp.Address)]
[OutputType(typeof(PackImage))]
public sealed class NewPackBuilderCommand : EngineCmdlet
{
    /// <summary>The name of the builder. An existing image with this name is untagged.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
    [CellTransformation(IsRequired = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(Completion.BuilderNameCompleter))]
    public string ImageName { get; set; } = "";

    /// <summary>The path of the builder.toml. Relative paths in it are resolved from its folder.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [Alias("Path", "PSPath", "FullName")]
    [CellTransformation(IsRequired = true)]
    [ValidateNotNullOrEmpty]
    public string Config { get; set; } = "";

    /// <summary>Additional tags: full names, or :TAG for another tag in the repository of the builder.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(Completion.NewValueCompleter))]
    public string[] Tag { get; set; } = [];

    /// <summary>The lifecycle archive, a .tgz or .tar file, to use instead of the one in builder.toml.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? LifecyclePath { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (TryResolve(Config) is not { } config)
        {
            return;
        }

        var request = new BuilderRequest
        {
            ImageName = ImageName,
            ConfigPath = config,
            Tags = Tag,
            LifecyclePath = LifecyclePath is null ? null : ResolveLiteralPath(LifecyclePath),
        };

        // A file of the pipeline has a name, too, and nobody means that one.
        if (ImageName == Path.GetFileName(request.ConfigPath))
        {
            WriteFailure(
                new PackException(PackErrorIds.ImageNameMissing, PackErrorKind.InvalidInput, $"The builder has no name: '{ImageName}' is the path of its file.")
                {
                    RecommendedAction = "Specify the name of the builder: Get-Item builder.toml | New-PackBuilder localhost/builder.",
                },
                ImageName);
            return;
        }

        if (ShouldProcess(ImageName, $"Create a builder from {request.ConfigPath}")
            && TryRunOnEngine(
                (located, sink, cancellationToken) => PackBuilder.CreateAsync(request, located.Engine, sink, cancellationToken), ImageName, out var image))
        {
            WriteObject(image);
        }
    }
}
