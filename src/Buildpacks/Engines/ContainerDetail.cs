namespace Buildpacks.Engines;

/// <summary>A container's state.</summary>
public sealed record ContainerDetail
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>Its name, without a leading slash.</summary>
    public required string Name { get; init; }

    /// <summary>The id of its image.</summary>
    public required string ImageId { get; init; }

    /// <summary><c>created</c>, <c>running</c>, <c>exited</c>, …; podman's <c>configured</c> and <c>stopped</c> become <c>created</c> and <c>exited</c>.</summary>
    public required string Status { get; init; }

    /// <summary>The exit code of its last run; 0 before it ran.</summary>
    public int ExitCode { get; init; }

    /// <summary>Whether the kernel killed it for want of memory.</summary>
    public bool OutOfMemory { get; init; }

    /// <summary>Its labels.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();
}

/// <summary>A container as a list shows it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Running">Whether it runs.</param>
/// <param name="Labels">Its labels.</param>
public sealed record ContainerSummary(string Id, string Name, bool Running, IReadOnlyDictionary<string, string> Labels);
