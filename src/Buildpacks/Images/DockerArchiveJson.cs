using System.Text.Json.Serialization;

namespace Buildpacks.Images;

/// <summary>Reads and writes manifest.json.</summary>
[JsonSerializable(typeof(IReadOnlyList<DockerArchiveEntry>), TypeInfoPropertyName = "Manifest")]
internal sealed partial class DockerArchiveJson : JsonSerializerContext
{
    /// <summary>The name of the file in the archive.</summary>
    public const string FileName = "manifest.json";
}
