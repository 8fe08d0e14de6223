using Buildpacks.Lifecycle.Files.Toml;
using Tomlyn.Model;

namespace Buildpacks.Lifecycle.Files;

/// <summary>A layer in an image's metadata: its content, its types and the buildpack's own data.</summary>
internal sealed record LayerMetadata
{
    /// <summary>The diffID, <c>sha256:…</c>; empty when it is not known yet.</summary>
    public string Sha { get; init; } = "";

    /// <summary>The layer's types.</summary>
    public LayerTypes Types { get; init; } = LayerTypes.None;

    /// <summary>The table <c>metadata</c> of the layer's TOML file; <see langword="null"/> when it has none.</summary>
    public TomlTable? Data { get; init; }

    /// <summary>Reads it from analyzed.toml.</summary>
    public static LayerMetadata From(TomlSection toml) => new()
    {
        Sha = toml.Text("sha") ?? "",
        Types = LayerTypes.From(toml),
        Data = toml.Data("metadata"),
    };

    /// <summary>The layer as analyzed.toml has it.</summary>
    public TomlTable ToToml() => new TomlTable()
        .WithAlways("sha", Sha)
        .WithAlways("build", Types.Build)
        .WithAlways("launch", Types.Launch)
        .WithAlways("cache", Types.Cache)
        .WithData("metadata", Data);
}
