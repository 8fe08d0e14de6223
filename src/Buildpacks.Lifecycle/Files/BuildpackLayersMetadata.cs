using Buildpacks.Lifecycle.Files.Toml;
using Tomlyn.Model;

namespace Buildpacks.Lifecycle.Files;

/// <summary>The launch layers that one buildpack contributed to an image, and what it stored.</summary>
/// <param name="Id">The buildpack's id.</param>
/// <param name="Version">The buildpack's version.</param>
internal sealed record BuildpackLayersMetadata(string Id, string Version)
{
    /// <summary>Its layers by name.</summary>
    public IReadOnlyDictionary<string, LayerMetadata> Layers { get; init; } = new Dictionary<string, LayerMetadata>();

    /// <summary>The table <c>metadata</c> of its store.toml; <see langword="null"/> when it stored nothing.</summary>
    public TomlTable? Store { get; init; }

    /// <summary>Reads it.</summary>
    public static BuildpackLayersMetadata From(TomlSection toml)
    {
        var layers = toml.Section("layers");
        return new BuildpackLayersMetadata(toml.RequiredText("key"), toml.Text("version") ?? "")
        {
            Layers = layers is null
                ? new Dictionary<string, LayerMetadata>()
                : layers.Keys.ToDictionary(name => name, name => LayerMetadata.From(layers.Section(name)!)),
            Store = toml.Section("store")?.Data("metadata"),
        };
    }

    /// <summary>The contribution as TOML.</summary>
    public TomlTable ToToml()
    {
        var layers = new TomlTable();
        foreach (var (name, layer) in Layers.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            layers[name] = layer.ToToml();
        }

        return new TomlTable()
            .WithAlways("key", Id)
            .WithAlways("version", Version)
            .WithAlways("layers", layers)
            .With("store", Store is null ? null : new TomlTable().WithAlways("metadata", Store));
    }
}
