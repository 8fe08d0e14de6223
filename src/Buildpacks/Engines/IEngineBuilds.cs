namespace Buildpacks.Engines;

/// <summary>Images that an engine builds from a Dockerfile. The engine's layer cache is used: it is what makes a second build cheap.</summary>
/// <remarks>Errors and cancellation are those of <see cref="IEngine"/>.</remarks>
public interface IEngineBuilds
{
    /// <summary>Builds an image without a name.</summary>
    /// <param name="build">What to build.</param>
    /// <param name="output">Gets the bytes that the engine and the commands write as they come; called by one thread at a time.</param>
    /// <param name="cancellationToken">Ends the build. What is in the layer cache by then stays there.</param>
    /// <returns>The image's id, <c>sha256:…</c>.</returns>
    Task<string> BuildAsync(ImageBuild build, IContainerOutput output, CancellationToken cancellationToken);
}

/// <summary>An image to build.</summary>
public sealed record ImageBuild
{
    /// <summary>What the image is for, as errors name it.</summary>
    public required string Target { get; init; }

    /// <summary>The text of the Dockerfile. The images that it names are in the engine's store; none is pulled.</summary>
    public required string Dockerfile { get; init; }

    /// <summary>Build arguments. Values never show on a command line.</summary>
    public IReadOnlyDictionary<string, string> Arguments { get; init; } = new Dictionary<string, string>();

    /// <summary>Writes the build context, a tar archive; <see langword="null"/> for an empty one.</summary>
    public ArchiveWriter? WriteContext { get; init; }

    /// <summary>The network of the commands (<c>none</c>, <c>host</c>, a name); <see langword="null"/> for the engine's default.</summary>
    public string? Network { get; init; }
}
