namespace Buildpacks.Builds.Records;

/// <summary>The engine of a build in a log file.</summary>
/// <param name="Kind">Podman or docker.</param>
/// <param name="Endpoint">Where it is reached.</param>
/// <param name="Version">Its version when the file was written; <see langword="null"/> when it did not answer then.</param>
/// <param name="ApiVersion">The version of its API, likewise.</param>
internal sealed record LoggedEngine(PackEngineKind Kind, string Endpoint, string? Version, string? ApiVersion);
