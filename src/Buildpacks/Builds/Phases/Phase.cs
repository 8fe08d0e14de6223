using Buildpacks.Engines;

namespace Buildpacks.Builds.Phases;

/// <summary>A container that runs a part of the lifecycle: a description, made by one class and run by another.</summary>
internal sealed record Phase
{
    /// <summary>The part of the lifecycle: <c>creator</c>.</summary>
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

    /// <summary>The container as an engine is asked for it.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="labels">Its labels.</param>
    public ContainerSpec ToSpec(string name, IReadOnlyDictionary<string, string> labels) => new()
    {
        Name = name,
        Image = Image,
        Entrypoint = [],
        Command = Command,
        Environment = Environment,
        User = User,
        Mounts = Mounts,
        Labels = labels,
        Network = Network,
        UsesHostUserNamespace = UsesHostUserNamespace,
        SecurityOptions = SecurityOptions,
        DroppedCapabilities = DroppedCapabilities,
        AddedCapabilities = AddedCapabilities,
    };
}
