namespace Buildpacks.Engines.Location;

/// <summary>A place where a user told docker or podman that an engine is: a docker context, or a podman connection.</summary>
/// <param name="Engine">Podman or docker.</param>
/// <param name="Name">Its name.</param>
/// <param name="Address">Where it leads.</param>
public sealed record EngineConnection(PackEngineKind Engine, string Name, string Address);
