using Buildpacks.Lifecycle.Errors;
using Buildpacks.Lifecycle.Files.Toml;
using Tomlyn.Model;

namespace Buildpacks.Lifecycle.Files;

/// <summary>group.toml: the buildpacks and image extensions that passed detection, in order. The detector writes it, all later phases read it.</summary>
internal sealed record BuildpackGroup
{
    /// <summary>The buildpacks.</summary>
    public IReadOnlyList<GroupElement> Buildpacks { get; init; } = [];

    /// <summary>The image extensions.</summary>
    public IReadOnlyList<GroupElement> Extensions { get; init; } = [];

    /// <summary>Reads the file.</summary>
    /// <exception cref="InvalidDataException">It is malformed.</exception>
    public static BuildpackGroup Read(string path)
    {
        var toml = TomlFile.Read(path);
        return new BuildpackGroup
        {
            Buildpacks = [.. toml.Sections("group").Select(GroupElement.From)],
            Extensions = [.. toml.Sections("group-extensions").Select(element => GroupElement.From(element) with { Extension = true })],
        };
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
        path,
        new TomlTable()
            .WithAlways("group", Buildpacks.Select(buildpack => buildpack.ToToml()).ToToml())
            .With("group-extensions", Extensions.Select(extension => (extension with { Extension = false }).ToToml()).ToToml()));
}
