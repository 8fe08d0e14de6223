using System.Text.Json.Serialization;

namespace Buildpacks.Descriptors.Labels;

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
public sealed partial class BuilderJson : JsonSerializerContext;
