using Buildpacks.Diagnosis;
using Buildpacks.Diagnosis.Checks;
using Buildpacks.Engines;
using Buildpacks.Testing.Samples;

namespace Buildpacks.Tests.Diagnosis;

/// <summary>What checks make of what they see, where this machine cannot show all of it.</summary>
public sealed class JudgementTests
{
    private const string Loopback = "Inter-|   Receive  |  Transmit\n face |bytes packets\n    lo:       0       0    0    0    0     0          0         0        0       0    0    0    0     0       0          0\n";
    private const string Ethernet = "  eth0:     446       5    0    0    0     0          0         0      806      11    0    0    0     0       0          0\n";
    private const string Route = "Iface\tDestination\tGateway \tFlags\neth0\t00000000\t0100580A\t0003\t0\t0\t0\t00000000\t0\t0\t0\n";

    [Theory]
    [InlineData(Loopback + "nameserver 10.0.0.1\n", PackEngineCheckResult.Warning, "Containers have no network but loopback.")]
    [InlineData(Loopback + Ethernet + Route + "nameserver 10.0.0.1\nnameserver fd00::1\n", PackEngineCheckResult.Passed, "Containers have eth0, the gateway 10.88.0.1 and the name server 10.0.0.1, fd00::1.")]
    [InlineData(Loopback + Ethernet + "nameserver fd00::1\n", PackEngineCheckResult.Passed, "Containers have eth0, no IPv4 gateway and the name server fd00::1.")]
    [InlineData(Loopback + Ethernet + Route, PackEngineCheckResult.Warning, "Containers have eth0, the gateway 10.88.0.1 and no name server.")]
    public void A_network(string text, PackEngineCheckResult result, string evidence) => AssertFinding(result, evidence, NetworkCheck.Judge(text));

    [Theory]
    [InlineData(PackEngineKind.Podman, "3.4.4", PackEngineCheckResult.Warning)]
    [InlineData(PackEngineKind.Podman, "4.0.0", PackEngineCheckResult.Passed)]
    [InlineData(PackEngineKind.Podman, "5.4.2-rc1", PackEngineCheckResult.Passed)]
    [InlineData(PackEngineKind.Docker, "19.03.15", PackEngineCheckResult.Warning)]
    [InlineData(PackEngineKind.Docker, "20.10.24+dfsg1", PackEngineCheckResult.Passed)]
    [InlineData(PackEngineKind.Docker, "dev", PackEngineCheckResult.Passed)]
    public void A_version(PackEngineKind engine, string version, PackEngineCheckResult result) =>
        AssertFinding(result, $"{engine} {version}, API 1.2.", VersionCheck.Judge(engine, version, "1.2"));

    [Fact]
    public void The_page_names_the_oldest_versions() =>
        Assert.Contains(
            $"podman {OldestEngines.Podman} or docker {OldestEngines.Docker}",
            File.ReadAllText(Path.Combine(SampleFiles.Root, "docs", "Test-PackEngine.md")), StringComparison.Ordinal);

    [Theory]
    [InlineData(99, PackEngineCheckResult.Failed, "99 B are free in there.")]
    [InlineData(100, PackEngineCheckResult.Warning, "100 B are free in there.")]
    [InlineData(5_000, PackEngineCheckResult.Passed, "5 KB are free in there.")]
    public void Free_space(long free, PackEngineCheckResult result, string evidence) =>
        AssertFinding(result, evidence, DiskSpaceCheck.Judge(free, "there", 100, 1000, "Free some."));

    private static void AssertFinding(PackEngineCheckResult result, string evidence, Finding finding)
    {
        Assert.Equal((result, evidence), (finding.Result, finding.Evidence));
        Assert.Equal(result == PackEngineCheckResult.Passed, finding.Remedy is null);
    }
}
