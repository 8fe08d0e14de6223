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
