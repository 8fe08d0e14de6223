using Buildpacks.Engines;
using Buildpacks.IO;

namespace Buildpacks.Testing.Images;

/// <summary>An image made on the spot from the machine's static busybox: no registry, no build.</summary>
public sealed record TestImage
{
    /// <summary>The name it is loaded under, with a tag.</summary>
    public required string Name { get; init; }

    /// <summary>Labels.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Environment as <c>NAME=value</c>.</summary>
    public IReadOnlyList<string> Environment { get; init; } = ["PATH=/bin"];

    /// <summary>User; <see langword="null"/> for root.</summary>
    public string? User { get; init; }

    /// <summary>Entry point.</summary>
    public IReadOnlyList<string>? Entrypoint { get; init; }

    /// <summary>Command.</summary>
    public IReadOnlyList<string>? Command { get; init; } = ["/bin/sh"];

    /// <summary>Working directory.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>What docker adds to the container config, such as <c>Healthcheck</c>, as JSON.</summary>
    public IReadOnlyDictionary<string, string> Extensions { get; init; } = new Dictionary<string, string>();

    /// <summary>Text files by absolute path, in a layer of their own above busybox; none for one layer only. A path that ends with a slash is a folder of the user 1000.</summary>
    public IReadOnlyDictionary<string, string> Files { get; init; } = new Dictionary<string, string>();

    /// <summary>Bytes that do not compress, in a layer of their own: makes an image big.</summary>
    public long Padding { get; init; }

    /// <summary>Whether the history has a step that made no layer.</summary>
    public bool EmptyStep { get; init; }

    /// <summary>Whether the layers are gzip-compressed, as those of an image that was pulled are.</summary>
    public bool Compressed { get; init; }

    /// <summary>Why images cannot be made here; <see langword="null"/> when they can.</summary>
    public static string? Unavailable => File.Exists(BusyboxLayer.Executable) ? null : "not installed: busybox-static";

    /// <summary>Loads the image into an engine.</summary>
    /// <returns>The name, for use in the next line of a test.</returns>
    public async Task<string> LoadAsync(IEngine engine, CancellationToken cancellationToken = default)
    {
        await engine.Images.LoadAsync(WriteArchiveAsync, progress: null, cancellationToken);
        return Name;
    }

    /// <summary>Writes the image as a docker archive.</summary>
    public Task WriteArchiveAsync(Stream destination, CancellationToken cancellationToken) =>
        DockerArchive.WriteAsync(this, destination, cancellationToken);
}
