using System.Text;
using Buildpacks.Engines;
using Buildpacks.Oci;

namespace Buildpacks.Builds.Extending;

/// <summary>A Dockerfile to apply to an image.</summary>
internal sealed record ExtensionStep
{
    /// <summary>The extension's id.</summary>
    public required string Extension { get; init; }

    /// <summary>Whether it is for the run image, and not for the build image.</summary>
    public required bool IsForRun { get; init; }

    /// <summary>The Dockerfile.</summary>
    public required ExtensionDockerfile Dockerfile { get; init; }

    /// <summary>The extension's own arguments.</summary>
    public IReadOnlyDictionary<string, string> Arguments { get; init; } = new Dictionary<string, string>();

    /// <summary>Writes the build context; <see langword="null"/> for none.</summary>
    public ArchiveWriter? WriteContext { get; init; }

    /// <summary>What stands for the content of the context; <see langword="null"/> when that is not known.</summary>
    public string? ContextDigest { get; init; }

    /// <summary>The kind of image, for messages.</summary>
    public string KindName => IsForRun ? "run" : "build";

    /// <summary>The name of the Dockerfile, for messages.</summary>
    public string FileName => $"{KindName}.Dockerfile";

    /// <summary>What stands for the image that this makes of another one; <see langword="null"/> when it may be another one each time.</summary>
    /// <param name="baseId">The image to extend.</param>
    /// <param name="text">The Dockerfile as the engine gets it.</param>
    /// <param name="arguments">The arguments that the engine gets.</param>
    public string? KeyFor(string baseId, string text, IReadOnlyDictionary<string, string> arguments)
    {
        if (!Dockerfile.IsRepeatable || (WriteContext is not null && ContextDigest is null))
        {
            return null;
        }

        var parts = new[] { baseId, text, ContextDigest ?? "" }
            .Concat(arguments.OrderBy(argument => argument.Key, StringComparer.Ordinal).SelectMany(argument => new[] { argument.Key, argument.Value }));
        return OciDigest.Of(Encoding.UTF8.GetBytes(string.Join('\0', parts)));
    }
}
