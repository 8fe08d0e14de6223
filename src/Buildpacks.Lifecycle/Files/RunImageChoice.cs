using Buildpacks.Lifecycle.Files.Toml;
using Tomlyn.Model;

namespace Buildpacks.Lifecycle.Files;

/// <summary>A run image and the registries that mirror it.</summary>
internal sealed record RunImageChoice
{
    /// <summary>The image's name; <see langword="null"/> when it is not known.</summary>
    public string? Image { get; init; }

    /// <summary>Names of the same image in other registries.</summary>
    public IReadOnlyList<string> Mirrors { get; init; } = [];

    /// <summary>Reads it.</summary>
    public static RunImageChoice From(TomlSection toml) => new() { Image = toml.Text("image"), Mirrors = toml.Texts("mirrors") };

    /// <summary>The choice as TOML.</summary>
    public TomlTable ToToml() => new TomlTable().With("image", Image).With("mirrors", Mirrors.ToToml());
}
