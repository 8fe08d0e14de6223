namespace Buildpacks.Lifecycle.Images.Daemon;

/// <summary>The layers in a daemon's answer.</summary>
/// <param name="Layers">The diffIDs, the base first.</param>
internal sealed record DaemonRootFs(IReadOnlyList<string>? Layers);
