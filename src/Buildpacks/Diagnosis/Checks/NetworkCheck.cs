using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Buildpacks.Diagnosis.Probe;

namespace Buildpacks.Diagnosis.Checks;

/// <summary>
/// A container on the engine's default network has an interface, a way out and a name server. Whether anything answers out there is
/// not tried: this machine may be meant to have no way to it.
/// </summary>
internal sealed partial class NetworkCheck : IEngineCheck
{
    private const string Remedy =
        "Buildpacks that download files will fail. Check the network settings of the engine, or specify a network with Invoke-PackBuild -Network.";

    private static readonly string[] Sources = ["/proc/net/dev", "/proc/net/route", "/etc/resolv.conf"];

    /// <inheritdoc/>
    public string Name => CheckNames.Network;

    /// <inheritdoc/>
    public IReadOnlyList<string> Needs => [CheckNames.ContainerStart];

    /// <inheritdoc/>
    public async Task<Finding> RunAsync(Patient patient, CancellationToken cancellationToken)
    {
        try
        {
            var output = await patient.RunAsync(new ProbeContainer { Network = null, Paths = Sources }, cancellationToken).ConfigureAwait(false);
            return Judge(output.Text);
        }
        catch (PackException failure)
        {
            return Finding.Failed(
                "No container could be started on the default network: " + failure.Message,
                "Install the network components of the engine (for podman netavark and aardvark-dns, rootless slirp4netns or passt, and a /dev/net/tun that users may open), or build with -Network host or none.");
        }
    }

    /// <summary>Judges what a container sees of its network.</summary>
    internal static Finding Judge(string text)
    {
        var interfaces = Interface().Matches(text).Select(match => match.Groups[1].Value).Where(name => name != "lo").ToList();
        if (interfaces.Count == 0)
        {
            return Finding.Warning("Containers have no network but loopback.", Remedy);
        }

        var gateway = DefaultRoute().Match(text) is { Success: true } route ? Address(route.Groups[1].Value) : null;
        var servers = NameServer().Matches(text).Select(match => match.Groups[1].Value).ToList();
        var evidence = $"Containers have {string.Join(", ", interfaces)}, {(gateway is null ? "no IPv4 gateway" : $"the gateway {gateway}")} and "
            + $"{(servers.Count == 0 ? "no name server" : $"the name server {string.Join(", ", servers)}")}.";
        return servers.Count == 0 ? Finding.Warning(evidence, Remedy) : Finding.Passed(evidence);
    }

    /// <summary>An address as the kernel writes it: hexadecimal, the first byte last.</summary>
    private static string? Address(string hexadecimal) =>
        uint.Parse(hexadecimal, NumberStyles.HexNumber, CultureInfo.InvariantCulture) is var bits and not 0 ? new IPAddress(bits).ToString() : null;

    [GeneratedRegex(@"^ *([^\s:]+):(?: +\d+){16}", RegexOptions.Multiline)]
    private static partial Regex Interface();

    [GeneratedRegex(@"^\S+\t00000000\t([0-9A-F]{8})\t", RegexOptions.Multiline)]
    private static partial Regex DefaultRoute();

    [GeneratedRegex(@"^nameserver\s+(\S+)", RegexOptions.Multiline)]
    private static partial Regex NameServer();
}
