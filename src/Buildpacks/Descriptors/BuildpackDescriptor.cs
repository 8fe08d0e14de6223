namespace Buildpacks.Descriptors;

/// <summary>The content of a buildpack.toml or extension.toml.</summary>
internal sealed record BuildpackDescriptor
{
    /// <summary>Whether it describes a buildpack or an image extension.</summary>
    public required ModuleKind Kind { get; init; }

    /// <summary>The buildpack API it speaks.</summary>
    public required string Api { get; init; }

    /// <summary>Its id, version and what people want to know of it.</summary>
    public required ModuleInfo Info { get; init; }

    /// <summary>The stacks it runs on (older form).</summary>
    public IReadOnlyList<StackSupport> Stacks { get; init; } = [];

    /// <summary>The platforms it runs on.</summary>
    public IReadOnlyList<ModuleTarget> Targets { get; init; } = [];

    /// <summary>The order of a composite buildpack; empty for one that builds itself.</summary>
    public IReadOnlyList<OrderGroup> Order { get; init; } = [];

    /// <summary>What is odd about the file without being wrong.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Whether it only names other buildpacks.</summary>
    public bool IsComposite => Order.Count > 0;

    /// <summary>Id and version, as people write them: <c>samples/web@1.0.0</c>.</summary>
    public string FullName => $"{Info.Id}@{Info.Version}";
}
