namespace Buildpacks.Descriptors;

/// <summary>A buildpack or image extension as labels name it.</summary>
public sealed record ModuleInfo
{
    /// <summary>Its id, such as <c>samples/web</c>.</summary>
    public string Id { get; init => field = value ?? ""; } = "";

    /// <summary>Its name for people.</summary>
    public string? Name { get; init; }

    /// <summary>Its version.</summary>
    public string Version { get; init => field = value ?? ""; } = "";

    /// <summary>What it does.</summary>
    public string? Description { get; init; }

    /// <summary>Its home page.</summary>
    public string? Homepage { get; init; }

    /// <summary>Words to find it by.</summary>
    public IReadOnlyList<string>? Keywords { get; init; }

    /// <summary>Its licences.</summary>
    public IReadOnlyList<ModuleLicense>? Licenses { get; init; }

    /// <summary>Whether it wants none of the user's environment.</summary>
    [System.Text.Json.Serialization.JsonPropertyName("clear-env")]
    public bool? ClearEnv { get; init; }
}

/// <summary>What a module of a builder is.</summary>
internal enum ModuleKind
{
    /// <summary>A buildpack: it detects and builds.</summary>
    Buildpack,

    /// <summary>An image extension: it detects and generates Dockerfiles.</summary>
    Extension,
}

/// <summary>A licence of a buildpack. The property names are written as the reference platform writes them, in Pascal case.</summary>
public sealed record ModuleLicense
{
    /// <summary>An SPDX id.</summary>
    [System.Text.Json.Serialization.JsonPropertyName("Type")]
    public string? Type { get; init; }

    /// <summary>Where its text is.</summary>
    [System.Text.Json.Serialization.JsonPropertyName("URI")]
    public string? Uri { get; init; }
}

/// <summary>A platform that a buildpack runs on. An empty part stands for any.</summary>
public sealed record ModuleTarget
{
    /// <summary>The operating system.</summary>
    public string Os { get; init => field = value ?? ""; } = "";

    /// <summary>The architecture, in Go's names.</summary>
    public string Arch { get; init => field = value ?? ""; } = "";

    /// <summary>The architecture's variant.</summary>
    public string? Variant { get; init; }

    /// <summary>The distributions.</summary>
    public IReadOnlyList<ModuleDistribution>? Distros { get; init; }
}

/// <summary>A stack that a buildpack runs on.</summary>
public sealed record StackSupport
{
    /// <summary>The stack's id; <c>*</c> for any.</summary>
    public string Id { get; init => field = value ?? ""; } = "";

    /// <summary>The mixins it needs.</summary>
    public IReadOnlyList<string>? Mixins { get; init; }
}

/// <summary>A distribution that a buildpack runs on.</summary>
public sealed record ModuleDistribution
{
    /// <summary>Its name, as <c>ID</c> of os-release: <c>debian</c>.</summary>
    public string? Name { get; init; }

    /// <summary>Its version, as <c>VERSION_ID</c> of os-release: <c>12</c>.</summary>
    public string? Version { get; init; }
}
