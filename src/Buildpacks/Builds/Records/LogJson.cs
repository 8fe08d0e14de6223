using System.Text.Json.Serialization;

namespace Buildpacks.Builds.Records;

/// <summary>Writes log files.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    WriteIndented = true)]
[JsonSerializable(typeof(LogDocument))]
internal sealed partial class LogJson : JsonSerializerContext;
