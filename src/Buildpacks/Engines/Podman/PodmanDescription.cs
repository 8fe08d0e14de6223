using Buildpacks.Engines.Podman.Json;

namespace Buildpacks.Engines.Podman;

/// <summary>Turns what podman says of itself into the project's record.</summary>
internal static class PodmanDescription
{
    /// <summary>From <c>podman version</c>.</summary>
    public static EngineDescription Read(PodmanVersion version)
    {
        var part = version.Server ?? version.Client;
        var platform = part?.OsArch?.Split('/');
        return new EngineDescription
        {
            Version = part?.Version ?? "",
            ApiVersion = part?.APIVersion,
            Os = platform is [var os, ..] ? os : "linux",
            Architecture = platform is [_, var architecture, ..] ? architecture : "amd64",
            Remote = version.Server is not null,
        };
    }

    /// <summary>From <c>podman info</c>.</summary>
    public static EngineDescription Read(PodmanInfo info) => new()
    {
        Version = info.Version?.Version ?? "",
        ApiVersion = info.Version?.APIVersion,
        Os = info.Host?.Os ?? "linux",
        Architecture = info.Host?.Arch ?? "amd64",
        Rootless = info.Host?.Security?.Rootless,
        StorageDriver = info.Store?.GraphDriverName,
        StorePath = info.Store?.GraphRoot,
        StoreFree = info.Store?.GraphRootAllocated - info.Store?.GraphRootUsed,
        CgroupVersion = info.Host?.CgroupVersion,
        CgroupManager = info.Host?.CgroupManager,
        Runtime = info.Host?.OciRuntime?.Name,
        MappedIds = info.Host?.IdMappings is { UidMap: { } users, GidMap: { } groups }
            ? Math.Min(users.Sum(range => range.Size), groups.Sum(range => range.Size))
            : null,
        Remote = info.Host?.ServiceIsRemote ?? false,
    };
}
