using Buildpacks.Lifecycle.Files.Toml;
using Tomlyn.Model;

namespace Buildpacks.Lifecycle.Files;

/// <summary>The run image in analyzed.toml.</summary>
/// <param name="Reference">A digest reference, an image id or a path of a layout.</param>
internal sealed record AnalyzedRunImage(string Reference)
{
    /// <summary>The name by which it was asked for.</summary>
    public string? Image { get; init; }

    /// <summary>Whether image extensions extend it.</summary>
    public bool Extend { get; init; }

    /// <summary>What it runs on.</summary>
    public TargetMetadata? Target { get; init; }

    /// <summary>Reads it.</summary>
    public static AnalyzedRunImage From(TomlSection toml) => new(toml.Text("reference") ?? "")
    {
        Image = toml.Text("image"),
        Extend = toml.Flag("extend"),
        Target = toml.Section("target") is { } target ? TargetMetadata.From(target) : null,
    };

    /// <summary>The run image as TOML.</summary>
    public TomlTable ToToml() => new TomlTable()
        .WithAlways("reference", Reference)
        .With("image", Image)
        .With("extend", Extend)
        .With("target", Target?.ToToml());
}
