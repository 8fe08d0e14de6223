using Buildpacks.Lifecycle.Files.Toml;

namespace Buildpacks.Lifecycle.Files;

/// <summary>run.toml (platform API 0.12 and later) or stack.toml (before): the run images of the builder.</summary>
internal static class RunImageList
{
    /// <summary>Reads run.toml; empty when there is no file.</summary>
    public static IReadOnlyList<RunImageChoice> ReadRun(string path) =>
        TomlFile.ReadIfExists(path) is { } toml ? [.. toml.Sections("images").Select(RunImageChoice.From)] : [];

    /// <summary>Reads stack.toml; empty when there is no file.</summary>
    public static IReadOnlyList<RunImageChoice> ReadStack(string path) =>
        TomlFile.ReadIfExists(path)?.Section("run-image") is { } toml ? [RunImageChoice.From(toml)] : [];
}
