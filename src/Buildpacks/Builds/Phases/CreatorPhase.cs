using System.Globalization;
using Buildpacks.Caches;
using Buildpacks.Descriptors;
using Buildpacks.Engines;
using Buildpacks.Oci;

namespace Buildpacks.Builds.Phases;

/// <summary>Describes the container in which the creator runs all phases of the lifecycle.</summary>
/// <param name="image">The image to be made.</param>
/// <param name="runImage">The run image's name as the builder spells it: the lifecycle finds its mirrors by it.</param>
/// <param name="platformApi">The version of the platform API.</param>
/// <param name="caches">The caches.</param>
/// <param name="hasOrder">Whether the build has an order of its own.</param>
/// <param name="request">What the caller asked for.</param>
internal sealed class CreatorPhase(
    ImageReference image, string runImage, ApiVersion platformApi, BuildCaches caches, bool hasOrder, BuildRequest request)
{
    private const string Executable = "/cnb/lifecycle/creator";

    /// <summary>root by its numbers: a name would be looked up in the container, and podman starts three processes for that in each copy.</summary>
    private const string Root = "0:0";

    /// <summary>
    /// The creator begins as root, gives the caches to the user that builds, and becomes that user. That takes these capabilities;
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

    /// <summary>The creator that writes a layout: nothing of the engine is in reach of it.</summary>
    /// <param name="builderId">The builder's image.</param>
    /// <param name="volumes">The user's volumes.</param>
    public Phase ToLayout(string builderId, IReadOnlyList<ContainerMount> volumes)
    {
        var environment = CommonEnvironment();
        environment["CNB_USE_LAYOUT"] = "true";
        environment["CNB_LAYOUT_DIR"] = ContainerPaths.Layouts;

        // The lifecycle calls layout export experimental and refuses it without a word of consent. Here it is the normal route,
        // so the consent is a quiet one: a warning in every build would warn of nothing.
        environment["CNB_EXPERIMENTAL_MODE"] = "quiet";
        return Container(builderId, [.. CommonArguments(), LifecycleNames.ForLayout(image).ToString()], environment, [.. CommonMounts(), .. volumes]);
    }

    /// <summary>The creator that talks to the daemon: its socket is in the container.</summary>
    /// <param name="builderId">The builder's image.</param>
    /// <param name="volumes">The user's volumes.</param>
    /// <param name="socket">The path of the daemon's socket on its machine.</param>
    /// <param name="tags">More names for the image.</param>
    public Phase ToDaemon(string builderId, IReadOnlyList<ContainerMount> volumes, string socket, IReadOnlyList<ImageReference> tags)
    {
        // A lifecycle reads the image's name, which may become another one by that, and gives the daemon the further names as they are.
        var names = LifecycleNames.ChangesInDaemon(image) ? tags.Prepend(image) : tags;
        string[] arguments =
        [
            .. CommonArguments(), .. request.PreviousImage is { } previous ? new[] { "-previous-image", previous } : [], "-daemon", "-launch-cache", ContainerPaths.LaunchCache,
            .. names.SelectMany(tag => new[] { "-tag", tag.ToString() }), image.ToString(),
        ];
        ContainerMount[] mounts =
        [
            .. CommonMounts(),
            caches.Launch.MountAt(ContainerPaths.LaunchCache),
            new(ContainerMountKind.Bind, socket, ContainerPaths.Socket),
            .. volumes,
        ];
        return Container(builderId, arguments, CommonEnvironment(), mounts) with { SecurityOptions = [NoNewPrivileges, NoLabels] };
    }

    private Phase Container(
        string builderId, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment, IReadOnlyList<ContainerMount> mounts) => new()
        {
            Name = "creator",
            Image = builderId,
            Command = [Executable, .. arguments],
            Environment = environment,
            User = Root,
            Mounts = mounts,
            Network = request.Network,
            UsesHostUserNamespace = request.UsesHostUserNamespace,
            SecurityOptions = mounts.Any(NeedsNoLabels) ? [NoNewPrivileges, NoLabels] : [NoNewPrivileges],
            DroppedCapabilities = ["ALL"],
            AddedCapabilities = NeededCapabilities,
        };

    /// <summary>Whether the lifecycle is given a file without system buildpacks. Earlier lifecycles know no system buildpacks.</summary>
    public static bool LeavesOutSystem(BuildRequest request, ApiVersion platformApi) => request.DisableSystemBuildpacks && platformApi >= PlatformApis.SystemBuildpacks;

    private static bool NeedsNoLabels(ContainerMount mount) => mount.Kind == ContainerMountKind.Bind && !mount.Options.Intersect(Relabelling).Any();

    private IEnumerable<string> CommonArguments()
    {
        yield return "-app";
        yield return WorkspaceFolder.Read(request.Workspace);
        yield return "-cache-dir";
        yield return ContainerPaths.Cache;
        yield return "-run-image";
        yield return runImage;
        if (request.RunImage is not null)
        {
            // The labels name the first run image of this file, which in the builder is the builder's default run image.
            yield return platformApi >= PlatformApis.RunFile ? "-run" : "-stack";
            yield return platformApi >= PlatformApis.RunFile ? ContainerPaths.Run : ContainerPaths.Stack;
        }

        if (request.LogLevel is { } level)
        {
            yield return "-log-level";
            yield return level.ToString().ToLowerInvariant();
        }

        if (LeavesOutSystem(request, platformApi))
        {
            yield return "-system";
            yield return ContainerPaths.System;
        }

        if (hasOrder)
        {
            yield return "-order";
            yield return ContainerPaths.Order;
        }

        foreach (var (option, id) in new[] { ("-uid", request.UserId), ("-gid", request.GroupId) })
        {
            if (id is { } number)
            {
                yield return option;
                yield return number.ToString(CultureInfo.InvariantCulture);
            }
        }

        if (request.ClearCache)
        {
            yield return "-skip-restore";
        }

        if (request.DefaultProcess is { Length: > 0 } process)
        {
            yield return "-process-type";
            yield return process;
        }
    }

    private IEnumerable<ContainerMount> CommonMounts() => [caches.Build.MountAt(ContainerPaths.Cache)];

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
