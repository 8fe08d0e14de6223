using System.Text.Json.Serialization;

namespace Buildpacks.Oci;

/// <summary>Reads and writes the OCI types: camel case, <c>diff_ids</c>-style names where the specification has them, nulls left out.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(OciIndex))]
[JsonSerializable(typeof(OciDescriptor))]
[JsonSerializable(typeof(OciManifest))]
[JsonSerializable(typeof(OciImageConfig))]
public sealed partial class OciJson : JsonSerializerContext;
