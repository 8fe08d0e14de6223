using Buildpacks.Lifecycle.Errors;
using Buildpacks.Lifecycle.Files.Toml;
using Tomlyn.Model;

namespace Buildpacks.Lifecycle.Files;

/// <summary>group.toml: the buildpacks that passed detection, in build order. The detector writes it, all later phases read it.</summary>
internal sealed record BuildpackGroup
{
    /// <summary>The buildpacks.</summary>
    public IReadOnlyList<GroupElement> Buildpacks { get; init; } = [];

    /// <summary>Image extensions; this lifecycle writes none and refuses a group that has some.</summary>
    public IReadOnlyList<GroupElement> Extensions { get; init; } = [];

    /// <summary>Reads the file.</summary>
    /// <exception cref="InvalidDataException">It is malformed, or names image extensions, which are not supported.</exception>
    public static BuildpackGroup Read(string path)
    {
        var toml = TomlFile.Read(path);
        var group = new BuildpackGroup
        {
            Buildpacks = [.. toml.Sections("group").Select(GroupElement.From)],
            Extensions = [.. toml.Sections("group-extensions").Select(GroupElement.From)],
        };
        return group.Extensions.Count == 0
            ? group
            : throw new InvalidDataException(
                $"{path} names the image extension {group.Extensions[0]}; image extensions are not supported by this lifecycle");
    }

    /// <summary>Reads the file at the start of a phase.</summary>
    /// <exception cref="LifecycleException">It cannot be read: exit code 1, whatever the phase.</exception>
    public static BuildpackGroup ReadForPhase(string path)
    {
        try
        {
            return Read(path);
        }
        catch (Exception e) when (LifecycleException.IsExpected(e))
        {
            throw new LifecycleException(ExitCodes.Failed, $"failed to read group file: {e.Message}", e);
        }
    }

    /// <summary>Writes the file.</summary>
    public void Write(string path) => TomlFile.Write(
        path, new TomlTable().WithAlways("group", Buildpacks.Select(buildpack => buildpack.ToToml()).ToToml()));
}
