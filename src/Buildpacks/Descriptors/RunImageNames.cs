namespace Buildpacks.Descriptors;

/// <summary>A run image and where else it can be had.</summary>
public sealed record RunImageNames
{
    /// <summary>The image's name; empty when the builder names none.</summary>
    public string Image { get; init => field = value ?? ""; } = "";

    /// <summary>The same image under other names, usually on other registries.</summary>
    public IReadOnlyList<string> Mirrors { get; init => field = value ?? []; } = [];
}
