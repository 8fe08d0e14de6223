namespace Buildpacks;

/// <summary>A buildpack, by id and version.</summary>
/// <param name="Id">Its id, such as <c>samples/web</c>.</param>
/// <param name="Version">Its version.</param>
/// <param name="Homepage">Its home page; <see langword="null"/> when the buildpack does not name one.</param>
public sealed record PackBuildpack(string Id, string Version, string? Homepage = null)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Id}@{Version}";
}
