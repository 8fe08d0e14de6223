using Buildpacks.Oci;

namespace Buildpacks.Builds.Running;

/// <summary>The image that a build came to.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Digest">Its manifest's digest; <see langword="null"/> when the engine has none.</param>
/// <param name="Config">Its config.</param>
/// <param name="Unchanged">Whether it is the previous image.</param>
internal sealed record BuildOutcome(string Id, string? Digest, OciImageConfig Config, bool Unchanged);
