using System.Formats.Tar;
using System.Text.Json.Serialization;
using System.Text.Json;

namespace Buildpacks.Stores.Archives;

/// <summary>Reads and writes manifest.json.</summary>
[JsonSerializable(typeof(IReadOnlyList<DockerArchiveEntry>), TypeInfoPropertyName = "Manifest")]
internal sealed partial class DockerArchiveJson : JsonSerializerContext
{
    /// <summary>The name of the file in the archive.</summary>
    public const string FileName = "manifest.json";

    private const int MaximumSize = 8 * 1024 * 1024;

    /// <summary>Whether an entry of an archive that is streamed is the file. One that is too large for it is not.</summary>
    public static bool IsManifest(TarEntry entry) => entry is { Name: FileName, DataStream: not null, Length: <= MaximumSize };

    /// <summary>Reads the file.</summary>
    /// <exception cref="JsonException">It is malformed.</exception>
    public static ValueTask<IReadOnlyList<DockerArchiveEntry>?> ReadAsync(TarEntry manifest, CancellationToken cancellationToken) =>
        JsonSerializer.DeserializeAsync(manifest.DataStream!, Default.Manifest, cancellationToken);
}

/// <summary>An image in the manifest.json of a docker archive. All paths are those of entries in the archive.</summary>
internal sealed record DockerArchiveEntry
{
    /// <summary>The config's path.</summary>
    public string Config { get; init; } = "";

    /// <summary>The image's names, each with its tag.</summary>
    public IReadOnlyList<string>? RepoTags { get; init; }

    /// <summary>The layers' paths, the base first.</summary>
    public IReadOnlyList<string> Layers { get; init; } = [];
}
