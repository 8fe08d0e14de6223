using System.Text.Json.Serialization;

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

/// <summary>The tool that made a builder.</summary>
public sealed record CreatorMetadata
{
    /// <summary>The tool's name.</summary>
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>The tool's version.</summary>
    public string Version { get; init => field = value ?? ""; } = "";
}

/// <summary>The part of a builder's metadata that names the run image in the older form.</summary>
public sealed record StackMetadata
{
    /// <summary>The run image.</summary>
    public RunImageNames RunImage { get; init => field = value ?? new(); } = new();
}

/// <summary>Reads and writes the JSON of a builder's labels.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BuilderMetadata))]
[JsonSerializable(typeof(IReadOnlyList<OrderGroup>), TypeInfoPropertyName = "Order")]
[JsonSerializable(typeof(IReadOnlyDictionary<string, IReadOnlyDictionary<string, ModuleLayer>>), TypeInfoPropertyName = "ModuleLayers")]
[JsonSerializable(typeof(ModuleInfo))]
[JsonSerializable(typeof(SystemOrder))]
[JsonSerializable(typeof(IReadOnlyList<string>), TypeInfoPropertyName = "Mixins")]
internal sealed partial class BuilderJson : JsonSerializerContext;
