using System.Text.Json.Serialization;

namespace Buildpacks.Descriptors.Labels;

/// <summary>What a builder's label says of one buildpack: its API, what it runs on, and the layer that holds it.</summary>
public sealed record ModuleLayer
{
    /// <summary>The buildpack API it speaks.</summary>
    public string? Api { get; init; }

    /// <summary>The stacks it runs on (older form).</summary>
    public IReadOnlyList<StackSupport>? Stacks { get; init; }

    /// <summary>The platforms it runs on.</summary>
    public IReadOnlyList<ModuleTarget>? Targets { get; init; }

    /// <summary>The order of a composite buildpack.</summary>
    public IReadOnlyList<OrderGroup>? Order { get; init; }

    /// <summary>The layer's diffID.</summary>
    [JsonPropertyName("layerDiffID")]
    public string LayerDiffId { get; init => field = value ?? ""; } = "";

    /// <summary>Its home page.</summary>
    public string? Homepage { get; init; }

    /// <summary>Its name for people.</summary>
    public string? Name { get; init; }
}
