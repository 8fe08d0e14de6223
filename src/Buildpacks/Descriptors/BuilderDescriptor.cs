namespace Buildpacks.Descriptors;

/// <summary>The content of a builder.toml: what a builder is to be made of.</summary>
internal sealed record BuilderDescriptor
{
    /// <summary>The file it was read from; relative paths in it start at its folder.</summary>
    public required string Path { get; init; }

    /// <summary>What the builder is for.</summary>
    public string Description { get; init; } = "";

    /// <summary>The buildpacks to put in.</summary>
    public IReadOnlyList<ModuleSource> Buildpacks { get; init; } = [];

    /// <summary>The image extensions to put in.</summary>
    public IReadOnlyList<ModuleSource> Extensions { get; init; } = [];

    /// <summary>The groups of buildpacks, in the order they are tried.</summary>
    public IReadOnlyList<OrderGroup> Order { get; init; } = [];

    /// <summary>The groups of image extensions, in the order they are tried.</summary>
    public IReadOnlyList<OrderGroup> OrderExtensions { get; init; } = [];

    /// <summary>The image that the builder extends.</summary>
    public required string BuildImage { get; init; }

    /// <summary>Variables that the builder's maker sets for every build.</summary>
    public IReadOnlyList<BuildVariable> BuildEnvironment { get; init; } = [];

    /// <summary>The run images, the default first.</summary>
    public IReadOnlyList<RunImageNames> RunImages { get; init; } = [];

    /// <summary>The stack's id (older form); <see langword="null"/> when the file has none.</summary>
    public string? StackId { get; init; }

    /// <summary>Where the lifecycle's archive is; <see langword="null"/> when the file names a version or nothing.</summary>
    public string? LifecycleUri { get; init; }

    /// <summary>The lifecycle's version to download; <see langword="null"/> when the file names an archive or nothing.</summary>
    public string? LifecycleVersion { get; init; }

    /// <summary>The platforms that the builder is for.</summary>
    public IReadOnlyList<ModuleTarget> Targets { get; init; } = [];

    /// <summary>Buildpacks that go around every group.</summary>
    public SystemOrder System { get; init; } = new();

    /// <summary>What is odd about the file without being wrong.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
