namespace Buildpacks;

/// <summary>The user's configuration: pack's config.toml, which pack and this module share.</summary>
public sealed record PackConfig
{
    /// <summary>The file. It need not exist.</summary>
    public required string Path { get; init; }

    /// <summary>The builder of builds that name none, with a parameter or in project.toml; <see langword="null"/> when not set.</summary>
    public string? DefaultBuilder { get; init; }

    /// <summary>When builders and run images are pulled; <see langword="null"/> when not set.</summary>
    public PullPolicy? PullPolicy { get; init; }

    /// <summary>The user's mirrors of run images. Builds prefer them to the run image of the builder.</summary>
    public PackCollection<PackRunImageMirror> RunImageMirrors { get; init; } = [];

    /// <summary>The mirrors of registries. Images are read there first.</summary>
    public PackCollection<PackRegistryMirror> RegistryMirrors { get; init; } = [];

    /// <summary>The builders that pack trusts, beside those that it knows.</summary>
    public PackCollection<string> TrustedBuilders { get; init; } = [];

    /// <summary>The lifecycle image that pack uses with untrusted builders; <see langword="null"/> when not set.</summary>
    public string? LifecycleImage { get; init; }

    /// <summary>The buildpack registries, beside the official one.</summary>
    public PackCollection<PackBuildpackRegistry> Registries { get; init; } = [];

    /// <summary>The name of the default buildpack registry; <see langword="null"/> for the official one.</summary>
    public string? DefaultRegistry { get; init; }

    /// <summary>Whether experimental features of pack are on; <see langword="null"/> when not set.</summary>
    public bool? Experimental { get; init; }

    /// <summary>The folder of the run images that pack keeps as layouts; <see langword="null"/> when not set.</summary>
    public string? LayoutFolder { get; init; }

    /// <summary>The container engine that Set-PackEngine -Persist saved; <see langword="null"/> when none is saved.</summary>
    public PackEngineKind? Engine { get; init; }

    /// <summary>The address of the engine; <see langword="null"/> when none is saved.</summary>
    public string? EngineEndpoint { get; init; }

    /// <summary>Each setting with its value and its source.</summary>
    public PackCollection<PackConfigValue> Settings { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() => Path;
}

/// <summary>One setting of the configuration.</summary>
public sealed record PackConfigValue
{
    /// <summary>The name of the setting, as in <see cref="PackConfig"/>.</summary>
    public required string Name { get; init; }

    /// <summary>The key in the file.</summary>
    public required string Key { get; init; }

    /// <summary>The value as text, the items of a list separated by commas; empty when it is not set and has no default.</summary>
    public string Value { get; init; } = "";

    /// <summary>Whether a file sets the value.</summary>
    public bool IsSet { get; init; }

    /// <summary>The file that sets the value, or <c>default</c>.</summary>
    public required string Source { get; init; }

    /// <summary>The line in that file, counted from 1.</summary>
    public int? Line { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name} = {Value}";
}

/// <summary>A mirror of a run image. A run image may have several.</summary>
/// <param name="Image">The run image, as builders name it.</param>
/// <param name="Mirror">The mirror.</param>
public sealed record PackRunImageMirror(string Image, string Mirror)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Image} -> {Mirror}";
}

/// <summary>The mirror of a registry.</summary>
/// <param name="Registry">The host of the registry, or <c>*</c> for all registries.</param>
/// <param name="Mirror">The host of the mirror, which may be followed by a path.</param>
public sealed record PackRegistryMirror(string Registry, string Mirror)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Registry} -> {Mirror}";
}

/// <summary>A buildpack registry: an index of buildpacks in a git repository.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type"><c>github</c> or <c>git</c>.</param>
/// <param name="Url">The address of the repository.</param>
public sealed record PackBuildpackRegistry(string Name, string Type, string Url)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Name} ({Type}) {Url}";
}

/// <summary>A setting of pack's configuration file.</summary>
public enum PackConfigSetting
{
    /// <summary>The builder of builds that name none.</summary>
    DefaultBuilder,

    /// <summary>When builders and run images are pulled.</summary>
    PullPolicy,

    /// <summary>The mirrors of run images.</summary>
    RunImageMirrors,

    /// <summary>The mirrors of registries.</summary>
    RegistryMirrors,

    /// <summary>The builders that pack trusts.</summary>
    TrustedBuilders,

    /// <summary>The lifecycle image of pack.</summary>
    LifecycleImage,

    /// <summary>The buildpack registries.</summary>
    Registries,

    /// <summary>The default buildpack registry.</summary>
    DefaultRegistry,

    /// <summary>Whether experimental features of pack are on.</summary>
    Experimental,

    /// <summary>The folder of pack's layouts.</summary>
    LayoutFolder,
}
