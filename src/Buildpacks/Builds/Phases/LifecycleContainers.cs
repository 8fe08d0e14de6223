using System.Globalization;
using Buildpacks.Caches;
using Buildpacks.Descriptors;
using Buildpacks.Engines;
using Buildpacks.IO;
using Buildpacks.Oci;

namespace Buildpacks.Builds.Phases;

/// <summary>
/// Describes the containers of a build: one in which the creator runs all phases of the lifecycle, or one for each phase. A container that gets
/// nothing of the engine runs as the user who builds, without capabilities; only a phase that uses the daemon's socket begins as root.
/// </summary>
/// <param name="image">The image to be made.</param>
/// <param name="runImage">The run image's name as the builder spells it: the lifecycle finds its mirrors by it.</param>
/// <param name="platformApi">The version of the platform API.</param>
/// <param name="caches">The caches.</param>
/// <param name="owner">The user and group that build.</param>
/// <param name="hasOrder">Whether the build has an order of its own.</param>
/// <param name="request">What the caller asked for.</param>
internal sealed class LifecycleContainers(
    ImageReference image, ImageReference runImage, ApiVersion platformApi, BuildCaches caches, TarOwner owner, bool hasOrder, BuildRequest request)
{
    private const string Folder = "/cnb/lifecycle/";

    /// <summary>
    /// A lifecycle that begins as root gives the caches to the user that builds, and becomes that user. That takes these capabilities;
    /// everything else root may do in a container, it may not do here.
    /// </summary>
    private static readonly string[] NeededCapabilities = ["CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID"];

    /// <summary>What buildpacks start gets no more rights than they have, whatever programs with a set-user-id bit the builder has.</summary>
    private const string NoNewPrivileges = "no-new-privileges";

    /// <summary>
    /// On a machine with SELinux a container reads no folder of the machine that has no label for containers. The options z and Z give a
    /// folder such a label; without them, the container goes without the separation by labels.
    /// </summary>
    private const string NoLabels = "label=disable";

    private static readonly string[] Relabelling = ["z", "Z"];

    private static readonly string[] ProxyVariables = ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"];

    /// <summary>The phases of the platform, in which no buildpack runs.</summary>
    private const string PlatformGroup = "platform";

    /// <summary>The phases in which buildpacks run. They have everything in common that a container is made of, and the first one can leave the second one whatever it wants in the folders that they share.</summary>
    private const string BuildpacksGroup = "buildpacks";

    /// <summary>The phases of a container of a build with image extensions.</summary>
    private const string ExtendedGroup = "extended";

    private readonly string _app = WorkspaceFolder.Read(request.Workspace);

    private string Builder => string.Create(CultureInfo.InvariantCulture, $"{owner.UserId}:{owner.GroupId}");

    /// <summary>A lifecycle that begins as another user than the builder's cannot write the folder of the layers, unless root gives it away.</summary>
    private string WithoutSocket => request.UserId is null ? Builder : Phase.Root;

    /// <summary>The containers that write a layout: nothing of the engine is in reach of them.</summary>
    /// <param name="builderId">The builder's image.</param>
    /// <param name="volumes">The user's volumes.</param>
    public IReadOnlyList<Phase> ToLayout(string builderId, IReadOnlyList<ContainerMount> volumes)
    {
        var environment = LayoutEnvironment();
        var name = LifecycleNames.ForLayout(image).ToString();
        if (!request.SeparatePhases)
        {
            return [Creator(builderId, [.. CreatorArguments(), name], environment, [CacheMount(isRoot: false), .. volumes], Builder)];
        }

        var user = WithoutSocket;
        var cache = CacheMount(user == Phase.Root);
        return
        [
            Part("analyzer", builderId, [.. AnalyzerArguments(LifecycleNames.RunImage.Spelling), name], environment, [], user) with { Input = PhaseInput.Layers },
            .. Rest(
                builderId, volumes,
                Restorer(builderId, environment, [cache], user),
                Part("exporter", builderId, [.. ExporterArguments(), name], environment, [cache], user)),
        ];
    }

    /// <summary>
    /// The phases of the two containers of a build with image extensions. The first container analyzes and detects, and image extensions generate
    /// Dockerfiles in it. The second one is made of the build image as extensions made it, and does the rest. As with the creator, nothing of the engine
    /// is in reach of them.
    /// </summary>
    /// <param name="builderId">The builder's image.</param>
    /// <param name="volumes">The user's volumes.</param>
    public (IReadOnlyList<Phase> First, IReadOnlyList<Phase> Second) ToExtended(string builderId, IReadOnlyList<ContainerMount> volumes)
    {
        var environment = LayoutEnvironment();
        var name = LifecycleNames.ForLayout(image).ToString();
        return (
            [
                Of("analyzer", [.. AnalyzerArguments(LifecycleNames.RunImage.Spelling), name], [], PhaseInput.Layers),
                Of("detector", DetectorArguments(), volumes, PhaseInput.App | PhaseInput.Platform),
            ],
            [
                Of("restorer", [.. RestorerArguments()], [CacheMount(isRoot: false)], PhaseInput.Layers | PhaseInput.Cache),
                Of("builder", ["-app", _app], volumes, PhaseInput.App | PhaseInput.Platform),
                Of("exporter", [.. ExporterArguments(), name], [], PhaseInput.None),
            ]);

        Phase Of(string part, IReadOnlyList<string> arguments, IReadOnlyList<ContainerMount> mounts, PhaseInput input) =>
            Part(part, builderId, arguments, environment, mounts, Builder) with { Input = input, SharedFolders = [], Group = ExtendedGroup };
    }

    /// <summary>The containers that export to the daemon. Its socket is in those that need it.</summary>
    /// <param name="builderId">The builder's image.</param>
    /// <param name="volumes">The user's volumes.</param>
    /// <param name="socket">The path of the daemon's socket on its machine.</param>
    /// <param name="tags">More names for the image.</param>
    public IReadOnlyList<Phase> ToDaemon(string builderId, IReadOnlyList<ContainerMount> volumes, string socket, IReadOnlyList<ImageReference> tags)
    {
        // A lifecycle reads the image's name, which may become another one by that, and gives the daemon the further names as they are.
        string[] names = [.. (LifecycleNames.ChangesInDaemon(image) ? tags.Prepend(image) : tags).Select(tag => tag.ToString())];
        string[] previous = request.PreviousImage is { } named ? ["-previous-image", named] : [];
        string[] daemon = ["-daemon"];
        string[] launchCache = ["-launch-cache", ContainerPaths.LaunchCache];
        string[] tagged = [.. names.SelectMany(tag => new[] { "-tag", tag })];
        var environment = CommonEnvironment();
        var cache = CacheMount(isRoot: true);
        var launch = caches.Launch.MountAt(ContainerPaths.LaunchCache);
        var mount = new ContainerMount(ContainerMountKind.Bind, socket, ContainerPaths.Socket);
        if (!request.SeparatePhases)
        {
            return
            [
                WithSocket(Creator(
                    builderId, [.. CreatorArguments(), .. previous, .. daemon, .. launchCache, .. tagged, image.ToString()], environment, [cache, launch, mount, .. volumes], Phase.Root)),
            ];
        }

        // Earlier lifecycles read no launch cache when they analyze, and no image when they restore.
        string[] analyzer = [.. AnalyzerArguments(runImage.Spelling), .. previous, .. daemon, .. platformApi >= PlatformApis.LaunchCacheInAnalyzer ? launchCache : [], .. tagged, image.ToString()];
        var restoresFromDaemon = platformApi >= PlatformApis.DaemonInRestorer;
        return
        [
            WithSocket(Part("analyzer", builderId, analyzer, environment, [launch, mount], Phase.Root)) with { Input = PhaseInput.Layers },
            .. Rest(
                builderId, volumes,
                restoresFromDaemon ? WithSocket(Restorer(builderId, environment, [cache, mount], Phase.Root, daemon)) : Restorer(builderId, environment, [cache], Phase.Root),
                WithSocket(Part("exporter", builderId, [.. ExporterArguments(), .. daemon, .. launchCache, image.ToString(), .. names], environment, [cache, launch, mount], Phase.Root))),
        ];
    }

    /// <summary>
    /// The containers that push to the registry of the build. When they are separate, those in which buildpacks run know nothing of it, and only analyzer and
    /// exporter talk to it.
    /// </summary>
    /// <param name="builderId">The builder's image.</param>
    /// <param name="volumes">The user's volumes.</param>
    /// <param name="runImageName">The name of the run image in that registry.</param>
    /// <param name="appName">The name of the image there.</param>
    public IReadOnlyList<Phase> ToRegistry(string builderId, IReadOnlyList<ContainerMount> volumes, string runImageName, string appName)
    {
        if (!request.SeparatePhases)
        {
            return [Creator(builderId, [.. CreatorArguments(runImageName), appName], CommonEnvironment(), [CacheMount(isRoot: false), .. volumes], Builder) with { UsesRegistry = true }];
        }

        var (user, environment) = (WithoutSocket, CommonEnvironment());
        var cache = CacheMount(user == Phase.Root);
        return
        [
            Part("analyzer", builderId, [.. AnalyzerArguments(runImageName), appName], environment, [], user) with { Input = PhaseInput.Layers, UsesRegistry = true },
            .. Rest(
                builderId, volumes,
                Restorer(builderId, environment, [cache], user),
                Part("exporter", builderId, [.. ExporterArguments(), appName], environment, [cache], user) with { UsesRegistry = true }),
        ];
    }

    /// <summary>The phases after the first: buildpacks run in two of them, which see the caller's volumes and nothing else.</summary>
    private IEnumerable<Phase> Rest(string builderId, IReadOnlyList<ContainerMount> volumes, Phase restorer, Phase exporter)
    {
        yield return Part("detector", builderId, DetectorArguments(), CommonEnvironment(), volumes, Builder) with { Input = PhaseInput.App | PhaseInput.Platform };
        yield return restorer;
        yield return Part("builder", builderId, ["-app", _app], CommonEnvironment(), volumes, Builder) with { Input = PhaseInput.Platform };
        yield return exporter with { Input = PhaseInput.None };
    }

    private Phase Restorer(string builderId, IReadOnlyDictionary<string, string> environment, IReadOnlyList<ContainerMount> mounts, string user, params string[] more) =>
        Part("restorer", builderId, [.. RestorerArguments(), .. more], environment, mounts, user) with { Input = PhaseInput.Cache, SharedFolders = [ContainerPaths.Layers] };

    private Phase Creator(
        string imageId, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment, IReadOnlyList<ContainerMount> mounts, string user) =>
        Part("creator", imageId, arguments, environment, mounts, user) with { SharedFolders = [], Group = null };

    private Phase Part(
        string name, string imageId, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment, IReadOnlyList<ContainerMount> mounts, string user) => new()
        {
            Name = name,
            Image = imageId,
            Command = [Folder + name, .. LogLevel(), .. arguments],
            Environment = environment,
            User = user,
            Mounts = mounts,
            SharedFolders = [ContainerPaths.Layers, _app],
            ShowsHeading = request.LogLevel is null or >= LifecycleLogLevel.Info,
            Group = name is "detector" or "builder" ? BuildpacksGroup : PlatformGroup,
            Network = request.Network,
            UsesHostUserNamespace = request.UsesHostUserNamespace,
            SecurityOptions = mounts.Any(NeedsNoLabels) ? [NoNewPrivileges, NoLabels] : [NoNewPrivileges],
            DroppedCapabilities = ["ALL"],
            AddedCapabilities = user == Phase.Root ? NeededCapabilities : [],
        };

    /// <summary>Whether the lifecycle is given a file without system buildpacks. Earlier lifecycles know no system buildpacks.</summary>
    public static bool LeavesOutSystem(BuildRequest request, ApiVersion platformApi) => request.DisableSystemBuildpacks && platformApi >= PlatformApis.SystemBuildpacks;

    /// <summary>The same begun by root, which can give folders away.</summary>
    public static Phase AsRoot(Phase phase) => phase with { User = Phase.Root, AddedCapabilities = NeededCapabilities };

    private static Phase WithSocket(Phase phase) => phase with { SecurityOptions = [NoNewPrivileges, NoLabels] };

    private static bool NeedsNoLabels(ContainerMount mount) => mount.Kind == ContainerMountKind.Bind && !mount.Options.Intersect(Relabelling).Any();

    private ContainerMount CacheMount(bool isRoot) => caches.Build.MountAt(ContainerPaths.Cache) with { IsGiven = !isRoot };

    private string[] DetectorArguments() =>
    [
        "-app", _app, .. hasOrder ? new[] { "-order", ContainerPaths.Order } : [], .. platformApi >= PlatformApis.RunFile ? RunImageFile() : [], .. System(),
    ];

    private IEnumerable<string> CreatorArguments(string? runImageName = null) =>
    [
        "-app", _app, "-cache-dir", ContainerPaths.Cache, "-run-image", runImageName ?? runImage.Spelling, .. RunImageFile(), .. System(), .. hasOrder ? new[] { "-order", ContainerPaths.Order } : [],
        .. User(), .. request.ClearCache ? new[] { "-skip-restore" } : [], .. DefaultProcess(),
    ];

    private IEnumerable<string> AnalyzerArguments(string runImageName) =>
        ["-run-image", runImageName, .. RunImageFile(), .. User(), .. request.ClearCache && platformApi >= PlatformApis.LaunchCacheInAnalyzer ? new[] { "-skip-layers" } : []];

    private IEnumerable<string> RestorerArguments() =>
    [
        "-cache-dir", ContainerPaths.Cache, .. platformApi >= PlatformApis.RunFileInRestorer ? RunImageFile() : [], .. User(), .. request.ClearCache ? new[] { "-skip-layers" } : [],
    ];

    private IEnumerable<string> ExporterArguments() =>
        ["-app", _app, "-cache-dir", ContainerPaths.Cache, .. RunImageFile(), .. User(), .. DefaultProcess()];

    /// <summary>The labels name the first run image of this file, which in the builder is the builder's default run image.</summary>
    private string[] RunImageFile() => request.RunImage is null ? []
        : platformApi >= PlatformApis.RunFile ? ["-run", ContainerPaths.Run]
        : ["-stack", ContainerPaths.Stack];

    private string[] LogLevel() => request.LogLevel is { } level ? ["-log-level", level.ToString().ToLowerInvariant()] : [];

    private string[] System() => LeavesOutSystem(request, platformApi) ? ["-system", ContainerPaths.System] : [];

    private IEnumerable<string> User() => new[] { ("-uid", request.UserId), ("-gid", request.GroupId) }
        .Where(option => option.Item2 is not null)
        .SelectMany(option => new[] { option.Item1, option.Item2!.Value.ToString(CultureInfo.InvariantCulture) });

    private string[] DefaultProcess() => request.DefaultProcess is { Length: > 0 } process ? ["-process-type", process] : [];

    private Dictionary<string, string> LayoutEnvironment()
    {
        var environment = CommonEnvironment();
        environment["CNB_USE_LAYOUT"] = "true";
        environment["CNB_LAYOUT_DIR"] = ContainerPaths.Layouts;

        // The lifecycle calls layout export experimental and refuses it without a word of consent. Here it is the normal route,
        // so the consent is a quiet one: a warning in every build would warn of nothing.
        environment["CNB_EXPERIMENTAL_MODE"] = "quiet";
        return environment;
    }

    private Dictionary<string, string> CommonEnvironment()
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["CNB_PLATFORM_API"] = platformApi.ToString() };
        if (platformApi >= PlatformApis.ExecutionEnvironment)
        {
            environment["CNB_EXEC_ENV"] = request.ExecEnv;
        }

        if (request.CreationTime is { } time && platformApi >= PlatformApis.CreationTime)
        {
            environment["SOURCE_DATE_EPOCH"] = time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        }

        foreach (var name in ProxyVariables)
        {
            var lower = name.ToLowerInvariant();
            if ((Environment.GetEnvironmentVariable(name) ?? Environment.GetEnvironmentVariable(lower)) is { Length: > 0 } proxy)
            {
                environment[name] = environment[lower] = proxy;
            }
        }

        return environment;
    }
}
