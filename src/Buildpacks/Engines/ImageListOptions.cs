namespace Buildpacks.Engines;

/// <summary>Which images to list.</summary>
/// <param name="Label">Only images with this label (<c>name</c> or <c>name=value</c>); <see langword="null"/> for all.</param>
public sealed record ImageListOptions(string? Label = null);
