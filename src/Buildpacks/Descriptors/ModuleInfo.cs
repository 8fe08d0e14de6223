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
