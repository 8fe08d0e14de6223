using Buildpacks.Lifecycle.Descriptors;
using Buildpacks.Lifecycle.Logging;
using Buildpacks.Oci;

namespace Buildpacks.Lifecycle.Generating;

/// <summary>A Dockerfile that an image extension wrote.</summary>
/// <param name="ExtensionId">The extension.</param>
/// <param name="Path">The file.</param>
/// <param name="IsForRun">Whether it is for the run image, and not for the build image.</param>
internal sealed record GeneratedDockerfile(string ExtensionId, string Path, bool IsForRun)
{
    /// <summary>The run image that it chooses; <see langword="null"/> when it begins with the one that the build has.</summary>
    public string? NewBase { get; private init; }

    /// <summary>Whether it changes the run image.</summary>
    public bool Extends { get; private init; }

    /// <summary>Reads and checks the file in an extension's output.</summary>
    /// <returns><see langword="null"/> when there is none.</returns>
    /// <exception cref="InvalidDataException">It is not one that an extension may write.</exception>
    public static GeneratedDockerfile? ReadIfExists(string extensionId, string folder, bool isForRun, ILifecycleLog log)
    {
        var name = isForRun ? ExtensionFiles.RunDockerfile : ExtensionFiles.BuildDockerfile;
        var path = System.IO.Path.Combine(folder, name);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            var dockerfile = Dockerfile.Parse(File.ReadAllText(path));
            return isForRun ? ReadRun(new(extensionId, path, isForRun), dockerfile, log) : ReadBuild(new(extensionId, path, isForRun), dockerfile, log);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"failed to parse {name} for extension {extensionId}: {e.Message}", e);
        }
    }

    private static GeneratedDockerfile ReadBuild(GeneratedDockerfile file, Dockerfile dockerfile, ILifecycleLog log)
    {
        CheckStages(dockerfile, ExtensionFiles.BuildDockerfile, log);
        if (dockerfile.Preamble is not [{ Name: "ARG", ArgumentName: Dockerfile.BaseImageArgument }])
        {
            throw new InvalidDataException("build.Dockerfile did not start with required ARG command");
        }

        return dockerfile.Stages[0].Image == Dockerfile.BaseImage
            ? file with { Extends = true }
            : throw new InvalidDataException("build.Dockerfile did not contain required FROM ${base_image} command");
    }

    private static GeneratedDockerfile ReadRun(GeneratedDockerfile file, Dockerfile dockerfile, ILifecycleLog log)
    {
        CheckStages(dockerfile, ExtensionFiles.RunDockerfile, log);
        return file with
        {
            NewBase = dockerfile.Stages[0].Image is var image && image != Dockerfile.BaseImage ? image : null,
            Extends = dockerfile.Commands.Count > 0,
        };
    }

    private static void CheckStages(Dockerfile dockerfile, string name, ILifecycleLog log)
    {
        if (dockerfile.Stages.Count != 1)
        {
            throw new InvalidDataException(
                dockerfile.Stages.Count == 0 ? $"{name} should have at least one stage" : $"{name} is not permitted to use multistage build");
        }

        foreach (var command in dockerfile.Unexpected)
        {
            log.Warn($"{name} command {command.Name} on line {command.Line} is not recommended");
        }
    }
}
