using Buildpacks.Lifecycle.Descriptors;
using Buildpacks.Lifecycle.Files.Toml;
using Buildpacks.Lifecycle.Logging;

namespace Buildpacks.Lifecycle.Generating;

/// <summary>Reads what an image extension generated.</summary>
internal static class ExtensionOutput
{
    private const string SharedContext = "context";

    private static readonly string[] OwnContexts = ["context.build", "context.run"];

    private static readonly string[] Kinds = ["build", "run"];

    private static readonly string[] GivenArguments = ["build_id", "user_id", "group_id"];

    /// <summary>Reads the Dockerfiles, that for the run image first, and checks the other files.</summary>
    /// <exception cref="InvalidDataException">Something breaks a rule.</exception>
    public static IReadOnlyList<GeneratedDockerfile> Read(BuildpackDescriptor extension, string folder, ILifecycleLog log)
    {
        CheckConfig(Path.Combine(folder, ExtensionFiles.Config));
        var run = GeneratedDockerfile.ReadIfExists(extension.Id, folder, isForRun: true, log);
        var build = GeneratedDockerfile.ReadIfExists(extension.Id, folder, isForRun: false, log);
        if (Directory.Exists(Path.Combine(folder, SharedContext)) && OwnContexts.Any(name => Directory.Exists(Path.Combine(folder, name))))
        {
            throw new InvalidDataException("image-specific context dir is provided together with a shared context");
        }

        return [.. new[] { run, build }.OfType<GeneratedDockerfile>()];
    }

    private static void CheckConfig(string path)
    {
        if (TomlFile.ReadIfExists(path) is not { } config)
        {
            return;
        }

        foreach (var name in Kinds.SelectMany(kind => config.Section(kind)?.Sections("args") ?? []).Select(argument => argument.Text("name")))
        {
            if (GivenArguments.Contains(name))
            {
                throw new InvalidDataException($"validating extend config: invalid content: arg with name \"{name}\" is not allowed");
            }
        }
    }
}
