namespace Buildpacks.Builds.Records;

/// <summary>The lifecycle of a build in a log file.</summary>
/// <param name="Version">Its version.</param>
/// <param name="PlatformApi">The version of the platform API that was agreed on.</param>
internal sealed record LoggedLifecycle(string Version, string? PlatformApi);
