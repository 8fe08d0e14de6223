using Buildpacks.Lifecycle.Files.Toml;
using Tomlyn.Model;

namespace Buildpacks.Lifecycle.Files;

/// <summary>The run image that an app image stands on.</summary>
internal sealed record RunImageMetadata
{
    /// <summary>The diffID of its last layer.</summary>
    public string TopLayer { get; init; } = "";

    /// <summary>An image id or a digest reference.</summary>
    public string Reference { get; init; } = "";

    /// <summary>Its name and mirrors.</summary>
    public RunImageChoice Choice { get; init; } = new();

    /// <summary>Reads it.</summary>
    public static RunImageMetadata From(TomlSection toml) => new()
    {
        TopLayer = toml.Text("top-layer") ?? "",
        Reference = toml.Text("reference") ?? "",
        Choice = RunImageChoice.From(toml),
    };

    /// <summary>The run image as TOML.</summary>
    public TomlTable ToToml() => new TomlTable()
        .WithAlways("top-layer", TopLayer)
        .WithAlways("reference", Reference)
        .With("image", Choice.Image)
        .With("mirrors", Choice.Mirrors.ToToml());
}
