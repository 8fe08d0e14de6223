using System.Text.Json.Serialization;

namespace Buildpacks.Packaging.Sbom;

/// <summary>Writes the document as SPDX wants its JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = true,
    NewLine = "\n")]
[JsonSerializable(typeof(SpdxDocument))]
internal sealed partial class SpdxJson : JsonSerializerContext;
