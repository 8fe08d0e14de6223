using Buildpacks.Lifecycle.Files.Toml;
using Tomlyn.Model;

namespace Buildpacks.Lifecycle.Files;

/// <summary>What a buildpack requires: a name and data about it.</summary>
internal sealed record PlanRequirement(string Name)
{
    /// <summary>Data for the provider; <see langword="null"/> when there is none.</summary>
    public TomlTable? Metadata { get; init; }

    /// <summary>Reads one requirement.</summary>
    public static PlanRequirement From(TomlSection toml) => new(toml.RequiredText("name")) { Metadata = toml.Data("metadata") };

    /// <summary>The requirement as TOML.</summary>
    public TomlTable ToToml() => new TomlTable().WithAlways("name", Name).WithData("metadata", Metadata);
}
