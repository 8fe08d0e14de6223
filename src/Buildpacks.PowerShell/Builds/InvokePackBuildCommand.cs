using System.Management.Automation;
using Buildpacks.Builds;
using Buildpacks.Commands.Completion;

namespace Buildpacks.Commands;

/// <summary>Builds an app into a container image with Cloud Native Buildpacks.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "PackBuild", DefaultParameterSetName = PathSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(BuildResult))]
public sealed class InvokePackBuildCommand : EngineCmdlet
{
    private const string PathSet = "Path";
    private const string LiteralPathSet = "LiteralPath";

    /// <summary>The name of the image: [registry/]repository[:tag].</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ImageNameCompleter))]
    public string ImageName { get; set; } = "";

    /// <summary>The folder or zip file with the app's source code. The current folder by default.</summary>
    [Parameter(Position = 1, ParameterSetName = PathSet, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = ".";

    /// <summary>The folder or zip file, taken as it is: no wildcards.</summary>
    [Parameter(Mandatory = true, ParameterSetName = LiteralPathSet, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName")]
    [ValidateNotNullOrEmpty]
    public string LiteralPath { get; set; } = "";

    /// <summary>The builder's image.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(BuilderNameCompleter))]
    public string? Builder { get; set; }

    /// <summary>
    /// Build-time environment: NAME=value, or NAME for the value that your own environment has; or a hashtable, in which a
    /// SecureString or PSCredential is a secret. Wins over -EnvFile.
    /// </summary>
    [Parameter]
    [EnvironmentTransformation]
    public PackVariable[] Env { get; set; } = [];

    /// <summary>Files with build-time environment, a NAME=value or NAME a line.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] EnvFile { get; set; } = [];

    /// <summary>The run image, in the place of the builder's own.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? RunImage { get; set; }

    /// <summary>
    /// When builder and run image are pulled: IfNotPresent (the default, other than pack's), Always or Never.
    /// </summary>
    [Parameter]
    public PullPolicy PullPolicy { get; set; } = PullPolicy.IfNotPresent;

    /// <summary>Empties the build cache before.</summary>
    [Parameter]
    public SwitchParameter ClearCache { get; set; }

    /// <summary>More names for the image.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] Tag { get; set; } = [];

    /// <summary>Volumes and folders for the build to see: SOURCE:TARGET, read-only unless :rw follows.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] Volume { get; set; } = [];

    /// <summary>The network of the build's container. The engine's default without it.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Network { get; set; }

    /// <summary>The type of the process that the image starts with. The buildpacks' choice without it.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? DefaultProcess { get; set; }

    /// <summary>
    /// How the image gets into the engine's store: Layout (no socket enters the container), Daemon (docker's socket does), or Auto
    /// (Layout, but for builders with a lifecycle too old for it).
    /// </summary>
    [Parameter]
    public ExportRoute ExportRoute { get; set; } = ExportRoute.Auto;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (AppPath() is not { } path)
        {
            return;
        }

        if (ShouldProcess(ImageName, $"Build the app in '{path}' with the builder '{Builder}'"))
        {
            Build(CreateBuildRequest(path));
        }
    }

    /// <summary>One item of several fails for itself; a single build ends the command.</summary>
    private void Build(BuildRequest request)
    {
        var calls = new EngineCallCollector();
        if (!MyInvocation.ExpectingInput)
        {
            WriteObject(RunOnEngine(
                (located, sink, cancellationToken) => PackBuild.RunAsync(request, located.Engine, calls, sink, cancellationToken), calls, ImageName));
        }
        else if (TryRunOnEngine(
            (located, sink, cancellationToken) => PackBuild.RunAsync(request, located.Engine, calls, sink, cancellationToken), ImageName, out var result, calls))
        {
            WriteObject(result);
        }
    }

    private string? AppPath()
    {
        if (ParameterSetName == LiteralPathSet)
        {
            return ResolveLiteralPath(LiteralPath);
        }

        if (!WildcardPattern.ContainsWildcardCharacters(Path))
        {
            return ResolveLiteralPath(Path);
        }

        var found = ResolvePath(Path);
        if (found.Count > 1)
        {
            WriteFailure(
                new PackException("AppPathAmbiguous", PackErrorKind.InvalidInput, $"'{Path}' stands for {found.Count} files and folders; an image is built from one.")
                {
                    Target = Path,
                    RecommendedAction = "To build each of them, pipe them: Get-ChildItem -Directory | Invoke-PackBuild.",
                },
                Path);
        }

        return found.Count == 1 ? found[0] : null;
    }

    private BuildRequest CreateBuildRequest(string path) => new()
    {
        ImageName = ImageName,
        Path = path,
        Builder = Builder,
        Env = Env,
        EnvFiles = [.. EnvFile.Select(ResolveLiteralPath)],
        RunImage = RunImage,
        PullPolicy = PullPolicy,
        ClearCache = ClearCache,
        Tags = Tag,
        Volumes = Volume,
        BaseFolder = ResolveLiteralPath("."),
        Network = Network,
        DefaultProcess = DefaultProcess,
        ExportRoute = ExportRoute,
    };
}
