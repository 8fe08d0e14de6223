namespace Buildpacks.Lifecycle.Images.Daemon;

/// <summary>The <c>manifest.json</c> of an archive that a daemon loads: one image.</summary>
/// <param name="Config">The config's entry.</param>
/// <param name="RepoTags">The image's names.</param>
/// <param name="Layers">The layers' entries, the base first.</param>
internal sealed record DaemonArchiveManifest(string Config, IReadOnlyList<string> RepoTags, IReadOnlyList<string> Layers);
