using Docker.DotNet.Models;

namespace Buildpacks.Engines.Docker;

/// <summary>Writes a container's description as the API wants it.</summary>
internal static class DockerContainerParameters
{
    public static CreateContainerParameters From(ContainerSpec spec) => new()
    {
        Name = spec.Name,
        Image = spec.Image,

        // An entry point of one empty word is how the API clears the image's; what is null is not sent, and keeps the image's.
        Entrypoint = spec.Entrypoint is { Count: 0 } ? [""] : spec.Entrypoint?.ToArray()!,
        Cmd = spec.Command?.ToArray()!,
        Env = [.. spec.Environment.Select(variable => $"{variable.Key}={variable.Value}")],
        User = spec.User ?? "",
        WorkingDir = spec.WorkingDirectory ?? "",
        Labels = spec.Labels.ToDictionary(),
        HostConfig = new HostConfig
        {
            AutoRemove = spec.AutoRemove,
            NetworkMode = spec.Network ?? "default",
            SecurityOpt = [.. spec.SecurityOptions],
            CapDrop = [.. spec.DroppedCapabilities],
            CapAdd = [.. spec.AddedCapabilities],
            Mounts = [.. spec.Mounts.Select(Mount)],
        },
    };

    private static Mount Mount(ContainerMount mount) => new()
    {
        Type = mount.Kind == ContainerMountKind.Volume ? "volume" : "bind",
        Source = mount.Source,
        Target = mount.Target,
        ReadOnly = mount.ReadOnly,
    };
}
