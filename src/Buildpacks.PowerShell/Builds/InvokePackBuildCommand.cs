using System.Collections;
using System.Management.Automation;
using Buildpacks.Builds;
using Buildpacks.Builds.Apps;
using Buildpacks.Builds.Planning;
using Buildpacks.Commands.Completion;
using Buildpacks.Engines;
using Buildpacks.Engines.Location;
using Buildpacks.Stores;

namespace Buildpacks.Commands;

/// <summary>The base class of Invoke-PackBuild and Test-PackProject: the parameters of a build.</summary>
public abstract class BuildCmdlet : EngineCmdlet
{
    private protected const string PathSet = "Path";
    private const string LiteralPathSet = "LiteralPath";
    private const string InputObjectSet = "InputObject";
    private const string InputStreamSet = "InputStream";
    private const string CurrentFolder = ".";

    // Images that this pipeline named after the folders of their apps, and the folders.
    private readonly Dictionary<string, string> _named = new(StringComparer.Ordinal);
    private bool _imageNameTyped;

    /// <summary>
    /// The name of the image: [registry/]repository[:tag]. For a piped folder or archive, the name is made from its file name, in lower
    /// case and with hyphens in place of characters that an image name cannot contain.
    /// </summary>
    /// <remarks>
    /// Not mandatory for PowerShell, since a piped path gives the name. A name in single parameter sets would make PowerShell bind piped
    /// folders to the default set.
    /// </remarks>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
    [CellTransformation(IsRequired = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ImageNameCompleter))]
    public string ImageName { get; set; } = "";

    /// <summary>
    /// The folder, zip file or tar archive (.tar, .tar.gz) with the source code of the app; its git repository:
    /// git+https://host/repository.git#reference:folder; or <c>-</c> for such an archive on standard input. The default is the current folder. A piped
    /// object with an image name must also have a path.
    /// </summary>
    [Parameter(Position = 1, ParameterSetName = PathSet, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [CellTransformation]
    public string? Path { get; set; }

    /// <summary>The folder, zip file or tar archive. Wildcards are not expanded, and <c>-</c> is a name.</summary>
    [Parameter(Mandatory = true, ParameterSetName = LiteralPathSet, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName")]
    [CellTransformation(IsRequired = true)]
    [ValidateNotNullOrEmpty]
    public string LiteralPath { get; set; } = "";

    /// <summary>The project descriptor. The default is the project.toml in the app's folder or archive, if it exists.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [CellTransformation]
    public string? Descriptor { get; set; }

    /// <summary>The folder, zip file or tar archive as a string from the pipeline. Without -ImageName, the image gets its name.</summary>
    [Parameter(Mandatory = true, ParameterSetName = InputObjectSet, ValueFromPipeline = true)]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(NewValueCompleter))]
    public AppPath? InputObject { get; set; }

    /// <summary>A stream with a tar archive or zip file of the app. It is read once, to its end, and not closed.</summary>
    /// <remarks>
    /// A set whose mandatory parameter no piped object can give makes PowerShell decide for the default set before it looks at the objects, and
    /// then a piped folder has no path.
    /// </remarks>
    [Parameter(Mandatory = true, ParameterSetName = InputStreamSet, ValueFromPipelineByPropertyName = true)]
    [StreamTransformation]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(NewValueCompleter))]
    public Stream? InputStream { get; set; }

    /// <summary>
    /// The builder image. The default is the builder of the project descriptor, then the default builder of the configuration
    /// (Set-PackConfig).
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(BuilderNameCompleter))]
    [CellTransformation]
    public string? Builder { get; set; }

    /// <summary>
    /// Buildpacks to use instead of the order of the builder: buildpacks of the builder (ID or ID@VERSION), folders, .tar, .tgz, .zip and .cnb
    /// files, their addresses, images and the buildpack registry; from=builder stands for the order of the builder.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(BuildpackCompleter))]
    [CellTransformation(IsList = true)]
    public string[]? Buildpack { get; set; }

    /// <summary>Buildpacks to add before each group of its order.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(BuildpackCompleter))]
    [CellTransformation(IsList = true)]
    public string[]? PreBuildpack { get; set; }

    /// <summary>Buildpacks to add after each group of its order.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(BuildpackCompleter))]
    [CellTransformation(IsList = true)]
    public string[]? PostBuildpack { get; set; }

    /// <summary>
    /// Image extensions to use instead of the order of the builder: image extensions of the builder (ID or ID@VERSION), folders, .tar, .tgz, .zip and
    /// .cnb files, their addresses, and images. The last one comes first, as with pack.
    /// </summary>
    /// <remarks>Not of the pipeline: the folders that Get-ChildItem gives have a property of this name.</remarks>
    [Parameter]
    [ArgumentCompleter(typeof(BuildpackCompleter))]
    [CellTransformation(IsList = true)]
    public string[]? Extension { get; set; }

    /// <summary>
    /// Build-time environment: NAME=value, or NAME for the value in your own environment; or a table of names and values, in which a
    /// SecureString or PSCredential is a secret. Takes precedence over -EnvFile.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [EnvironmentTransformation]
    [ArgumentCompleter(typeof(NewValueCompleter))]
    public PackVariable[]? Env { get; set; }

    /// <summary>Files with build-time environment variables, one NAME=value or NAME per line.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [CellTransformation(IsList = true)]
    public string[]? EnvFile { get; set; }

    /// <summary>
    /// The platform of the builder and the run image, such as linux/arm64. With -Publish, several platforms: an image is built for each, and an
    /// index of the images is published under the name and the tags.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(PlatformCompleter))]
    [CellTransformation(IsList = true)]
    public string[]? Platform { get; set; }

    /// <summary>
    /// The engine for single platforms, as a table: <c>@{ 'linux/arm64' = 'Docker:ssh://me@host' }</c>. The values are Podman, Docker,
    /// ENGINE:ENDPOINT, or objects of Get-PackEngine. Other platforms are built by the engine of the command.
    /// </summary>
    [Parameter]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(NewValueCompleter))]
    public Hashtable? PlatformEngine { get; set; }

    /// <summary>The run image to use instead of the run image of the builder.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(BaseImageCompleter))]
    [CellTransformation]
    public string? RunImage { get; set; }

    /// <summary>
    /// When the builder and the run image are pulled: IfNotPresent, Always or Never. The default is the pull policy of the configuration
    /// (Set-PackConfig), then IfNotPresent (with pack, Always).
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [CellTransformation(Type = typeof(PullPolicy))]
    public PullPolicy? PullPolicy { get; set; }

    /// <summary>Clears the build cache before the build.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [CellTransformation(false)]
    public SwitchParameter ClearCache { get; set; }

    /// <summary>
    /// Caches in other places than the volumes of the image: 'type=build;format=volume;name=VOLUME', 'type=build;format=bind;source=FOLDER',
    /// or, with -Publish, 'type=build;format=image;name=IMAGE'. The type can also be launch, for the export route Daemon.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(CacheCompleter))]
    [CellTransformation(IsList = true)]
    public string[]? Cache { get; set; }

    /// <summary>
    /// The image in a registry that is the build cache, with -Publish. Several machines can use one cache image. A cache image that does not
    /// exist is created.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [CellTransformation]
    [ArgumentCompleter(typeof(NewValueCompleter))]
    public string? CacheImage { get; set; }

    /// <summary>The folder for the SBOM files of the build. They are written to its sub-folder sbom. The folder is created if necessary.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [CellTransformation]
    public string? SbomOutputFolder { get; set; }

    /// <summary>The folder for the file report.toml, which names the image and its id or digest. The folder is created if necessary.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [CellTransformation]
    public string? ReportOutputFolder { get; set; }

    /// <summary>Additional tags: full names, or :TAG for another tag in the repository of the image.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [CellTransformation(IsList = true)]
    [ArgumentCompleter(typeof(NewValueCompleter))]
    public string[]? Tag { get; set; }

    /// <summary>Volumes and folders to mount: SOURCE:TARGET[:OPTIONS], read-only without the option rw; other options are passed to the engine.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(VolumeCompleter))]
    [CellTransformation(IsList = true)]
    public string[]? Volume { get; set; }

    /// <summary>The network of the build container. The default is the default network of the engine.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(NetworkCompleter))]
    [CellTransformation]
    public string? Network { get; set; }

    /// <summary>The folder of the app in the container and in the image: a name or an absolute path. The default is /workspace.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [CellTransformation]
    [ArgumentCompleter(typeof(NewValueCompleter))]
    public string? Workspace { get; set; }

    /// <summary>
    /// Starts the build container in the user namespace of the engine's machine, for engines that give containers a user namespace of their own.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [CellTransformation(false)]
    public SwitchParameter UsernsHost { get; set; }

    /// <summary>Omits the system buildpacks of the builder, which are otherwise added to each group of the order.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [CellTransformation(false)]
    public SwitchParameter DisableSystemBuildpack { get; set; }

    /// <summary>
    /// The buildpack registry in which buildpacks are looked up, by its name in the configuration. The default is the default registry of the
    /// configuration (Set-PackConfig), then official.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ConfigEntryCompleter))]
    [CellTransformation]
    public string? BuildpackRegistry { get; set; }

    /// <summary>The log level of the lifecycle: Error, Warn, Info or Debug. The default is Info, and Debug with -Verbose or -Debug.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [CellTransformation(Type = typeof(LifecycleLogLevel))]
    public LifecycleLogLevel? LogLevel { get; set; }

    /// <summary>Writes the local time before each line of the information stream.</summary>
    [Parameter]
    public SwitchParameter Timestamp { get; set; }

    /// <summary>The type of the default process of the image. Without it, the buildpacks select the process.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ProcessTypeCompleter))]
    [CellTransformation]
    public string? DefaultProcess { get; set; }

    /// <summary>
    /// The image whose layers are reused, by name or id. Without it, the image that has the name now. With -Publish, an image in a registry.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ImageNameCompleter))]
    [CellTransformation]
    public string? PreviousImage { get; set; }

    /// <summary>The id of the user that builds in the container and owns the app in the image. Without it, the user of the builder.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [UserIdTransformation]
    [ArgumentCompleter(typeof(NewValueCompleter))]
    public int? Uid { get; set; }

    /// <summary>The id of the group that builds in the container and owns the app in the image. Without it, the group of the builder.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [UserIdTransformation]
    [ArgumentCompleter(typeof(NewValueCompleter))]
    public int? Gid { get; set; }

    /// <summary>
    /// The creation time of the image: a date, seconds since 1970, or <c>now</c>. Without it, 1980-01-01T00:00:01Z, so that equal builds make
    /// equal images.
    /// </summary>
    /// <remarks>A piped folder or file has a property of this name, which is not meant.</remarks>
    [Parameter]
    [CreationTimeTransformation]
    [ArgumentCompleter(typeof(NewValueCompleter))]
    public DateTimeOffset? CreationTime { get; set; }

    /// <summary>The execution environment that the image is for, such as <c>test</c>. The default is <c>production</c>.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [CellTransformation("production")]
    [ValidatePattern("^[A-Za-z0-9.-]+$")]
    [ArgumentCompleter(typeof(ExecEnvCompleter))]
    public string ExecEnv { get; set; } = "production";

    /// <summary>
    /// Puts the image into the registry of its name, and not into the engine's store. Run image and previous image are read from their
    /// registries.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [CellTransformation(false)]
    public SwitchParameter Publish { get; set; }

    /// <summary>User and password for the registry of the image, with -Publish. What docker and podman know of the user without it.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [CredentialCellTransformation]
    [ArgumentCompleter(typeof(NewValueCompleter))]
    public PSCredential? Credential { get; set; }

    /// <summary>Registries whose certificate is not checked, and which may speak plain HTTP, also for pulls of podman: HOST or HOST:PORT.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [CellTransformation(IsList = true)]
    [ArgumentCompleter(typeof(NewValueCompleter))]
    public string[]? InsecureRegistry { get; set; }

    /// <summary>
    /// Writes no layer of the run image into an OCI layout (-ImageName oci:FOLDER): the manifest names the layers as the registry of the run image
    /// has them.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [CellTransformation(false)]
    public SwitchParameter Sparse { get; set; }

    /// <summary>
    /// How the image is transferred to the engine's store: Layout (no socket is mounted), Daemon (docker's socket is mounted), Registry
    /// (the lifecycle pushes to a registry in this process), or Auto (Layout, except for builders whose lifecycle cannot write a layout).
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [CellTransformation(ExportRoute.Auto)]
    public ExportRoute ExportRoute { get; set; } = ExportRoute.Auto;

    /// <summary>
    /// Runs buildpacks in a container of their own: one container runs analyzer, restorer and exporter of the lifecycle, another one detector and
    /// builder. The image is the same.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [CellTransformation(false)]
    public SwitchParameter SeparatePhases { get; set; }

    /// <summary>
    /// Trusts the builder: all phases run in one container also when that container gets docker's socket, or the password of the registry of the
    /// build. With the export route Layout no container gets these, and nothing depends on trust.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [CellTransformation(false)]
    public SwitchParameter TrustBuilder { get; set; }

    /// <summary>Trusts the buildpacks that the builder does not have as much as the builder.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [CellTransformation(false)]
    public SwitchParameter TrustExtraBuildpack { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _imageNameTyped = MyInvocation.BoundParameters.ContainsKey(nameof(ImageName));
        if (EmptyArgument.Find(MyInvocation.BoundParameters, name => name != nameof(Engine)) is { } failure)
        {
            ThrowFailure(failure);
        }
    }

    /// <summary>The platforms to build for.</summary>
    private protected string[] Platforms => Platform ?? [];

    /// <summary>The engine that the table has for a platform; <see langword="null"/> for that of the command.</summary>
    private protected EngineChoice? EngineFor(string? platform) =>
        platform is null ? null : PlatformEngines.Read(PlatformEngine, Platforms).GetValueOrDefault(PlatformName.Read(platform));

    /// <summary>What is asked of an engine.</summary>
    private protected EngineRequest RequestFor(EngineChoice? choice, EngineCallCollector? calls)
    {
        var request = CreateEngineRequest(calls);
        return choice is null ? request : request with { Parameter = choice };
    }

    /// <summary>Whether a stream is shown, by its parameter or else by its preference variable.</summary>
    private bool IsOn(string stream) => MyInvocation.BoundParameters.TryGetValue(stream, out var typed)
        ? LanguagePrimitives.IsTrue(typed)
        : GetVariableValue(stream + "Preference") is { } preference
            && LanguagePrimitives.TryConvertTo<ActionPreference>(preference, out var action) && action is not (ActionPreference.SilentlyContinue or ActionPreference.Ignore);

    /// <summary>Whether an image without a name gets that of the app's folder, also when the folder was not piped.</summary>
    private protected virtual bool NamesImageAfterPath => false;

    /// <summary>The build that the parameters describe.</summary>
    /// <exception cref="PackException">The path or the name is missing, or cannot be.</exception>
    private protected BuildRequest CreateRequest()
    {
        if (ImageName.Length == 0 && InputObject is null && !NamesImageAfterPath)
        {
            throw new PackException(PackErrorIds.ImageNameMissing, PackErrorKind.InvalidInput, "The image has no name.")
            {
                RecommendedAction = "Specify -ImageName, or pipe the path of the app: the image is then named after the folder.",
            };
        }

        if (AppStream.RefuseOutput(InputObject?.Path) is { } output)
        {
            ThrowFailure(output);
        }

        var input = AppStream.Of(InputStream, ParameterSetName == LiteralPathSet ? null : Given(InputObject?.Path) ?? Given(Path));
        var path = input?.Name ?? AppPath();
        var name = NameOf(path);
        var place = ImagePlace.Find(name) is { Format: { } format, Rest: var rest } ? SessionPaths.NewImageFile(SessionState, format, rest) : null;
        return new BuildRequest
        {
            ImageName = place?.ToString() ?? name,
            Target = place,
            Sparse = Sparse,
            Path = path,
            Input = input?.Content,
            Descriptor = Given(Descriptor) is { } descriptor ? SessionPaths.Literal(SessionState, descriptor) : null,
            Builder = Given(Builder),
            Buildpacks = [.. (Buildpack ?? []).Select(BuildpackOf)],
            PreBuildpacks = [.. (PreBuildpack ?? []).Select(BuildpackOf)],
            PostBuildpacks = [.. (PostBuildpack ?? []).Select(BuildpackOf)],
            Extensions = [.. (Extension ?? []).Select(BuildpackOf)],
            Env = [.. (Env ?? []).Where(variable => variable is not null)],
            EnvFiles = [.. (EnvFile ?? []).SelectMany(EnvFilesOf)],
            RunImage = Given(RunImage),
            Platform = Platforms is [var platform] ? platform : null,
            PullPolicy = PullPolicy,
            ClearCache = ClearCache,
            Caches = Cache ?? [],
            CacheImage = Given(CacheImage),
            SbomFolder = Given(SbomOutputFolder) is { } sboms ? SessionPaths.Literal(SessionState, sboms) : null,
            ReportFolder = Given(ReportOutputFolder) is { } reports ? SessionPaths.Literal(SessionState, reports) : null,
            Tags = Tag ?? [],
            Volumes = Volume ?? [],
            BaseFolder = SessionPaths.Literal(SessionState, CurrentFolder),
            Network = Given(Network),
            Workspace = Given(Workspace),
            UsesHostUserNamespace = UsernsHost,
            DisableSystemBuildpacks = DisableSystemBuildpack,
            BuildpackRegistry = Given(BuildpackRegistry),
            LogLevel = LogLevel ?? (IsOn("Verbose") || IsOn("Debug") ? LifecycleLogLevel.Debug : null),
            DefaultProcess = Given(DefaultProcess),
            PreviousImage = Given(PreviousImage),
            UserId = Uid,
            GroupId = Gid,
            CreationTime = CreationTime,
            ExecEnv = ExecEnv,
            Publish = Publish,
            Credential = Credential?.GetNetworkCredential() is { } credential ? new RegistryCredential(credential.UserName, credential.Password) : null,
            InsecureRegistries = InsecureRegistry ?? [],
            ExportRoute = ExportRoute,
            SeparatePhases = SeparatePhases,
            TrustBuilder = TrustBuilder,
            TrustExtraBuildpacks = TrustExtraBuildpack,
        };
    }

    private string AppPath()
    {
        if (ParameterSetName == LiteralPathSet)
        {
            return GitAddress.IsMeant(LiteralPath) ? LiteralPath : SessionPaths.Literal(SessionState, LiteralPath);
        }

        var path = Given(InputObject?.Path) ?? Given(Path) ?? DefaultPath();
        if (GitAddress.IsMeant(path))
        {
            return path;
        }

        if (GitAddress.IsWithoutPrefix(path))
        {
            throw GitAddress.WithoutPrefix(path);
        }

        if (!WildcardPattern.ContainsWildcardCharacters(path))
        {
            return SessionPaths.Literal(SessionState, path);
        }

        return SessionPaths.Matching(SessionState, path) switch
        {
            [var only] => only,
            [] => throw new PackException(PackErrorIds.AppPathNotFound, PackErrorKind.NotFound, $"No file or folder matches '{path}'.")
            {
                Target = path,
                RecommendedAction = "Check the path; use -LiteralPath for a path with [ or *.",
            },
            var found => throw new PackException(
                PackErrorIds.AppPathAmbiguous, PackErrorKind.InvalidInput, $"'{path}' matches {found.Count} files and folders; an image is built from one.")
            {
                Target = path,
                RecommendedAction = "To build all of them, pipe them: Get-ChildItem -Directory | Invoke-PackBuild.",
            },
        };
    }

    /// <summary>
    /// The current folder. An object that names an image and has no path, because the column is empty or has another name, would give its
    /// name to whatever is in there.
    /// </summary>
    private string DefaultPath() => _imageNameTyped || (NamesImageAfterPath && ImageName.Length == 0)
        ? CurrentFolder
        : throw new PackException(PackErrorIds.AppPathMissing, PackErrorKind.InvalidInput, $"The object for the image '{ImageName}' has no app path.")
        {
            Target = ImageName,
            RecommendedAction = "Add a property Path (or LiteralPath, FullName, PSPath) to it, or specify the app with -Path.",
        };

    /// <summary>The image's name as it was given, or made of the app's own when that was piped.</summary>
    private string NameOf(string path)
    {
        path = GitAddress.IsMeant(path) ? GitAddress.Parse(path).Name : path;
        var file = System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(path));
        var given = ImageName.Length == 0 ? file : ImageName;
        if (_imageNameTyped || given != file || AppImageName.Of(path) is not { Length: > 0 } name)
        {
            return given;
        }

        if (!_named.TryAdd(name, path) && _named[name] != path)
        {
            throw new PackException(
                PackErrorIds.ImageNameAmbiguous, PackErrorKind.Conflict, $"'{path}' is not built: it results in the same image name '{name}' as '{_named[name]}'.")
            {
                Target = path,
                RecommendedAction = "Pipe objects with the properties ImageName and Path to specify the image name of each app.",
            };
        }

        return name;
    }

    /// <summary>A file need not exist to be one; of several that match, the later ones win.</summary>
    private IEnumerable<string> EnvFilesOf(string path)
    {
        if (!WildcardPattern.ContainsWildcardCharacters(path))
        {
            return [SessionPaths.Literal(SessionState, path)];
        }

        return SessionPaths.Matching(SessionState, path) is { Count: > 0 } found
            ? found.Order(StringComparer.Ordinal)
            : throw new PackException(PackErrorIds.EnvFileNotFound, PackErrorKind.NotFound, $"No file matches '{path}'.")
            {
                Target = path,
                RecommendedAction = "Check the path; write a backtick before a [ or * in the name of a file.",
            };
    }

    /// <summary>A path that begins with ~ or with a drive of PowerShell is one of the session. The core reads all others.</summary>
    private string BuildpackOf(string buildpack)
    {
        var drive = buildpack.Split(':', 2) is [var name, _] ? name : null;
        return buildpack.StartsWith('~') || (drive is not null && SessionState.Drive.GetAll().Any(known => known.Name.Equals(drive, StringComparison.OrdinalIgnoreCase)))
            ? SessionPaths.Literal(SessionState, buildpack)
            : buildpack;
    }

    private static string? Given(string? argument) => string.IsNullOrWhiteSpace(argument) ? null : argument;
}

/// <summary>Builds an app into a container image with Cloud Native Buildpacks.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "PackBuild", DefaultParameterSetName = PathSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low, HelpUri = OnlineHelp.Address)]
[OutputType(typeof(BuildResult), typeof(BuildIndexResult))]
public sealed class InvokePackBuildCommand : BuildCmdlet
{
    // Folders for SBOM files and reports, and the images that this pipeline wrote there first.
    private readonly Dictionary<string, string> _filled = new(StringComparer.Ordinal);
    private string? _subject;

    private bool OnlySays => MyInvocation.BoundParameters.TryGetValue("WhatIf", out var typed)
        ? LanguagePrimitives.IsTrue(typed)
        : LanguagePrimitives.IsTrue(GetVariableValue("WhatIfPreference"));

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        BuildRequest request;
        string? builder;
        try
        {
            request = CreateRequest();

            PlatformEngines.Read(PlatformEngine, Platforms);
            IndexBuild.Check(request, Platforms);

            // A build checks by itself, and its failure has a log then.
            builder = OnlySays ? PackBuild.Check(request) : request.Builder;
        }
        catch (PackException failure)
        {
            WriteFailure(failure, ImageName.Length > 0 ? ImageName : InputObject?.Path);
            return;
        }

        if (ShouldProcess(request.ImageName, $"{(Publish ? "Build and publish" : "Build")} the app in '{request.Path}'{(Platforms.Length > 0 ? " for " + string.Join(", ", Platforms) : "")} with {(builder is null ? "the builder of its project descriptor or of the configuration" : $"the builder '{builder}'")}"))
        {
            Build(request);
        }
    }

    private void Build(BuildRequest request)
    {
        foreach (var folder in new[] { request.SbomFolder, request.ReportFolder }.OfType<string>().Distinct())
        {
            if (!_filled.TryAdd(folder, request.ImageName) && _filled[folder] != request.ImageName)
            {
                WriteWarning($"The files of {request.ImageName} are written to the same folder as those of {_filled[folder]}: {folder}. Specify a folder for each image.");
            }
        }

        _subject = request.ImageName;
        if (Platforms.Length > 1)
        {
            // The session is asked on its own thread.
            var engines = Platforms.Select(platform => (platform, calls: new EngineCallCollector())).Select(build => (build.platform, build.calls, RequestFor(EngineFor(build.platform), build.calls))).ToList();
            if (TryRun((sink, cancellationToken) => BuildIndexAsync(request, engines, sink, cancellationToken), request.ImageName, out var index))
            {
                WriteObject(index);
            }

            return;
        }

        var calls = new EngineCallCollector();
        if (EngineFor(request.Platform) is { } choice)
        {
            var engine = RequestFor(choice, calls);
            if (TryRun((sink, cancellationToken) => BuildOnAsync(engine, calls, request, sink, cancellationToken), request.ImageName, out var built))
            {
                WriteObject(built);
            }

            return;
        }

        if (TryRunOnEngine(
            (located, sink, cancellationToken) => PackBuild.RunAsync(request, located.Engine, calls, sink, cancellationToken), request.ImageName, out var result, calls))
        {
            WriteObject(result);
        }
    }

    private static async Task<BuildIndexResult> BuildIndexAsync(
        BuildRequest request, IReadOnlyList<(string Platform, EngineCallCollector Calls, EngineRequest Engine)> platforms, IPackSink sink, CancellationToken cancellationToken)
    {
        var engines = new List<LocatedEngine>();
        try
        {
            var builds = new List<PlatformBuild>();
            foreach (var (platform, calls, engine) in platforms)
            {
                var located = await EngineLocator.ForSink(sink).OpenAsync(engine, cancellationToken);
                engines.Add(located);
                builds.Add(new PlatformBuild(platform, located.Engine, calls));
            }

            return await IndexBuild.RunAsync(request, builds, sink, cancellationToken);
        }
        finally
        {
            foreach (var engine in engines)
            {
                await engine.DisposeAsync();
            }
        }
    }

    private static async Task<BuildResult> BuildOnAsync(
        EngineRequest engine, EngineCallCollector calls, BuildRequest request, IPackSink sink, CancellationToken cancellationToken)
    {
        await using var located = await EngineLocator.ForSink(sink).OpenAsync(engine, cancellationToken);
        return await PackBuild.RunAsync(request, located.Engine, calls, sink, cancellationToken);
    }

    /// <inheritdoc/>
    private protected override string? Subject => _subject;

    /// <inheritdoc/>
    private protected override bool ShowsTime => Timestamp;
}
