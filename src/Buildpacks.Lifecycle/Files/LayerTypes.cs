using Buildpacks.Lifecycle.Files.Toml;

namespace Buildpacks.Lifecycle.Files;

/// <summary>What a layer is for.</summary>
/// <param name="Launch">Part of the app image.</param>
/// <param name="Build">Offered to later buildpacks.</param>
/// <param name="Cache">Kept for the next build.</param>
internal readonly record struct LayerTypes(bool Launch, bool Build, bool Cache)
{
    /// <summary>A layer for the buildpack alone, thrown away after it.</summary>
    public static LayerTypes None => default;

    /// <summary>Whether the layer is for nobody but its buildpack.</summary>
    public bool IsIgnored => !Launch && !Build && !Cache;

    /// <summary>Reads the three flags.</summary>
    public static LayerTypes From(TomlSection toml) => new(toml.Flag("launch"), toml.Flag("build"), toml.Flag("cache"));
}
