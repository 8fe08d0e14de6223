using Buildpacks.Engines.Docker.Connection;
using Docker.DotNet.Models;

namespace Buildpacks.Engines.Docker;

/// <summary>What the engine says of itself.</summary>
internal sealed class DockerSystem(DockerCalls calls, Uri endpoint)
{
    private const string ContainerdDriver = "io.containerd.snapshotter.v1";

    /// <summary>Either way it is one request: what the version tells, the information tells too, in other words.</summary>
    public Task<EngineDescription> DescribeAsync(bool detail, CancellationToken cancellationToken) => detail
        ? calls.AskAsync(EngineOperation.Info, null, DescribeInDetailAsync, cancellationToken)
        : calls.AskAsync(EngineOperation.Version, null, DescribeAsync, cancellationToken);

    private async Task<EngineDescription> DescribeAsync(DockerSession session, CancellationToken cancellationToken)
    {
        var version = await session.Client.System.GetVersionAsync(cancellationToken).ConfigureAwait(false);
        return new EngineDescription
        {
            Version = version.Version ?? "",
            ApiVersion = session.EngineApiVersion.ToString(),
            Os = version.Os ?? "",
            Architecture = version.Arch ?? "",
            Remote = IsRemote,
        };
    }

    private async Task<EngineDescription> DescribeInDetailAsync(DockerSession session, CancellationToken cancellationToken)
    {
        var info = await session.Client.System.GetSystemInfoAsync(cancellationToken).ConfigureAwait(false);
        return new EngineDescription
        {
            Version = info.ServerVersion ?? "",
            ApiVersion = session.EngineApiVersion.ToString(),
            Os = info.OSType ?? "",
            Architecture = GoArchitecture(info.Architecture ?? ""),
            Remote = IsRemote,
            StorageDriver = info.Driver,
            StorePath = info.DockerRootDir,
            CgroupVersion = "v" + (string.IsNullOrEmpty(info.CgroupVersion) ? "1" : info.CgroupVersion),
            CgroupManager = info.CgroupDriver,
            Runtime = info.DefaultRuntime,
            ContainerdStore = UsesContainerd(info),
            Rootless = info.SecurityOptions?.Any(option => option.Split(',').Contains("name=rootless")) ?? false,
        };
    }

    private bool IsRemote => endpoint.Scheme == "ssh" || (endpoint.Scheme is "tcp" or "http" or "https" && !endpoint.IsLoopback);

    /// <summary>The kernel's name of an architecture in Go's words.</summary>
    private static string GoArchitecture(string machine) => machine switch
    {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        "armv7l" or "armv6l" => "arm",
        "i386" or "i686" => "386",
        _ => machine,
    };

    private static bool UsesContainerd(SystemInfoResponse info) =>
        info.DriverStatus?.Any(pair => pair is ["driver-type", ContainerdDriver]) ?? false;
}
