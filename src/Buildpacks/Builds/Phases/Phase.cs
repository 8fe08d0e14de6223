using Buildpacks.Engines;

namespace Buildpacks.Builds.Phases;

/// <summary>What goes into a container of a build.</summary>
[Flags]
internal enum PhaseInput
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The folder of the layers, with order, run image and layouts.</summary>
    Layers = 1,

    /// <summary>The source code.</summary>
    App = 2,

    /// <summary>The environment for the buildpacks, and buildpacks that the builder does not have.</summary>
    Platform = 4,

    /// <summary>The layers of a cache image that the cache lacks.</summary>
    Cache = 8,
}

/// <summary>A container that runs a part of the lifecycle: a description, made by one class and run by another.</summary>
internal sealed record Phase
{
    /// <summary>The part of the lifecycle: <c>creator</c>, <c>analyzer</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The image's id.</summary>
    public required string Image { get; init; }

    /// <summary>The executable and its arguments.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>The container's environment: for the lifecycle, not for the buildpacks.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>Who runs it.</summary>
    public required string User { get; init; }

    /// <summary>Volumes, folders and sockets.</summary>
    public IReadOnlyList<ContainerMount> Mounts { get; init; } = [];

    /// <summary>The network; <see langword="null"/> for the engine's default.</summary>
    public string? Network { get; init; }

    /// <summary>Whether it is in the user namespace of the engine's machine.</summary>
    public bool UsesHostUserNamespace { get; init; }

    /// <summary>Security options.</summary>
    public IReadOnlyList<string> SecurityOptions { get; init; } = [];

    /// <summary>Capabilities that are taken away.</summary>
    public IReadOnlyList<string> DroppedCapabilities { get; init; } = [];

    /// <summary>Capabilities that are left.</summary>
    public IReadOnlyList<string> AddedCapabilities { get; init; } = [];

    /// <summary>What is sent into the container before it runs.</summary>
    public PhaseInput Input { get; init; } = PhaseInput.Layers | PhaseInput.App | PhaseInput.Platform | PhaseInput.Cache;

    /// <summary>The folders that all containers of the build share: each is a volume that is removed with the build.</summary>
    public IReadOnlyList<string> SharedFolders { get; init; } = [];

    /// <summary>
    /// Phases with the same value run in one container, one after the other; <see langword="null"/> for a container of its own. They have image,
    /// user, environment and network in common.
    /// </summary>
    public string? Group { get; init; }

    /// <summary>Whether the log level lets the heading of the phase be seen, which the platform writes for phases outside the creator.</summary>
    public bool ShowsHeading { get; init; } = true;

    /// <summary>Whether its command reads standard input.</summary>
    public bool HasInput { get; init; }

    /// <summary>A container for phases of one group.</summary>
    /// <param name="phases">The phases, in their order.</param>
    public static Phase Join(IReadOnlyList<Phase> phases) => phases is [var only] ? only : phases[0] with
    {
        Name = string.Join('+', phases.Select(phase => phase.Name)),
        Mounts = [.. phases.SelectMany(phase => phase.Mounts).DistinctBy(mount => (mount.Source, mount.Target))],
        SharedFolders = [.. phases.SelectMany(phase => phase.SharedFolders).Distinct(StringComparer.Ordinal)],
        SecurityOptions = [.. phases.SelectMany(phase => phase.SecurityOptions).Distinct(StringComparer.Ordinal)],
        Input = phases.Aggregate(PhaseInput.None, (all, phase) => all | phase.Input),
    };

    /// <summary>The folders and volumes that it has in common with another phase.</summary>
    public int CountShared(Phase other) =>
        SharedFolders.Intersect(other.SharedFolders, StringComparer.Ordinal).Count()
        + Mounts.Where(mount => mount.Kind == ContainerMountKind.Volume).Select(mount => mount.Source).Intersect(other.Mounts.Select(mount => mount.Source), StringComparer.Ordinal).Count();

    /// <summary>Whether it talks to the registry of the build, which <see cref="LifecycleNames.Registry"/> stands for in its command.</summary>
    public bool UsesRegistry { get; init; }

    /// <summary>The network of the engine's machine.</summary>
    public const string HostNetwork = "host";

    /// <summary>Whether root runs it.</summary>
    public bool IsRoot => User == Root;

    /// <summary>root by its numbers: a name would be looked up in the container, and podman starts three processes for that in each copy.</summary>
    public const string Root = "0:0";

    /// <summary>The same, in a shell that first gives folders to their owners, where the engine did not when they were copied.</summary>
    /// <param name="owners">The folders and their owners, as <c>uid:gid</c>.</param>
    public Phase WithOwners(IReadOnlyList<(string Folder, string Owner)> owners) => this with
    {
        Command =
        [
            "/bin/sh", "-c", "while [ \"$1\" != -- ]; do chown -hR \"$2\" \"$1\" || exit; shift 2; done; shift; exec \"$@\"", "sh",
            .. owners.SelectMany(owner => new[] { owner.Folder, owner.Owner }), "--", .. Command,
        ],
    };

    /// <summary>
    /// The phase with the registry of the build in reach: the network of the machine, on which the registry is, and the login. Other phases stay
    /// as they are.
    /// </summary>
    /// <param name="host">The registry's address.</param>
    /// <param name="login">The value of <c>CNB_REGISTRY_AUTH</c>.</param>
    public Phase Reaching(string host, string login) => !UsesRegistry ? this : this with
    {
        Command = [.. Command.Select(word => word.StartsWith(LifecycleNames.Registry + "/", StringComparison.Ordinal) ? host + word[LifecycleNames.Registry.Length..] : word)],
        Environment = new Dictionary<string, string>(Environment) { ["CNB_REGISTRY_AUTH"] = login },
        Network = HostNetwork,
    };

    /// <summary>The container as an engine is asked for it.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="labels">Its labels.</param>
    /// <param name="volumeOf">The volume of a shared folder.</param>
    public ContainerSpec ToSpec(string name, IReadOnlyDictionary<string, string> labels, Func<string, string> volumeOf) => new()
    {
        Name = name,
        Image = Image,
        Entrypoint = [],
        Command = Command,
        Environment = Environment,
        User = User,
        Mounts = [.. SharedFolders.Select(folder => new ContainerMount(ContainerMountKind.Volume, volumeOf(folder), folder)), .. Mounts],
        Labels = labels,
        Network = Network,
        UsesHostUserNamespace = UsesHostUserNamespace,
        SecurityOptions = SecurityOptions,
        DroppedCapabilities = DroppedCapabilities,
        AddedCapabilities = AddedCapabilities,
        HasInput = HasInput,
    };
}
