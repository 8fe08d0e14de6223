namespace Buildpacks.Descriptors.Labels;

/// <summary>The part of a builder's metadata that names the run image in the older form.</summary>
public sealed record StackMetadata
{
    /// <summary>The run image.</summary>
    public RunImageNames RunImage { get; init => field = value ?? new(); } = new();
}
