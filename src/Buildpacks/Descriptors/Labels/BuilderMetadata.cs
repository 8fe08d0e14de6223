namespace Buildpacks.Descriptors.Labels;

/// <summary>The content of the label <c>io.buildpacks.builder.metadata</c>. What a label leaves out or sets to null reads as empty.</summary>
public sealed record BuilderMetadata
{
    /// <summary>What the builder is for, in its maker's words.</summary>
    public string Description { get; init => field = value ?? ""; } = "";

    /// <summary>The buildpacks of the builder.</summary>
    public IReadOnlyList<ModuleInfo> Buildpacks { get; init => field = value ?? []; } = [];

    /// <summary>The image extensions of the builder.</summary>
    public IReadOnlyList<ModuleInfo> Extensions { get; init => field = value ?? []; } = [];

    /// <summary>The run image in the form that older platforms read.</summary>
    public StackMetadata Stack { get; init => field = value ?? new(); } = new();

    /// <summary>The lifecycle and the APIs it speaks.</summary>
    public LifecycleDescriptor Lifecycle { get; init => field = value ?? new(); } = new();

    /// <summary>Who made the builder.</summary>
    public CreatorMetadata CreatedBy { get; init => field = value ?? new(); } = new();

    /// <summary>The run images, the default first. Empty in builders made before this form existed.</summary>
    public IReadOnlyList<RunImageNames> Images { get; init => field = value ?? []; } = [];
}
