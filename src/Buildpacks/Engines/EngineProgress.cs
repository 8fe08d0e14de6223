namespace Buildpacks.Engines;

/// <summary>How far one part of a pull, push or load is.</summary>
/// <param name="Id">The part: a layer's short id, or empty for the whole.</param>
/// <param name="Status">What the engine says: <c>Downloading</c>, <c>Pull complete</c>, ….</param>
/// <param name="Current">Bytes done; <see langword="null"/> when the engine does not count.</param>
/// <param name="Total">Bytes in all.</param>
public sealed record EngineProgress(string Id, string Status, long? Current = null, long? Total = null)
{
    /// <summary>Whether nothing more comes of this part. An engine need not say so.</summary>
    public bool IsDone { get; init; }
}
