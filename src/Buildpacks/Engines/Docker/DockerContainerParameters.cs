using Docker.DotNet.Models;

namespace Buildpacks.Engines.Docker;

/// <summary>Writes a container's description as the API wants it.</summary>
internal static class DockerContainerParameters
{
    private const string DriverOption = "volume-opt=";

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
        AttachStdin = spec.HasInput,
        OpenStdin = spec.HasInput,
        StdinOnce = spec.HasInput,
        HostConfig = new HostConfig
        {
            AutoRemove = spec.AutoRemove,
            NetworkMode = spec.Network ?? "default",
            UsernsMode = spec.UsesHostUserNamespace ? "host" : "",
            SecurityOpt = [.. spec.SecurityOptions],
            CapDrop = [.. spec.DroppedCapabilities],
            CapAdd = [.. spec.AddedCapabilities],
            Mounts = [.. spec.Mounts.Where(mount => !IsBind(mount)).Select(Mount)],
            Binds = [.. spec.Mounts.Where(IsBind).Select(Bind)],
        },
    };

    /// <summary>
    /// Whether a mount has options that only the older form of a mount takes, such as <c>z</c>. Otherwise the newer form is better: docker
    /// makes a folder that is not there for the older one.
    /// </summary>
    private static bool IsBind(ContainerMount mount) => mount.Options.Any(option => !IsDriverOption(option));

    private static bool IsDriverOption(string option) => option.StartsWith(DriverOption, StringComparison.Ordinal);

    private static string Bind(ContainerMount mount) =>
        $"{mount.Source}:{mount.Target}:{string.Join(',', mount.Options.Prepend(mount.ReadOnly ? "ro" : "rw"))}";

    private static Mount Mount(ContainerMount mount) => new()
    {
        Type = mount.Kind == ContainerMountKind.Volume ? "volume" : "bind",
        Source = mount.Source,
        Target = mount.Target,
        ReadOnly = mount.ReadOnly,
        VolumeOptions = mount.Options.Count == 0 ? null! : new VolumeOptions
        {
            DriverConfig = new Driver { Name = "local", Options = DriverOptions(mount) },
        },
    };

    /// <summary>pack's option of a volume: <c>volume-opt=NAME=VALUE</c>.</summary>
    private static Dictionary<string, string> DriverOptions(ContainerMount mount) => mount.Options
        .Select(option => option[DriverOption.Length..].Split('=', 2))
        .ToDictionary(option => option[0], option => option.Length > 1 ? option[1] : "", StringComparer.Ordinal);
}
